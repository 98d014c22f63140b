"""Public checks of lstm_backward; the grader has more."""

from checks import test_case
from support import (
    draw_sequence,
    draw_upstream,
    expect_argument_shapes_of_sequences,
    expect_finite_differences,
)

OK_FORMAT = False
name = "lstm_backward"

GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")


def draw(T=4, N=3, label=""):
    """Return arguments for which every step affects the last state."""
    return draw_sequence("lstm", T=T, N=N, scale=0.5, label=label)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Each gradient must have the shape of its argument: dx has the shape of x, "
    "(T, N, D); dh0 has the shape of h0, db has the shape of b.",
)
def gives_each_gradient_the_shape_of_its_argument(lstm_forward, lstm_backward):
    functions = lstm_forward, lstm_backward
    expect_argument_shapes_of_sequences(functions, draw(), draw_upstream(4, 3, 5), GRADIENTS)


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own lstm_forward. This "
    "check gives no points; hidden checks do.",
)
def predicts_small_changes_of_the_forward_pass(lstm_forward, lstm_backward):
    functions = lstm_forward, lstm_backward
    expect_finite_differences(functions, draw(), draw_upstream(4, 3, 5), GRADIENTS)
