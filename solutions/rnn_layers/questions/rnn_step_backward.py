"""Cases for the gradients of one step of an RNN."""

from checks import test_case
from oracle import expect_gradients, expect_own_cache, rnn_step
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


@test_case(
    points=2,
    hidden=True,
    failure_message="A gradient is wrong. First find the gradient with respect to the argument of "
    "tanh; the five gradients follow from it.",
)
def matches_autograd(rnn_step_forward, rnn_step_backward):
    functions = rnn_step_forward, rnn_step_backward
    expect_gradients(rnn_step, functions, draw(), draw_upstream(3, 5), GRADIENTS)


@test_case(
    points=0.5,
    hidden=True,
    after="matches_autograd",
    failure_message="After two forward passes, the backward pass with the first cache is wrong. "
    "The backward pass may use only its arguments.",
)
def uses_the_cache_that_it_is_given(rnn_step_forward, rnn_step_backward):
    functions, passes = (rnn_step_forward, rnn_step_backward), (draw(label="1"), draw(label="2"))
    expect_own_cache(rnn_step, functions, passes, draw_upstream(3, 5), GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_autograd",
    failure_message="A gradient is wrong, or has the wrong shape, for a batch of one sequence "
    "(N = 1).",
)
def works_for_a_single_sequence(rnn_step_forward, rnn_step_backward):
    functions = rnn_step_forward, rnn_step_backward
    expect_gradients(rnn_step, functions, draw(N=1), draw_upstream(1, 5), GRADIENTS)
