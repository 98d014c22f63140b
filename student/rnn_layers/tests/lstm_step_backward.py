"""Public checks of lstm_step_backward; the grader has more."""

from checks import test_case
from support import draw_step, draw_upstream, expect_argument_shapes, expect_finite_differences

OK_FORMAT = False
name = "lstm_step_backward"

GRADIENTS = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")


def draw(N=3, label=""):
    """Return arguments for which no gate is closed."""
    return draw_step("lstm", N=N, scale=0.6, label=label)


def upstream(N=3):
    """Return the gradients with respect to next_h and next_c."""
    return draw_upstream(N, 5, results=2)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Each gradient must have the shape of its argument: dx has the shape of x, "
    "dprev_c has the shape of prev_c, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(lstm_step_forward, lstm_step_backward):
    functions = lstm_step_forward, lstm_step_backward
    expect_argument_shapes(functions, draw(), upstream(), GRADIENTS)


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own lstm_step_forward. "
    "This check gives no points; hidden checks do.",
)
def predicts_small_changes_of_the_forward_pass(lstm_step_forward, lstm_step_backward):
    functions = lstm_step_forward, lstm_step_backward
    expect_finite_differences(functions, draw(), upstream(), GRADIENTS)
