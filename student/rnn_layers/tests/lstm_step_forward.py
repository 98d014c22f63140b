"""Public checks of lstm_step_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, rng, test_case
from checks.gradients import results_of

OK_FORMAT = False
name = "lstm_step_forward"


def draw(N=3, D=4, H=5):
    """Return x, prev_h, prev_c, Wx, Wh and b in float64; H and D differ."""
    shapes = ((N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    generator = rng("arguments")
    return [generator.normal(size=shape) for shape in shapes]


def step(lstm_step_forward, arguments):
    """Return next_h and next_c."""
    return results_of(lstm_step_forward, arguments, "next_h", "next_c")


def step_by_biases(lstm_step_forward, prev_c, b):
    """Return next_h and next_c of two sequences, where only the biases open the gates."""
    zeros = np.zeros((2, 1)), np.zeros((2, 1)), np.full((2, 1), prev_c)
    return step(lstm_step_forward, (*zeros, np.zeros((1, 4)), np.zeros((1, 4)), np.array(b)))


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The result must be a tuple of next_h, next_c and a cache; both states hold "
    "H numbers for each of the N sequences.",
)
def gives_two_states_per_sequence(lstm_step_forward):
    for label, state in zip(("next_h", "next_c"), step(lstm_step_forward, draw()), strict=True):
        expect_shape(state, (3, 5), label, "(N, H)")
        expect_dtype(state, "f", label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With all weights and biases at zero, the three "
    "gates are 1/2 and the candidate is 0. From prev_c = 2 log 2 = 1.3863, next_c is log 2 and "
    "next_h is 1/2 tanh(log 2) = 0.3.",
)
def agrees_with_a_calculation_by_hand(lstm_step_forward):
    next_h, next_c = step_by_biases(lstm_step_forward, 2 * np.log(2), [0.0, 0.0, 0.0, 0.0])
    expect_close(next_c, np.full((2, 1), np.log(2)), name="next_c")
    expect_close(next_h, np.full((2, 1), 0.3), name="next_h")
