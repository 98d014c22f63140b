"""Public checks of rnn_step_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, rng, test_case
from checks.gradients import results_of

OK_FORMAT = False
name = "rnn_step_forward"


def draw(N=3, D=4, H=5):
    """Return x, prev_h, Wx, Wh and b in float64; H and D differ, so that a mix-up shows."""
    shapes = ((N, D), (N, H), (D, H), (H, H), (H,))
    generator = rng("arguments")
    return [generator.normal(size=shape) for shape in shapes]


def step(rnn_step_forward, arguments):
    """Return next_h alone."""
    return results_of(rnn_step_forward, arguments, "next_h")[0]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result must be a tuple of next_h and a cache, and next_h must hold one "
    "state of H numbers for each of the N sequences.",
)
def gives_one_state_per_sequence(rnn_step_forward):
    next_h = step(rnn_step_forward, draw())
    expect_shape(next_h, (3, 5), "next_h", "(N, H)")
    expect_dtype(next_h, "f", "next_h")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With x = (1, 2) or (3, 1), Wx = (0.1, 0.2), "
    "prev_h = 0.4, Wh = 0.5 and b = -0.1507, tanh is applied to 0.5493, so next_h is 0.5.",
)
def agrees_with_a_calculation_by_hand(rnn_step_forward):
    x, prev_h = np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([[0.4], [0.4]])
    Wx, Wh, b = np.array([[0.1], [0.2]]), np.array([[0.5]]), np.array([np.arctanh(0.5) - 0.7])
    expect_close(step(rnn_step_forward, (x, prev_h, Wx, Wh, b)), [[0.5], [0.5]], name="next_h")
