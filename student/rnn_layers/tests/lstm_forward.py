"""Public checks of lstm_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_own_or_replaced, expect_shape, test_case
from checks.gradients import results_of
from support import FLOAT32, copies, draw_sequence, standing_still

OK_FORMAT = False
name = "lstm_forward"


def draw(**sizes):
    """Return x, h0, Wx, Wh and b."""
    return draw_sequence("lstm", scale=0.7, **sizes)


def run(lstm_forward, arguments):
    """Return the hidden states alone."""
    return results_of(lstm_forward, copies(arguments), "h")[0]


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
