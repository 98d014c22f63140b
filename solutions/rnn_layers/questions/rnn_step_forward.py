"""Cases for one step of an RNN."""

import numpy as np

from checks import as_shaped, expect_close, expect_dtype, expect_shape, test_case
from checks.gradients import results_of
from oracle import expected, rnn_step
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


@test_case(
    points=1.25,
    hidden=True,
    failure_message="next_h does not follow the formula. Check its four parts: the input times "
    "its weights, the previous state times its weights, the biases, and tanh.",
)
def matches_the_definition(rnn_step_forward):
    next_h = step(rnn_step_forward, draw_step("rnn"))
    expect_close(next_h, expected(rnn_step, draw_step("rnn")), **FLOAT32, name="next_h")


@test_case(
    points=0.5,
    hidden=True,
    after="matches_the_definition",
    failure_message="The step is wrong for a batch with more sequences than hidden units "
    "(N > H). Each sequence is one row, and no sequence depends on another.",
)
def treats_each_sequence_by_itself(rnn_step_forward):
    x, prev_h, *weights = draw_step("rnn", N=8, D=2, H=3)
    together = step(rnn_step_forward, (x, prev_h, *weights))
    apart = step(rnn_step_forward, (x[5:7], prev_h[5:7], *weights))
    together = as_shaped(together, (8, 3), "next_h")
    assert np.ptp(together, axis=0).any(), "all sequences of a batch get the same state"
    expect_close(together[5:7], apart, **FLOAT32, name="the states of two sequences in a batch")


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_definition",
    failure_message="The step is wrong for a batch of one sequence (N = 1).",
)
def works_for_a_single_sequence(rnn_step_forward):
    next_h = step(rnn_step_forward, draw_step("rnn", N=1))
    expect_close(next_h, expected(rnn_step, draw_step("rnn", N=1)), **FLOAT32, name="next_h")
