"""Public checks of total_variation_loss; the grader has more."""

import torch

from checks import expect_close, run_beside, test_case
from support import draw_features, expect_one_number

OK_FORMAT = False
name = "total_variation_loss"


def find(style_transfer):
    """Return the function from the module of style_transfer, by the one or the other name."""
    import inspect

    names = inspect.unwrap(style_transfer).__globals__
    return names.get("total_variation_loss") or names.get("tv_loss")


def loss_in(style_transfer):
    """Return the student's function, total_variation_loss or tv_loss."""
    found = run_beside(find, style_transfer)
    assert found is not None, "there is neither total_variation_loss nor tv_loss"
    return found


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The total variation must be a tensor with one number.",
)
def gives_one_number(style_transfer):
    expect_one_number(loss_in(style_transfer)(draw_features("image", 1, 3, 4, 5), 0.5))


@test_case(
    points=0.25,
    hidden=False,
    failure_message="One channel has the rows 1, 2, 4; 1, 0, 4; and 1, 2, 4. The others are "
    "constant. The squares add up to 27 along the rows and to 8 along the columns: with the weight "
    "0.5, the loss must be 17.5.",
)
def agrees_with_a_calculation_by_hand(style_transfer):
    image = torch.ones(1, 3, 3, 3)
    image[0, 1] = torch.tensor([[1.0, 2.0, 4.0], [1.0, 0.0, 4.0], [1.0, 2.0, 4.0]])
    expect_close(loss_in(style_transfer)(image, 0.5), 17.5, name="the loss")
