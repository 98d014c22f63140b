"""Public checks of rnn_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_own_or_replaced, expect_shape, test_case
from checks.gradients import results_of
from support import copies, draw_sequence, standing_still

OK_FORMAT = False
name = "rnn_forward"


def draw(**sizes):
    """Return x, h0, Wx, Wh and b."""
    return draw_sequence("rnn", scale=0.7, **sizes)


def run(rnn_forward, arguments):
    """Return the states alone."""
    return results_of(rnn_forward, copies(arguments), "h")[0]


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
