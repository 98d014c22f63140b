"""Public checks of style_loss; the grader has more."""

import torch

from checks import expect_any, expect_close, expect_own_or_replaced, test_case
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
