"""Cases for the gradients of an RNN over whole sequences."""

from checks import test_case
from oracle import expect_own_sequence_cache, expect_sequence_gradients, only
from support import (
    draw_sequence,
    draw_upstream,
    expect_argument_shapes_of_sequences,
    expect_finite_differences,
)

OK_FORMAT = False
name = "rnn_backward"

GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")


def draw(T=4, N=3, label=""):
    """Return arguments for which every step affects the last state."""
    return draw_sequence("rnn", T=T, N=N, scale=0.5, label=label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each gradient must have the shape of its argument: dx has the shape of x, "
    "(T, N, D); dh0 has the shape of h0, db has the shape of b.",
)
def gives_each_gradient_the_shape_of_its_argument(rnn_forward, rnn_backward):
    functions = rnn_forward, rnn_backward
    expect_argument_shapes_of_sequences(functions, draw(), draw_upstream(4, 3, 5), GRADIENTS)


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own rnn_forward. This "
    "check gives no points; hidden checks do.",
)
def predicts_small_changes_of_the_forward_pass(rnn_forward, rnn_backward):
    functions = rnn_forward, rnn_backward
    expect_finite_differences(functions, draw(), draw_upstream(4, 3, 5), GRADIENTS)


@test_case(
    points=1.5,
    hidden=True,
    failure_message="A gradient is wrong. All steps share the weights, so the gradients of the "
    "weights are sums over the steps. The gradient of a state has two parts: its own entry in dh, "
    "and the gradient from the next step.",
)
def matches_autograd(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    functions = rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward
    expect_sequence_gradients("rnn", functions, draw(), draw_upstream(4, 3, 5))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A gradient is wrong when the loss depends on the last state only. Its "
    "gradient must go back through all steps to h0.",
)
def goes_back_from_the_last_state(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    functions = rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward
    expect_sequence_gradients("rnn", functions, draw(), only(-1, draw_upstream(4, 3, 5)))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A gradient is wrong when the loss depends on the first state only. Later "
    "steps do not affect this loss.",
)
def goes_back_from_the_first_state(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    functions = rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward
    expect_sequence_gradients("rnn", functions, draw(), only(0, draw_upstream(4, 3, 5)))


@test_case(
    points=0.5,
    hidden=True,
    after="matches_autograd",
    failure_message="After two forward passes, the backward pass with the first cache is wrong. "
    "The backward pass may use only its arguments.",
)
def uses_the_cache_that_it_is_given(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    functions = rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward
    passes = draw(label="1"), draw(label="2")
    expect_own_sequence_cache("rnn", functions, passes, draw_upstream(4, 3, 5))


@test_case(
    points=0.5,
    hidden=True,
    after="matches_autograd",
    failure_message="A gradient is wrong for one sequence of one step (N = 1, T = 1).",
)
def works_for_a_single_step_of_a_single_sequence(
    rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward
):
    functions = rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward
    expect_sequence_gradients("rnn", functions, draw(N=1, T=1), draw_upstream(1, 1, 5))
