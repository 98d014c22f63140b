"""Cases for an LSTM over whole sequences."""

import numpy as np

from checks import expect_close, expect_dtype, expect_own_or_replaced, expect_shape, test_case
from checks.gradients import results_of
from oracle import expect_states_of_some_step
from support import FLOAT32, copies, draw_sequence, standing_still

OK_FORMAT = False
name = "lstm_forward"


def draw(**sizes):
    """Return x, h0, Wx, Wh and b."""
    return draw_sequence("lstm", scale=0.7, **sizes)


def run(lstm_forward, arguments):
    """Return the hidden states alone."""
    return results_of(lstm_forward, copies(arguments), "h")[0]


def expect_right(lstm_forward, lstm_step_forward, arguments, run=run):
    """Fail unless the states are right, or follow from the student's own step or a right one."""
    expect_states_of_some_step("lstm", lstm_forward, run, lstm_step_forward, arguments)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="h must hold the state after each of the T steps. Time is the first axis: x "
    "is (T, N, D) and h is (T, N, H).",
)
def gives_a_state_for_each_step(lstm_forward):
    def check():
        h = run(lstm_forward, draw())
        expect_shape(h, (4, 3, 5), "h", "(T, N, H)")
        expect_dtype(h, "f", "h")

    expect_own_or_replaced(check, lstm_forward, standing_still)


@test_case(
    points=0,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. The weights are zero, the "
    "gates are fully open, and the candidate is tanh(0.5) = 0.4621. The cell state starts at 0 and"
    " grows by 0.4621 in each step, so the states are tanh of 0.4621, 0.9242 and 1.3863. This "
    "check gives no points; hidden checks do.",
)
def hands_the_cell_state_on(lstm_forward):
    x, h0, b = np.zeros((3, 2, 4)), np.zeros((2, 5)), np.repeat([50.0, 50.0, 0.5, 50.0], 5)
    h = run(lstm_forward, (x, h0, np.zeros((4, 20)), np.zeros((5, 20)), b))
    expected = np.repeat(np.tanh(np.tanh(0.5) * np.arange(1, 4)), 10).reshape(3, 2, 5)
    expect_close(h, expected, **FLOAT32, name="h")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The states are wrong. Each step starts from both states of the previous step; "
    "the first step starts from h0 and a cell state of zero.",
)
def matches_the_layer_of_torch(lstm_forward, lstm_step_forward):
    expect_right(lstm_forward, lstm_step_forward, draw())


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="The states of a second call are wrong. A call must not depend on earlier "
    "calls.",
)
def starts_anew_with_each_call(lstm_forward, lstm_step_forward):
    earlier = draw(T=6, N=2)

    def run_again(lstm_forward, arguments):
        run(lstm_forward, earlier)
        return run(lstm_forward, arguments)

    expect_right(lstm_forward, lstm_step_forward, draw(), run_again)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="The states are wrong for one sequence of one step (N = 1, T = 1).",
)
def works_for_a_single_step_of_a_single_sequence(lstm_forward, lstm_step_forward):
    expect_right(lstm_forward, lstm_step_forward, draw(N=1, T=1))
