"""Public checks of network; the grader has more."""

import torch

from checks import expect_finite, expect_shape, rng, run_beside, test_case

OK_FORMAT = False
name = "network"

IMAGES, FEATURES = 4, 7  # N and F


def watch(network, weight, images, num_classes, shift):
    """Build the student's network on a small backbone; return its logits and its parameters.

    The backbone is linear, with this weight. ``shift`` is added to the last bias for a second run.
    """
    import inspect
    import sys

    import torch
    from torch import nn

    class Backbone(nn.Module):
        num_features = weight.shape[0]

        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
            with torch.no_grad():
                self.inner.weight.copy_(weight)

        def forward(self, images):
            return self.inner(images.flatten(start_dim=1))

    class Marked(nn.Module):
        def __init__(self, in_features, num_classes):
            super().__init__()
            self.sizes = in_features, num_classes
            self.factor = nn.Parameter(torch.ones(()))

        def forward(self, features):
            return self.factor * features[:, :1].expand(-1, 3)

    names = next(
        vars(part) if inspect.ismodule(part) else inspect.unwrap(part).__globals__
        for part in (vars(network).get("__init__"), sys.modules.get(network.__module__))
        if part is not None
    )
    spaces = [names, *([vars(sys.modules["helper"])] if "helper" in sys.modules else [])]
    before = [(s, s["pretrained_backbone"]) for s in spaces if "pretrained_backbone" in s]
    for space, _ in before:
        space["pretrained_backbone"] = lambda *_: Backbone()
    try:
        torch.manual_seed(0)
        model = network() if num_classes is None else network(num_classes)
        marked = network(3, Marked) if num_classes is not None else None
    finally:
        for space, original in before:
            space["pretrained_backbone"] = original
    model.eval()
    parameters = dict(model.named_parameters())
    own = {n: p for n, p in parameters.items() if not n.startswith("backbone.")}
    biases = [p for p in own.values() if p.ndim == 1]
    with torch.no_grad():
        outputs = model(images)
        parts = model.head(model.backbone(images)) if hasattr(model, "head") else outputs
        if biases:
            biases[-1].add_(shift)
        shifted = model(images)
    return {
        "logits": outputs,
        "parts": parts,
        "shifted": shifted,
        "shapes": sorted(list(p.shape) for p in own.values()),
        "outside": sorted(n for n in own if not n.startswith("head.")),
        "weights": [p.detach().clone() for n, p in parameters.items() if n.startswith("backbone.")],
        "sizes": None if marked is None else list(getattr(marked.head, "sizes", ())),
    }


def study(network, num_classes=10):
    """Return what ``watch`` finds, with the weight of the backbone."""
    draw = rng("network")
    weight = torch.from_numpy(draw.normal(0, 0.7, (FEATURES, 12))).float()
    images = torch.from_numpy(draw.normal(size=(IMAGES, 3, 2, 2))).float()
    return run_beside(watch, network, weight, images, num_classes, 1.5), weight


def use_head(new_head):
    """Return the logits of two images with six features, for ten classes."""
    import torch

    return new_head(6, 10)(torch.ones(2, 6)).detach()


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The network must return finite logits of shape (N, C), with C = 10 by "
    "default.",
)
def returns_a_row_of_logits_for_each_image(FineTunedNet):
    found, _ = study(FineTunedNet, None)
    expect_shape(found["logits"], (IMAGES, 10), "the result", "(N, C)")
    expect_finite(found["logits"])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="new_head(F, C) must return a module that maps features (N, F) to (N, C).",
)
def maps_features_to_logits(new_head):
    logits = run_beside(use_head, new_head)
    expect_shape(logits, (2, 10), "the result", "(N, C)")
