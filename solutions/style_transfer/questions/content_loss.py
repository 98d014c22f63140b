"""Cases for the content loss: its value and its gradient."""

import torch

from checks import expect_close, expect_unchanged, test_case
from oracle import content_by_numpy, expect_gradient
from support import draw_features, expect_one_number

OK_FORMAT = False
name = "content_loss"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The content loss must be a tensor with one number.",
)
def gives_one_number(content_loss):
    maps = draw_features("current", 1, 3, 4, 5), draw_features("target", 1, 3, 4, 5)
    expect_one_number(content_loss(0.5, *maps))


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The first channels 1, 2, 3, 4 and 0, 2, 5, 1 differ by 1, 0, -2, 3, the "
    "second ones by 1, 1, 0, 0. With the weight 0.5, the loss must be 8.",
)
def agrees_with_a_calculation_by_hand(content_loss):
    current = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[6.0, 2.0], [0.0, 3.0]]]])
    target = torch.tensor([[[[0.0, 2.0], [5.0, 1.0]], [[5.0, 1.0], [0.0, 3.0]]]])
    expect_close(content_loss(0.5, current, target), 8.0, name="the loss")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For random feature maps, the loss differs from the weighted sum of squared "
    "differences. Check the order of operations, and that you add up and do not average.",
)
def adds_up_the_squared_differences(content_loss):
    for weight in (2.5, 0.03):
        maps = draw_features("current", 1, 3, 4, 5), draw_features("target", 1, 3, 4, 5)
        # code that computes in float32 is accepted
        expect_close(content_loss(weight, *maps), content_by_numpy(weight, *maps), rtol=1e-5)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradient of the loss with respect to the current feature map is wrong. "
    "Compute with tensors, and do not detach (`.detach()`, `.data`, `no_grad`).",
)
def passes_the_gradient_to_the_feature_map(content_loss):
    target = draw_features("target", 1, 2, 4, 3)
    expect_gradient(
        lambda current: content_loss(1.5, current, target),
        lambda current: content_by_numpy(1.5, current, target),
        draw_features("current", 1, 2, 4, 3),
        "the current feature map",
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The function must not change the feature maps that it gets.",
)
def leaves_the_feature_maps_alone(content_loss):
    maps = draw_features("current", 1, 3, 4, 5), draw_features("target", 1, 3, 4, 5)
    expect_unchanged(content_loss, 0.5, *maps)
