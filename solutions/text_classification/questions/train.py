"""Cases for the training: gradients and batches of a small model, and its best epoch."""

import itertools

import numpy as np
import torch

from checks import (
    CannotJudge,
    as_shaped,
    expect_any,
    expect_close,
    numbers,
    rng,
    run_beside,
    test_case,
)
from support import columns_of, numbered_rows

OK_FORMAT = False
name = "train"


def watch(train, weight, training, dev, wrong, options, columns, replaced):
    """Train a model with one weight per training sentence; return what it saw.

    Sentence i has the probability 1 / (1 + exp(-weight[i])). After k steps of the optimiser, the
    first ``wrong[k]`` dev sentences are classified wrongly. With ``replaced``, a right function
    takes the place of the student's accuracy.
    """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    class Watched(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(weight.clone())

        def forward(self, tokens, lengths):
            numbers = tokens[:, 1] - 10
            is_dev = tokens[:, 0] == 4
            p = torch.sigmoid(self.weight[numbers])
            met = {
                "numbers": numbers.tolist(),
                "lengths": lengths.tolist(),
                "columns": tokens.shape[1],
                "training": self.training,
                "dev": bool(is_dev.any()),
                "weight": self.weight.detach().clone(),
                "p": p.detach().clone(),
            }
            if is_dev.any():
                tests.append({**met, "steps": len(batches)})
                if not (torch.is_grad_enabled() and self.training):
                    right = dev[2][numbers] == 1
                    right = right ^ (numbers < wrong[min(len(batches), len(wrong) - 1)])
                    p = p * 0 + torch.where(right, 0.9, 0.1)

            def remember(gradient):
                batches.append({**met, "gradient": gradient.reshape(-1).clone()})

            if p.requires_grad:
                p.register_hook(remember)
            return p if columns == 1 else p[:, None]

    def right_accuracy(model, data, *_, **__):
        model.eval()
        with torch.no_grad():
            parts = [
                (model(tokens, lengths).reshape(-1) > 0.5) == labels
                for tokens, lengths, labels in DataLoader(data, 1000)
            ]
        return float(torch.cat(parts).float().mean())

    tests, batches = [], []
    model = Watched()
    summed = []

    def after_backward(parameter):
        summed.append(parameter.grad.clone())

    model.weight.register_post_accumulate_grad_hook(after_backward)
    names = getattr(train, "__globals__", {})
    before = names.get("accuracy")
    if replaced and before is not None:
        names["accuracy"] = right_accuracy
    try:
        result = train(model, TensorDataset(*training), TensorDataset(*dev), **options)
    finally:
        if before is not None:
            names["accuracy"] = before
    best = result[0] if isinstance(result, (tuple, list)) else result
    is_model = isinstance(best, nn.Module)
    # the best parameters may be back in the model: the last test shows it before that
    is_after_all_steps = bool(tests) and tests[-1]["steps"] == len(batches)
    last = tests[-1]["weight"] if is_after_all_steps else None
    return {
        "batches": batches,
        "tests": tests,
        "summed": summed,
        "last": last if is_after_all_steps else model.weight.detach().clone(),
        "best": best.state_dict()["weight"].clone() if is_model else None,
    }


def draw(count, dev_count=10):
    """Return weights, a training and a dev dataset as tuples."""
    generator = rng("weights")
    weight = torch.from_numpy(generator.normal(0, 0.5, max(count, dev_count))).float()
    labels = torch.from_numpy(generator.permutation(np.arange(count) % 2))
    dev_labels = torch.from_numpy(generator.permutation(np.arange(dev_count) % 2))
    return (
        weight,
        (*numbered_rows(count, 3), labels),
        (*numbered_rows(dev_count, 4), dev_labels),
    )


def with_either_accuracy(check):
    """Run ``check`` with the student's accuracy, and if it fails with a right one.

    So an error in accuracy is not penalised again.
    """
    expect_any(lambda: check(False), lambda: check(True))


def trained(train, BagOfWords, problem, replaced=False, wrong=(0,), **options):
    """Return what ``watch`` saw; fail if no batch has a gradient."""
    columns = columns_of(BagOfWords, 9)
    options = {"learning_rate": 0.05, **options}
    found = run_beside(watch, train, *problem, list(wrong), options, columns, replaced)
    assert found["batches"], "the loss has no gradient with respect to the model's outputs"
    return found


def expect_batches(found, count, epochs, size):
    """Fail unless every epoch uses each of the training sentences once."""
    batches = [batch["numbers"] for batch in found["batches"]]
    sizes = [len(batch) for batch in batches]
    full, rest = divmod(count, size)
    wanted = ([size] * full + [rest] * bool(rest)) * epochs
    assert sorted(sizes) == sorted(wanted), (
        f"{epochs} epochs with {count} sentences and batch_size={size} have batches of {sizes}"
    )
    used = [number for batch in batches for number in batch]
    for epoch in range(epochs):
        part = sorted(used[epoch * count : (epoch + 1) * count])
        assert part == list(range(count)), f"an epoch uses the sentences {part}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="After 20 epochs, the labels of the training sentences must be more likely "
    "than before. Check that every batch changes the parameters, and in the right direction.",
)
def makes_the_labels_more_likely(train, BagOfWords):
    def check(replaced):
        problem = draw(12)
        options = {"num_epochs": 20, "batch_size": 6, "learning_rate": 0.3}
        found = trained(train, BagOfWords, problem, replaced, **options)
        signs = 2 * problem[1][2].numpy() - 1
        before, after = (
            np.logaddexp(0, -signs * as_shaped(weight, (12,), "the weights")).mean()
            for weight in (problem[0], found["last"])
        )
        assert after < 0.95 * before, f"the mean loss goes from {before:.3f} to {after:.3f}"

    with_either_accuracy(check)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="train must return a tuple of the model after its best epoch, and a list for "
    "your learning curves.",
)
def returns_a_model(train, BagOfWords):
    def check(replaced):
        found = trained(train, BagOfWords, draw(12), replaced, num_epochs=2, batch_size=6)
        assert found["best"] is not None, "the first part of the result is no model"

    with_either_accuracy(check)


