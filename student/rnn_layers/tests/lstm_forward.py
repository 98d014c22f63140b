"""Public checks of lstm_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, rng, test_case
from checks.gradients import results_of

OK_FORMAT = False
name = "lstm_forward"


def draw(T=4, N=3, D=2, H=5):
    """Return x, h0, Wx, Wh and b; all sizes differ, so that a mix-up of axes shows."""
    shapes = ((T, N, D), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    generator = rng("arguments")
    return [generator.normal(0, 0.7, shape) for shape in shapes]


def run(lstm_forward, arguments):
    """Return the states alone."""
    return results_of(lstm_forward, arguments, "h")[0]


@test_case(
    points=0.25,
    hidden=False,
    failure_message="h must hold the state after each of the T steps. Time is the first axis: x "
    "is (T, N, D) and h is (T, N, H).",
)
def gives_a_state_for_each_step(lstm_forward):
    h = run(lstm_forward, draw())
    expect_shape(h, (4, 3, 5), "h", "(T, N, H)")
    expect_dtype(h, "f", "h")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With weights of zero, gates that are fully open "
    "and a candidate of tanh(0.5) = 0.4621, the cell state grows by 0.4621 in each step from 0, "
    "so the states are tanh of 0.4621, 0.9242 and 1.3863.",
)
def hands_the_cell_state_on(lstm_forward):
    x, h0, weights = np.zeros((3, 2, 1)), np.zeros((2, 1)), np.zeros((1, 4))
    h = run(lstm_forward, (x, h0, weights, weights, np.array([50.0, 50.0, 0.5, 50.0])))
    expected = np.repeat(np.tanh(np.tanh(0.5) * np.arange(1, 4)), 2).reshape(3, 2, 1)
    expect_close(h, expected, name="h")
