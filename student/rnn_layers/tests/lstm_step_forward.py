"""Public checks of lstm_step_forward; the grader has more."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, test_case
from checks.gradients import results_of
from support import FLOAT32, copies, draw_step

OK_FORMAT = False
name = "lstm_step_forward"


def step(lstm_step_forward, arguments):
    """Return next_h and next_c."""
    return results_of(lstm_step_forward, copies(arguments), "next_h", "next_c")


def step_by_biases(lstm_step_forward, prev_c, b):
    """Return next_h and next_c of two sequences whose gates depend on the biases only."""
    zeros = np.zeros((2, 4)), np.zeros((2, 3)), np.full((2, 3), prev_c)
    weights = np.zeros((4, 12)), np.zeros((3, 12)), np.repeat(np.array(b), 3)
    return step(lstm_step_forward, (*zeros, *weights))


@test_case(
    points=0.25,
    hidden=False,
    failure_message="lstm_step_forward must return a tuple of next_h, next_c and a cache. Both "
    "states have one row of H numbers for each of the N sequences.",
)
def gives_two_states_per_sequence(lstm_step_forward):
    states = step(lstm_step_forward, draw_step("lstm"))
    for label, state in zip(("next_h", "next_c"), states, strict=True):
        expect_shape(state, (3, 5), label, "(N, H)")
        expect_dtype(state, "f", label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. All weights and biases "
    "are zero, so the three gates are 1/2 and the candidate is 0. For prev_c = 2 log 2 = 1.3863, "
    "next_c is log 2 = 0.6931 and next_h is 1/2 tanh(log 2) = 0.3.",
)
def agrees_with_a_calculation_by_hand(lstm_step_forward):
    next_h, next_c = step_by_biases(lstm_step_forward, 2 * np.log(2), [0.0, 0.0, 0.0, 0.0])
    expect_close(next_c, np.full((2, 3), np.log(2)), **FLOAT32, name="next_c")
    expect_close(next_h, np.full((2, 3), 0.3), **FLOAT32, name="next_h")
