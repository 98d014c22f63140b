"""Public checks of SimpleCNN; the grader has more."""

import torch

from checks import expect_close, expect_dtype, expect_shape, rng, test_case

OK_FORMAT = False
name = "SimpleCNN"

BIAS = (10,)


def draw_images(count):
    """Return grey images whose pixels are independent of each other."""
    return torch.from_numpy(rng("images").random((count, 1, 28, 28))).float()


def network_with(SimpleCNN, values):
    """Build the network with the parameters ``values``, by shape, and all others at zero."""
    model = SimpleCNN()
    model(draw_images(2))  # a lazy layer learns its shape from the first images
    state = {key: torch.zeros_like(value) for key, value in model.state_dict().items()}
    for shape, value in values.items():
        keys = [key for key, held in state.items() if tuple(held.shape) == shape]
        assert keys, f"the network has no parameter of shape {shape}"
        state.update(dict.fromkeys(keys, value))
    model.load_state_dict(state)
    return model


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The network must be built by SimpleCNN() and map images of shape "
    "(N, 1, 28, 28) to numbers of shape (N, 10).",
)
def gives_ten_numbers_for_each_image(SimpleCNN):
    outputs = SimpleCNN()(draw_images(3))
    expect_shape(outputs, (3, 10), "the output", "(N, 10)")
    expect_dtype(outputs, "f", "the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The outputs must be log-probabilities: negative, and for each image the "
    "exponentials of its ten outputs add up to one.",
)
def gives_log_probabilities(SimpleCNN):
    outputs = SimpleCNN()(draw_images(4)).detach()
    assert float(outputs.max()) < 0, "an output is not negative"
    expect_close(outputs.exp().sum(1), torch.ones(4), atol=1e-5, name="the sum of probabilities")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With all parameters at zero but the biases of the linear layer, which are "
    "log 1, log 2, ..., log 10, class k (from 1 to 10) must have the log-probability log(k / 55).",
)
def agrees_with_a_calculation_by_hand(SimpleCNN):
    ranks = torch.arange(1.0, 11.0)
    outputs = network_with(SimpleCNN, {BIAS: ranks.log()})(draw_images(2))
    expect_close(outputs, (ranks / 55).log().expand(2, 10), atol=1e-5, name="the output")
