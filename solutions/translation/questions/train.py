"""Cases for the training loop: how it changes a small model, step by step."""

from itertools import pairwise

import torch
from torch.nn import functional

from checks import as_shaped, expect_any, expect_close, rng, run_beside, test_case
from checks.devices import moved_batches
from support import END, START

OK_FORMAT = False
name = "train"


def watch(train, weight, source, target, options, replaced):
    """Train a model whose next token depends on the last one; return batches, weights, losses.

    A batch is a list of second French tokens, which number the pairs. With ``replaced``, the
    student's translation_loss is replaced by another function during the training.
    """
    import torch

    class NextToken(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(weight.clone())

        def forward(self, source, target):
            logits = 5 * self.weight[target]
            met = source[:, 1].tolist(), self.weight.detach().clone(), self.training
            if logits.requires_grad:  # a batch counts when its gradient comes back
                logits.register_hook(lambda gradient: steps.append(met))
            return logits

    steps, model = [], NextToken().eval()
    names = getattr(train, "__globals__", {})
    before = names.get("translation_loss")
    if replaced and before is not None:
        names["translation_loss"] = lambda model, source, target: (
            model(source, target).square().mean()
        )
    try:
        losses = train(model, source, target, **options)
    finally:
        if before is not None:
            names["translation_loss"] = before
    path = [weights for _, weights, _ in steps] + [model.weight.detach().clone()]
    return {
        "batches": [batch for batch, _, _ in steps],
        "modes": [training for _, _, training in steps],
        "path": path,
        "losses": losses,
    }


def next_token_loss(weight, target):
    """Return the cross-entropy of every token given the one before it."""
    logits = 5 * weight[target[:, :-1]]
    return functional.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten())


def replaced_loss(weight, target):
    """Return the loss that ``watch`` of train.py puts in the place of translation_loss."""
    return (5 * weight[target]).square().mean()


def adam_path(problem, batches, rate, loss_of):
    """Return the weights before and after each step of Adam with the gradient norm limited to 1."""
    weight, _, target = problem
    mean, square, path = torch.zeros_like(weight), torch.zeros_like(weight), [weight]
    for step, batch in enumerate(batches, 1):
        here = path[-1].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss_of(here, target[batch]), here)
        gradient = gradient / max(1.0, float(gradient.norm()))
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        direction = (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)).sqrt() + 1e-8)
        path.append(path[-1] - rate * direction)
    return path


def draw(count, scale=1.0, V=7):
    """Return weights in float64 and rows; the second token of French row n is n."""
    weight = torch.from_numpy(scale * rng("weight").normal(size=(V, V)))
    source = torch.tensor([[START, n, END] for n in range(count)])
    target = torch.from_numpy(rng("target").integers(3, V, (count, 5)))
    target[:, 0], target[:, -1] = START, END
    return weight, source, target


def with_either_loss(check):
    """Run ``check`` with the student's translation_loss, and if it fails with a replaced one.

    So an error in translation_loss is not penalised again.
    """
    expect_any(lambda: check(False), lambda: check(True))


def trained(train, problem, replaced=False, **options):
    """Return what ``watch`` finds; fail if no batch has a gradient."""
    found = run_beside(watch, train, *problem, options, replaced)
    assert found["batches"], "the loss has no gradient with respect to the model's logits"
    return found


def expect_path(train, problem, rate, **options):
    """Fail unless the weights follow the path of Adam."""

    def check(replaced):
        loss_of = replaced_loss if replaced else next_token_loss
        found = trained(train, problem, replaced, learning_rate=rate, **options)
        expected = adam_path(problem, found["batches"], rate, loss_of)
        for step, (actual, wanted) in enumerate(zip(found["path"], expected, strict=True)):
            error = float((actual - wanted).abs().mean()) / rate
            assert error < 0.002, (
                f"after {step} steps, the weights have a mean error of {error:.1%} of the learning "
                "rate"
            )

    with_either_loss(check)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="train must return one loss per epoch, and over 30 epochs the losses must "
    "fall. Check that every batch changes the parameters, and in the right direction.",
)
def returns_a_loss_that_falls(train):
    def check(replaced):
        found = trained(train, draw(12), replaced, num_epochs=30, learning_rate=0.05, batch_size=6)
        losses = as_shaped(found["losses"], (30,), "the list of losses of 30 epochs")
        assert losses[-1] < 0.8 * losses[0], (
            f"the loss goes from {losses[0]:.3f} to {losses[-1]:.3f}"
        )

    with_either_loss(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With one batch per epoch, the weights do not follow Adam. Check the "
    "optimiser, its learning rate, when the gradients are reset, and what happens between two "
    "epochs.",
)
def follows_adam_from_epoch_to_epoch(train):
    expect_path(train, draw(10, scale=0.1), 0.05, num_epochs=5, batch_size=10)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="If the norm of all gradients exceeds 1, they must be scaled down to norm 1 "
    "before the step; smaller gradients must not change.",
)
def scales_large_gradients_down(train):
    weight, source, target = draw(4, scale=0.1)
    target[:, 1:-1] = 3
    weight[[START, 3], 4] = 3.0  # a confident wrong prediction: the first gradients are large
    expect_path(train, (weight, source, target), 0.5, num_epochs=12, batch_size=4)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Every epoch must use each pair exactly once, in batches of batch_size pairs; "
    "only the last batch may be smaller.",
)
def uses_every_pair_once_an_epoch(train):
    def check(replaced):
        found = trained(train, draw(11), replaced, num_epochs=2, learning_rate=0.01, batch_size=4)[
            "batches"
        ]
        assert [len(batch) for batch in found] == [4, 4, 3] * 2, f"the batches are {found}"
        for epoch in (found[:3], found[3:]):
            assert sorted(pair for batch in epoch for pair in batch) == list(range(11)), (
                f"an epoch uses the pairs {epoch}"
            )

    with_either_loss(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Every epoch must use the pairs in a new random order.",
)
def shuffles_the_pairs_anew_in_every_epoch(train):
    def check(replaced):
        found = trained(train, draw(40), replaced, num_epochs=3, learning_rate=0.01, batch_size=40)[
            "batches"
        ]
        orders = [list(range(40)), *found]
        assert all(a != b for a, b in pairwise(orders)), "two epochs have the same order"

    with_either_loss(check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The model must be in training mode during the training, even if it is in "
    "evaluation mode before.",
)
def puts_the_model_into_training_mode(train):
    def check(replaced):
        found = trained(train, draw(4), replaced, num_epochs=1, learning_rate=0.01, batch_size=4)
        assert all(found["modes"]), "the model is in evaluation mode"

    with_either_loss(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The returned loss of an epoch must be the mean over the losses of its steps.",
)
def returns_the_mean_loss_of_each_epoch(train):
    def check(replaced):
        loss_of = replaced_loss if replaced else next_token_loss
        problem = draw(8)
        options = {"num_epochs": 2, "learning_rate": 0.05, "batch_size": 4}
        found = trained(train, problem, replaced, **options)
        steps = zip(found["path"], found["batches"], strict=False)
        values = [float(loss_of(weight, problem[2][batch])) for weight, batch in steps]
        means = [sum(values[:2]) / 2, sum(values[2:]) / 2]
        expect_close(found["losses"], means, rtol=1e-4, name="the losses of the two epochs")

    with_either_loss(check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The batches must be moved to the device of the model's parameters.",
)
def moves_the_batches_to_the_model(train):
    _, source, target = draw(20)
    moved = run_beside(moved_batches, train, source, target)
    assert moved, "the model is never called"
    assert all(moved), f"{len(moved) - sum(moved)} of {len(moved)} batches are not moved"
