"""Cases for the total variation: both directions, all channels, the borders, the gradient."""

import torch

from checks import expect_close, run_beside, test_case
from oracle import expect_gradient, variation_by_numpy
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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For random pixels, the loss differs from the weighted sum of squared "
    "differences of all neighbours.",
)
def adds_up_the_squares_of_all_neighbours(style_transfer):
    loss = loss_in(style_transfer)
    for weight, shape in ((0.3, (1, 3, 4, 6)), (2.0, (1, 3, 5, 3))):
        image = draw_features("image", *shape)
        expect_close(loss(image, weight), variation_by_numpy(image, weight), rtol=1e-5)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss is wrong for a picture that changes in one direction only. Both "
    "directions count: neighbours in a row and neighbours in a column.",
)
def counts_both_directions(style_transfer):
    loss, line = loss_in(style_transfer), draw_features("line", 1, 3, 1, 5)
    for image in (line.expand(1, 3, 4, 5), line.mT.expand(1, 3, 5, 4)):
        image = image.contiguous()
        expect_close(loss(image, 1.5), variation_by_numpy(image, 1.5), rtol=1e-5)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss is wrong for a picture of which one channel varies. All three "
    "channels count alike.",
)
def counts_all_three_channels(style_transfer):
    loss = loss_in(style_transfer)
    for channel in range(3):
        image = torch.zeros(1, 3, 4, 5, dtype=torch.float64)
        image[0, channel] = draw_features("channel", 4, 5)
        expect_close(loss(image, 1.0), variation_by_numpy(image, 1.0), rtol=1e-5)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss is wrong for a picture with one bright pixel on its border. Pairs in "
    "the first and last row and column count too; a pixel and the opposite border are no pair.",
)
def counts_the_borders_once(style_transfer):
    loss = loss_in(style_transfer)
    for row, column in ((0, 0), (0, 2), (2, 0), (3, 4), (3, 1), (1, 4)):
        image = torch.zeros(1, 3, 4, 5, dtype=torch.float64)
        image[0, 1, row, column] = 2.0
        what = f"the loss for a bright pixel at ({row}, {column})"
        expect_close(loss(image, 1.0), variation_by_numpy(image, 1.0), name=what)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradient of the loss with respect to the picture is wrong. Compute with "
    "tensors, and do not detach (`.detach()`, `.data`, `no_grad`).",
)
def passes_the_gradient_to_the_picture(style_transfer):
    loss = loss_in(style_transfer)
    expect_gradient(
        lambda image: loss(image, 0.7),
        lambda image: variation_by_numpy(image, 0.7),
        draw_features("image", 1, 3, 4, 3),
        "the picture",
    )
