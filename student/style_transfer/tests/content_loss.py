"""Public checks of content_loss; the grader has more."""

import torch

from checks import expect_close, test_case
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
