"""Cases for one step of an LSTM."""

import numpy as np

from checks import expect_close, expect_dtype, expect_shape, test_case
from checks.gradients import results_of
from oracle import expected, lstm_step
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


def expect_step(lstm_step_forward, **sizes):
    """Fail unless both states agree with torch."""
    next_h, next_c = step(lstm_step_forward, draw_step("lstm", **sizes))
    expected_h, expected_c = expected(lstm_step, draw_step("lstm", **sizes))
    expect_close(next_c, expected_c, **FLOAT32, name="next_c")
    expect_close(next_h, expected_h, **FLOAT32, name="next_h")


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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The first of the four blocks must be the forget gate: when the first gate "
    "is open and the second is closed, the cell state does not change.",
)
def has_the_forget_gate_first(lstm_step_forward):
    _, next_c = step_by_biases(lstm_step_forward, 1.0, [50.0, -50.0, 1.0, 1.0])
    expect_close(next_c, np.full((2, 3), 1.0), **FLOAT32, name="next_c")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The second of the four blocks must be the input gate: when the second gate "
    "is open and the first is closed, the cell state becomes the candidate.",
)
def has_the_input_gate_second(lstm_step_forward):
    _, next_c = step_by_biases(lstm_step_forward, 1.0, [-50.0, 50.0, 0.5, -0.25])
    expect_close(next_c, np.full((2, 3), np.tanh(0.5)), **FLOAT32, name="next_c")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The third block must be the candidate, with tanh, and the fourth the output "
    "gate, which multiplies tanh(next_c).",
)
def has_the_candidate_third_and_the_output_gate_last(lstm_step_forward):
    next_h, _ = step_by_biases(lstm_step_forward, 1.0, [-50.0, 50.0, -2.0, np.log(3)])
    expect_close(next_h, np.full((2, 3), 0.75 * np.tanh(np.tanh(-2.0))), **FLOAT32, name="next_h")


@test_case(
    points=1,
    hidden=True,
    failure_message="next_h or next_c does not follow the formulas. The order of the blocks is "
    "forget gate, input gate, candidate, output gate.",
)
def matches_the_cell_of_torch(lstm_step_forward):
    expect_step(lstm_step_forward)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_cell_of_torch",
    failure_message="The step is wrong for a batch of one sequence (N = 1).",
)
def works_for_a_single_sequence(lstm_step_forward):
    expect_step(lstm_step_forward, N=1)
