"""Public checks of other_head; the grader has more."""

import torch

from checks import expect_finite, expect_shape, rng, run_beside, test_case

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
