"""Cases for the style loss: its value, its weights and its gradients."""

import numpy as np
import torch

from checks import expect_any, expect_close, expect_own_or_replaced, rng, test_case
from oracle import expect_gradient, gram_by_numpy, right_gram_matrix, style_by_numpy
from support import draw_features, expect_one_number

OK_FORMAT = False
name = "style_loss"

SHAPES = ((1, 2, 5, 4), (1, 3, 4, 4), (1, 4, 3, 2), (1, 5, 2, 2), (1, 2, 3, 3))
LAYERS = [3, 0, 2]
WEIGHTS = [0.7, 3.0, 11.0]
TARGETS = [torch.tensor([[[1.0, 1.0], [1.0, 3.0]]]), torch.tensor([[[1.0, 0.5], [0.5, 3.0]]])]


def draw():
    """Return five feature maps, and targets for the layers 3, 0 and 2."""
    feats = [draw_features(f"layer {i}", *shape) for i, shape in enumerate(SHAPES)]
    return feats, [draw_features(f"target {i}", 1, SHAPES[i][1], SHAPES[i][1]) for i in LAYERS]


def tens(owner):
    """Return a function in place of gram_matrix, for a check that students have: all tens."""
    import torch

    def gram_matrix(features, *_, **__):
        return torch.full((1, features.shape[1], features.shape[1]), 10.0) + 0 * features.sum()

    return {"gram_matrix": gram_matrix}


def hand_worked(style_loss):
    """Return the loss of two layers with two channels of four numbers each."""
    feats = [
        torch.tensor([[[[2.0, 2.0], [0.0, 0.0]], [[0.0, 2.0], [2.0, 0.0]]]]),
        torch.tensor([[[[4.0, 2.0], [2.0, 0.0]], [[0.0, 2.0], [2.0, 4.0]]]]),
    ]
    return style_loss(feats, [1, 0], TARGETS, [2.0, 0.5])


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The style loss must be a tensor with one number.",
)
def gives_one_number(style_loss):
    feats, targets = draw()

    def check():
        expect_one_number(style_loss(feats, LAYERS, targets, WEIGHTS))

    expect_own_or_replaced(check, style_loss, tens)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The normalised Gram matrices of two layers are ((3, 1), (1, 3)) and "
    "((1, 0.5), (0.5, 1)). Each target differs by 2 in one number, and the weights are 2 and 0.5: "
    "the loss must be 10.",
)
def agrees_with_a_calculation_by_hand(style_loss):
    def right():
        expect_close(hand_worked(style_loss), 10.0, rtol=1e-4, name="the loss")

    def with_tens():
        first, second = (float(((10 - target) ** 2).sum()) for target in TARGETS)
        wanted = 2 * first + 0.5 * second
        expect_close(hand_worked(style_loss), wanted, rtol=1e-4, name="the loss")

    expect_any(right, lambda: expect_own_or_replaced(with_tens, style_loss, tens))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With three layers, the loss is wrong. Number k in style_layers belongs to "
    "target k and weight k; it is a position in feats. Add up and do not average.",
)
def adds_up_the_style_layers(style_loss):
    feats, targets = draw()

    def check():
        found = style_loss(feats, LAYERS, targets, WEIGHTS)
        wanted = style_by_numpy(feats, LAYERS, targets, WEIGHTS)
        expect_close(found, wanted, rtol=1e-4, name="the loss")

    expect_own_or_replaced(check, style_loss, right_gram_matrix)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A layer does not count with its own weight. Each squared difference is "
    "multiplied by the weight of its layer, after squaring.",
)
def gives_each_layer_its_own_weight(style_loss):
    feats, targets = draw()

    def check(weights):
        found = style_loss(feats, LAYERS, targets, weights)
        wanted = style_by_numpy(feats, LAYERS, targets, weights)
        expect_close(found, wanted, rtol=1e-4, name=f"the loss with the weights {weights}")

    for number in range(3):
        weights = [0.0] * 3
        weights[number] = float(np.round(rng(f"weight {number}").uniform(2, 4), 2))
        expect_own_or_replaced(
            lambda weights=weights: check(weights), style_loss, right_gram_matrix
        )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient of the loss with respect to the feature maps is wrong. Compute "
    "with tensors, and do not detach (`.detach()`, `.data`, `.item()`, `no_grad`).",
)
def passes_the_gradient_to_each_layer(style_loss):
    feats, targets = draw()

    def check(layer):
        def changed(features):
            return [*feats[:layer], features, *feats[layer + 1 :]]

        expect_gradient(
            lambda features: style_loss(changed(features), LAYERS, targets, WEIGHTS),
            lambda features: style_by_numpy(changed(features), LAYERS, targets, WEIGHTS),
            feats[layer],
            f"the feature map of layer {layer}",
        )

    for layer in LAYERS:
        expect_own_or_replaced(lambda layer=layer: check(layer), style_loss, right_gram_matrix)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A style loss with a single layer must work, and must be zero where the Gram "
    "matrix is equal to its target.",
)
def works_for_a_single_layer(style_loss):
    feats, _ = draw()
    targets = [torch.from_numpy(gram_by_numpy(feats[1]))[None]]

    def check():
        shifted = [targets[0] + 1]
        expect_close(style_loss(feats, [1], targets, [5.0]), 0.0, atol=1e-6, name="the loss")
        expect_close(style_loss(feats, [1], shifted, [5.0]), 45.0, rtol=1e-4, name="the loss")

    expect_own_or_replaced(check, style_loss, right_gram_matrix)
