"""Cases for an RNN over whole sequences."""

import numpy as np

from checks import expect_close, expect_dtype, expect_own_or_replaced, expect_shape, test_case
from checks.gradients import results_of
from oracle import expect_states_of_some_step
from support import copies, draw_sequence, standing_still

OK_FORMAT = False
name = "rnn_forward"


def draw(**sizes):
    """Return x, h0, Wx, Wh and b."""
    return draw_sequence("rnn", scale=0.7, **sizes)


def run(rnn_forward, arguments):
    """Return the states alone."""
    return results_of(rnn_forward, copies(arguments), "h")[0]


def expect_right(rnn_forward, rnn_step_forward, arguments, run=run):
    """Fail unless the states are right, or follow from the student's own step or a right one."""
    expect_states_of_some_step("rnn", rnn_forward, run, rnn_step_forward, arguments)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="h must hold the state after each of the T steps. Time is the first axis: x "
    "is (T, N, D) and h is (T, N, H).",
)
def gives_a_state_for_each_step(rnn_forward):
    def check():
        h = run(rnn_forward, draw())
        expect_shape(h, (4, 3, 5), "h", "(T, N, H)")
        expect_dtype(h, "f", "h")

    expect_own_or_replaced(check, rnn_forward, standing_still)


@test_case(
    points=0,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. With Wx = 0, b = 0 and the "
    "unit matrix as Wh, each state is tanh of the previous state. From h0 = 1, the states are "
    "tanh(1) = 0.7616, then 0.6420, then 0.5663. This check gives no points; hidden checks do.",
)
def hands_the_state_on(rnn_forward):
    x, h0, zero = np.zeros((3, 2, 4)), np.ones((2, 5)), np.zeros((4, 5))
    h = run(rnn_forward, (x, h0, zero, np.eye(5), np.zeros(5)))
    expected = np.repeat([0.761594, 0.642015, 0.566257], 10).reshape(3, 2, 5)
    expect_close(h, expected, rtol=1e-4, name="h")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The states are wrong. Each state follows from the input of its step and the "
    "previous state; the first step starts from h0.",
)
def matches_the_layer_of_torch(rnn_forward, rnn_step_forward):
    expect_right(rnn_forward, rnn_step_forward, draw())


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="The states of a second call are wrong. A call must not depend on earlier "
    "calls.",
)
def starts_anew_with_each_call(rnn_forward, rnn_step_forward):
    earlier = draw(T=6, N=2)

    def run_again(rnn_forward, arguments):
        run(rnn_forward, earlier)
        return run(rnn_forward, arguments)

    expect_right(rnn_forward, rnn_step_forward, draw(), run_again)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="The states are wrong for one sequence of one step (N = 1, T = 1).",
)
def works_for_a_single_step_of_a_single_sequence(rnn_forward, rnn_step_forward):
    expect_right(rnn_forward, rnn_step_forward, draw(N=1, T=1))
