"""Public checks of train; the grader has more."""

import numpy as np
import torch

from checks import as_shaped, expect_any, numbers, rng, run_beside, test_case
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
