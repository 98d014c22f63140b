"""Public checks of rnn_step_backward; the grader has more."""

from checks import test_case
from support import draw_step, draw_upstream, expect_argument_shapes, expect_finite_differences

OK_FORMAT = False
name = "rnn_step_backward"

GRADIENTS = ("dx", "dprev_h", "dWx", "dWh", "db")


def draw(N=3, label=""):
    """Return arguments for which tanh is neither flat nor linear."""
    return draw_step("rnn", N=N, scale=0.5, label=label)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Each gradient must have the shape of its argument: dx has the shape of x, db "
    "has the shape of b, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(rnn_step_forward, rnn_step_backward):
    functions = rnn_step_forward, rnn_step_backward
    expect_argument_shapes(functions, draw(), draw_upstream(3, 5), GRADIENTS)


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own rnn_step_forward. "
    "This check gives no points; hidden checks do.",
)
def predicts_small_changes_of_the_forward_pass(rnn_step_forward, rnn_step_backward):
    functions = rnn_step_forward, rnn_step_backward
    expect_finite_differences(functions, draw(), draw_upstream(3, 5), GRADIENTS)
