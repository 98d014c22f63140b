"""Cases for one step of a recurrent network."""

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


@test_case(
    points=1,
    hidden=True,
    failure_message="next_h is not the one of the formula. All four parts count: the input with "
    "its weights, the state before with its weights, the biases, and tanh.",
)
def matches_the_definition(rnn_step_forward):
    x, prev_h, Wx, Wh, b = draw()
    expected = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh) + b)
    expect_close(step(rnn_step_forward, draw()), expected, name="next_h")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A batch of a single sequence fails.",
)
def works_for_a_single_sequence(rnn_step_forward):
    x, prev_h, Wx, Wh, b = draw(N=1)
    expected = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh) + b)
    expect_close(step(rnn_step_forward, draw(N=1)), expected, name="next_h")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With more sequences than numbers in a state, a step fails. Each sequence "
    "has its own row, and none depends on another.",
)
def treats_each_sequence_by_itself(rnn_step_forward):
    x, prev_h, *weights = draw(N=8, D=2, H=3)
    together = step(rnn_step_forward, (x, prev_h, *weights))
    alone = step(rnn_step_forward, (x[5:6], prev_h[5:6], *weights))
    expect_shape(together, (8, 3), "next_h", "(N, H)")
    expect_close(together[5:6], alone, name="the state of a sequence in a batch")
