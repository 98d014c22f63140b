"""Cases for other new layers: their structure, their outputs and their gradients."""

import torch

from checks import expect_close, expect_finite, expect_shape, numbers, rng, run_beside, test_case

OK_FORMAT = False
name = "other_head"

FEATURES, CLASSES = 9, 4  # F and C


def watch(other_head, features, num_classes):
    """Build new layers; return outputs in both modes, shapes, and which parameters learn."""
    import inspect

    import torch
    from torch import nn

    torch.manual_seed(0)
    made = other_head(features.shape[1], num_classes)
    base = inspect.unwrap(other_head).__globals__.get("new_head")
    try:
        other = sorted(tuple(p.shape) for p in base(features.shape[1], num_classes).parameters())
    except Exception:
        other = None
    shapes = sorted(tuple(p.shape) for p in made.parameters())
    made.train()
    target = torch.arange(len(features)) % num_classes
    nn.functional.cross_entropy(made(features), target).backward()
    still = [n for n, p in made.named_parameters() if p.grad is None or not p.grad.any()]
    made.eval()
    biases = [p for p in made.parameters() if p.ndim == 1]
    with torch.no_grad():
        torch.manual_seed(1)
        outputs = made(features)
        again = made(features)
        pairs = (
            made(features + features[:1])
            - made(features)
            - made(features[:1])
            + made(0 * features[:1])
        )
        if biases:
            biases[-1].add_(1.5)
        torch.manual_seed(1)
        shifted = made(features)
    return {
        "outputs": outputs,
        "again": again,
        "nonlinear": pairs,
        "shifted": shifted if biases else None,
        "shapes": [list(shape) for shape in shapes],
        "same": shapes == other,
        "still": still,
    }


def study(other_head):
    """Return what ``watch`` finds for random features."""
    features = torch.from_numpy(rng("features").normal(0, 2, (24, FEATURES))).float()
    return run_beside(watch, other_head, features, CLASSES)


@test_case(
    points=1,
    hidden=False,
    failure_message="other_head must return a module that maps features (N, F) to finite logits "
    "(N, C).",
)
def maps_features_to_logits(other_head):
    outputs = study(other_head)["outputs"]
    expect_shape(outputs, (24, CLASSES), "the result", "(N, C)")
    expect_finite(outputs)


@test_case(
    points=2,
    hidden=True,
    failure_message="The structure must be another one than that of new_head, with at least one "
    "hidden layer.",
)
def has_another_structure(other_head):
    found = study(other_head)
    shapes = found["shapes"]
    usual = sorted([[32], [32, FEATURES], [CLASSES], [CLASSES, 32]])
    assert shapes != usual, "the parameters have the shapes of new_head"
    assert not found["same"], "the parameters have the shapes of the student's own new_head"
    layers = [shape for shape in shapes if len(shape) > 1]
    assert len(layers) > 1, f"there are {len(layers)} layers; a hidden one is missing"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Without nonlinear functions between them, the layers together are one linear "
    "layer.",
)
def is_not_linear(other_head):
    size = float(abs(numbers(study(other_head)["nonlinear"])).max())
    assert size > 1e-4, "f(a + b) = f(a) + f(b) - f(0) for all features: it is a linear function"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Nothing may follow the output layer: no softmax and no activation function.",
)
def returns_logits(other_head):
    found = study(other_head)
    if found["shifted"] is not None:
        wanted = numbers(found["outputs"]) + 1.5
        expect_close(
            found["shifted"], wanted, rtol=1e-3, atol=1e-4, name="the logits after a larger bias"
        )
    sums = numbers(found["outputs"]).sum(axis=1)
    assert abs(sums - 1).max() > 1e-3, "the outputs are probabilities"


@test_case(
    points=1,
    hidden=True,
    failure_message="In evaluation mode, the same features must give the same logits: dropout must "
    "be off.",
)
def repeats_itself_in_evaluation_mode(other_head):
    found = study(other_head)
    expect_close(found["again"], numbers(found["outputs"]), name="the logits of a second call")


@test_case(
    points=1,
    hidden=True,
    failure_message="A parameter gets no gradient from the loss, so it does not learn.",
)
def learns_with_all_parameters(other_head):
    found = study(other_head)
    assert found["shapes"], "there are no parameters"
    assert not found["still"], f"no gradient for {', '.join(found['still'])}"
