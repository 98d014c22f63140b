"""Public checks of rnn_step_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, test_case
from checks.gradients import results_of
from support import FLOAT32, copies, draw_step

OK_FORMAT = False
name = "rnn_step_forward"


def step(rnn_step_forward, arguments):
    """Return next_h alone."""
    return results_of(rnn_step_forward, copies(arguments), "next_h")[0]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="rnn_step_forward must return a tuple of next_h and a cache. next_h has one "
    "row of H numbers for each of the N sequences.",
)
def gives_one_state_per_sequence(rnn_step_forward):
    next_h = step(rnn_step_forward, draw_step("rnn"))
    expect_shape(next_h, (3, 5), "next_h", "(N, H)")
    expect_dtype(next_h, "f", "next_h")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. Two units have the same "
    "weights: Wx = (0.1, 0.2), Wh = (0.5, 1), b = -0.1507. For prev_h = (0.4, 0), x = (1, 2) and "
    "for x = (3, 1), the argument of tanh is 0.5493 and both numbers of next_h are 0.5.",
)
def agrees_with_a_calculation_by_hand(rnn_step_forward):
    x, prev_h = np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([[0.4, 0.0], [0.4, 0.0]])
    Wx, Wh = np.array([[0.1, 0.1], [0.2, 0.2]]), np.array([[0.5, 0.5], [1.0, 1.0]])
    b = np.full(2, np.arctanh(0.5) - 0.7)
    next_h = step(rnn_step_forward, (x, prev_h, Wx, Wh, b))
    expect_close(next_h, np.full((2, 2), 0.5), **FLOAT32, name="next_h")
