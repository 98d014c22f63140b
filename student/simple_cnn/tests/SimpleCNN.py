"""Public checks of SimpleCNN; the grader has more."""

import torch

from checks import expect_close, expect_dtype, expect_shape, test_case
from support import draw_images, network_with

OK_FORMAT = False
name = "SimpleCNN"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="SimpleCNN() must build the network, and the network must map images of shape "
    "(N, 1, 28, 28) to numbers of shape (N, 10).",
)
def gives_ten_numbers_for_each_image(SimpleCNN):
    outputs = SimpleCNN()(draw_images(3))
    expect_shape(outputs, (3, 10), "the output", "(N, 10)")
    expect_dtype(outputs, "f", "the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The outputs must be log-probabilities: each is negative, and the exponentials "
    "of the ten outputs for an image sum to one.",
)
def gives_log_probabilities(SimpleCNN):
    outputs = SimpleCNN()(draw_images(4)).detach()
    assert float(outputs.max()) < 0, "an output is not negative"
    expect_close(outputs.exp().sum(1), torch.ones(4), atol=1e-5, name="the sum of probabilities")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="This check sets all parameters to zero, except the biases of the linear "
    "layer, which are log 1, log 2, ..., log 10. Then class k (from 1 to 10) must have the "
    "log-probability log(k / 55).",
)
def agrees_with_a_calculation_by_hand(SimpleCNN):
    ranks = torch.arange(1.0, 11.0)
    outputs = network_with(SimpleCNN, {(10,): ranks.log()})(draw_images(2))
    expect_close(outputs, (ranks / 55).log().expand(2, 10), atol=1e-5, name="the output")