@test_case(
    points=1,
    hidden=True,
    failure_message="The gradient of the loss with respect to the model's outputs is not the one "
    "of the binary cross-entropy. The outputs are already probabilities, one for each label.",
)
def minimises_the_binary_cross_entropy(train, BagOfWords):
    def check(replaced):
        problem = draw(12)
        found = trained(train, BagOfWords, problem, replaced, num_epochs=1, batch_size=12)
        batch = found["batches"][0]
        p = as_shaped(batch["p"], (12,), "the probabilities").astype(float)
        y = problem[1][2].numpy()[batch["numbers"]]
        wanted = (p - y) / (p * (1 - p))
        gradient = as_shaped(batch["gradient"], (12,), "the gradient").astype(float)
        scale = float(gradient @ wanted / (wanted @ wanted))
        assert scale > 0, "the loss falls where the labels become less likely"
        # a sum over the batch and a mean give the same direction; both are accepted
        expect_close(
            gradient / scale, wanted, rtol=1e-3, atol=1e-3, name="the gradient, up to a factor"
        )

    with_either_accuracy(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The labels or the lengths of a batch do not belong to its sentences, or the "
    "sentences are cut. Shuffle tokens, lengths and labels together, and keep every token.",
)
def keeps_labels_and_lengths_with_their_sentences(train, BagOfWords):
    def check(replaced):
        problem = draw(20)
        _, lengths, labels = problem[1]
        found = trained(train, BagOfWords, problem, replaced, num_epochs=2, batch_size=5)
        for batch in found["batches"]:
            signs = np.sign(as_shaped(batch["gradient"], (len(batch["numbers"]),), "the gradient"))
            wanted = 1 - 2 * labels.numpy()[batch["numbers"]]
            assert (signs == wanted).all(), "a sentence is trained with the label of another one"
            assert batch["lengths"] == lengths[batch["numbers"]].tolist(), (
                "the model gets the lengths of other sentences"
            )
            assert batch["columns"] >= max(batch["lengths"]), (
                f"a batch has {batch['columns']} columns and a sentence of {max(batch['lengths'])} "
                "tokens"
            )

    with_either_accuracy(check)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients of earlier batches are still there when a batch adds its own. "
    "Reset the gradients for every batch.",
)
def resets_the_gradients(train, BagOfWords):
    def check(replaced):
        problem = draw(16)
        found = trained(train, BagOfWords, problem, replaced, num_epochs=2, batch_size=4)
        for batch, summed in zip(found["batches"], found["summed"], strict=False):
            others = np.ones(16, dtype=bool)
            others[batch["numbers"]] = False
            left = np.abs(as_shaped(summed, (16,), "the gradient"))[others].max()
            assert left == 0, "weights of sentences of other batches have a gradient"

    with_either_accuracy(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Every batch must make one step of the optimiser on its loss.",
)
def makes_one_step_per_batch(train, BagOfWords):
    def check(replaced):
        found = trained(train, BagOfWords, draw(16), replaced, num_epochs=2, batch_size=4)
        path = [batch["weight"] for batch in found["batches"]] + [found["last"]]
        arrays = [as_shaped(weight, (16,), "the weights") for weight in path]
        for batch, before, after in zip(found["batches"], arrays, arrays[1:], strict=False):
            moved = (before != after)[batch["numbers"]]
            assert moved.all(), "after a batch, the weights of its sentences are unchanged"

    with_either_accuracy(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Each of the num_epochs epochs must use every training sentence exactly once, "
    "in batches of batch_size; only the last batch may be smaller. The dev sentences are not "
    "used for training.",
)
def uses_each_training_sentence_once_an_epoch(train, BagOfWords):
    def check(replaced):
        found = trained(train, BagOfWords, draw(11), replaced, num_epochs=3, batch_size=4)
        assert not any(batch["dev"] for batch in found["batches"]), "dev sentences are trained on"
        expect_batches(found, 11, 3, 4)

    with_either_accuracy(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Every epoch must use the sentences in a new random order.",
)
def shuffles_in_every_epoch(train, BagOfWords):
    def check(replaced):
        found = trained(train, BagOfWords, draw(40), replaced, num_epochs=3, batch_size=40)
        orders = [list(range(40)), *(batch["numbers"] for batch in found["batches"])]
        for first, second in itertools.pairwise(orders):
            assert first != second, "two epochs have the same order, or the order of the data"

    with_either_accuracy(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The model must be in training mode whenever it is trained, also after the "
    "test on the dev sentences, which happens in evaluation mode.",
)
def changes_between_the_modes(train, BagOfWords):
    def check(replaced):
        found = trained(train, BagOfWords, draw(8), replaced, num_epochs=3, batch_size=4)
        modes = [batch["training"] for batch in found["batches"]]
        assert all(modes), f"{len(modes) - sum(modes)} of {len(modes)} batches: evaluation mode"
        assert found["tests"], "the model never sees the dev sentences"
        tests = [test["training"] for test in found["tests"]]
        assert not any(tests), "the dev sentences are tested in training mode"

    with_either_accuracy(check)


@test_case(
    points=1,
    hidden=True,
    failure_message="The returned model does not have the parameters that the model had after the "
    "epoch with the highest dev accuracy. Keep a copy of the best parameters: the optimiser "
    "changes the originals.",
)
def returns_the_model_of_the_best_dev_epoch(train, BagOfWords):
    def check(replaced):
        for best_epoch in rng("best epoch").permutation([2, 3]).tolist():
            wrong = [9, 8, 5, 6, 6, 4, 7]  # after the best epoch, the accuracy rises once more
            wrong[best_epoch] = 2
            options = {"num_epochs": 6, "batch_size": 12}
            found = trained(train, BagOfWords, draw(12), replaced, wrong, **options)
            paths = {test["steps"]: test["weight"] for test in found["tests"]}
            assert best_epoch in paths, "the dev accuracy is not measured after each epoch"
            assert found["best"] is not None, "the first part of the result is no model"
            wanted = as_shaped(paths[best_epoch], (12,), "the weights")
            if not np.isfinite(wanted).all():
                raise CannotJudge("the weights are not finite")
            expect_close(
                numbers(found["best"]),
                wanted,
                atol=1e-6,
                name=f"the returned weights (best epoch: {best_epoch})",
            )

    with_either_accuracy(check)
