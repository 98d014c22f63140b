"""Cases for the network: its layers and its logits, on a small backbone."""

import numpy as np
import torch

from checks import (
    expect_close,
    expect_finite,
    expect_shape,
    numbers,
    rng,
    run_beside,
    test_case,
)

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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The number of outputs must be num_classes.",
)
def has_an_output_for_each_class(FineTunedNet):
    expect_shape(study(FineTunedNet, 6)[0]["logits"], (IMAGES, 6), "the result", "(N, C)")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The new layers must be a hidden layer with 32 units and an output layer, both "
    "linear with biases. Their parameters must be in `head`.",
)
def has_the_two_new_layers(FineTunedNet):
    found = study(FineTunedNet)[0]
    wanted = sorted([[32], [32, FEATURES], [10], [10, 32]])
    assert found["shapes"] == wanted, f"the new parameters have the shapes {found['shapes']}"
    assert not found["outside"], f"these are not in head: {', '.join(found['outside'])}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The network must return what `head` makes of the features of `backbone`.",
)
def feeds_the_features_to_the_head(FineTunedNet):
    found = study(FineTunedNet)[0]
    expect_close(found["logits"], found["parts"], rtol=1e-4, atol=1e-6, name="the logits")
    values = numbers(found["logits"])
    assert np.abs(values - values[:1]).max() > 1e-6, "all images have the same logits"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The backbone must keep its pretrained weights.",
)
def starts_from_the_pretrained_weights(FineTunedNet):
    found, weight = study(FineTunedNet)
    assert found["weights"], "the network has no parameters in `backbone`"
    expect_close(found["weights"][0], weight, name="a weight of the backbone")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Nothing may follow the output layer: the loss expects logits, not "
    "probabilities.",
)
def returns_logits(FineTunedNet):
    found = study(FineTunedNet)[0]
    logits = numbers(found["logits"])
    assert np.abs(logits.sum(axis=1) - 1).max() > 1e-3, "the outputs are probabilities"
    assert np.abs(np.exp(logits).sum(axis=1) - 1).max() > 1e-3, "they are log-probabilities"
    if any(len(shape) == 1 for shape in found["shapes"]):  # missing biases are penalised above
        what = "the logits after a larger bias"
        expect_close(found["shifted"], logits + 1.5, rtol=1e-3, atol=1e-4, name=what)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The new layers must come from make_head(in_features, num_classes).",
)
def uses_the_layers_that_are_asked_for(FineTunedNet):
    found = study(FineTunedNet)[0]
    assert found["sizes"] == [FEATURES, 3], f"make_head got {found['sizes']}"
