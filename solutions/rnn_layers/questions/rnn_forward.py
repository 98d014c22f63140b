"""Cases for a recurrent network over whole sequences."""

import numpy as np
import torch
from torch import nn
from torch.func import functional_call

from checks import (
    expect_any,
    expect_close,
    expect_dtype,
    expect_parts,
    expect_shape,
    rng,
    test_case,
)
from checks.gradients import results_of

OK_FORMAT = False
name = "rnn_forward"


def draw(T=4, N=3, D=2, H=5):
    """Return x, h0, Wx, Wh and b; all sizes differ, so that a mix-up of axes shows."""
    shapes = ((T, N, D), (N, H), (D, H), (H, H), (H,))
    generator = rng("arguments")
    return [generator.normal(0, 0.7, shape) for shape in shapes]


def run(rnn_forward, arguments):
    """Return the states alone."""
    return results_of(rnn_forward, arguments, "h")[0]


def expected_states(x, h0, Wx, Wh, b):
    """Return the states that torch's own layer gives."""
    x, h0, Wx, Wh, b = map(torch.from_numpy, (x, h0, Wx, Wh, b))
    layer = nn.RNN(x.shape[2], h0.shape[1], dtype=torch.float64)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = dict(zip(names, (Wx.T, Wh.T, b, 0 * b), strict=True))
    return functional_call(layer, weights, (x, h0[None]))[0].numpy()


def states_by_steps(rnn_step_forward, x, h0, Wx, Wh, b):
    """Return the states to which the student's own step leads."""
    states, h = [], h0
    for x_t in x:
        h, _ = expect_parts(rnn_step_forward(x_t, h, Wx, Wh, b), "next_h", "cache")
        states.append(h)
    assert np.ptp(states) > 1e-6, "the step gives the same state for everything"
    return np.stack(states)


def expect_states(rnn_forward, rnn_step_forward, arguments):
    """Fail unless the states are those of torch, or those of the student's own step."""
    h = run(rnn_forward, arguments)
    expect_any(
        lambda: expect_close(h, expected_states(*arguments), name="h"),
        lambda: expect_close(h, states_by_steps(rnn_step_forward, *arguments), name="h"),
    )


@test_case(
    points=0.25,
    hidden=False,
    failure_message="h must hold the state after each of the T steps. Time is the first axis: x "
    "is (T, N, D) and h is (T, N, H).",
)
def gives_a_state_for_each_step(rnn_forward):
    h = run(rnn_forward, draw())
    expect_shape(h, (4, 3, 5), "h", "(T, N, H)")
    expect_dtype(h, "f", "h")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With Wx = 0, Wh = 1 and b = 0, each state is "
    "tanh of the one before: tanh(1) = 0.7616, then 0.6420, then 0.5663 from h0 = 1.",
)
def hands_the_state_on(rnn_forward):
    x, h0, zero, one = np.zeros((3, 2, 1)), np.ones((2, 1)), np.zeros((1, 1)), np.ones((1, 1))
    h = run(rnn_forward, (x, h0, zero, one, np.zeros(1)))
    expected = np.repeat([0.761594, 0.642015, 0.566257], 2).reshape(3, 2, 1)
    expect_close(h, expected, rtol=1e-4, name="h")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The states are not those of the recurrence: each comes from its own input "
    "and the state just before it, the first from h0.",
)
def matches_the_layer_of_torch(rnn_forward, rnn_step_forward):
    expect_states(rnn_forward, rnn_step_forward, draw())


@test_case(points=0.25, hidden=True, failure_message="Sequences of a single step fail.")
def works_for_a_single_step(rnn_forward, rnn_step_forward):
    expect_states(rnn_forward, rnn_step_forward, draw(T=1))


@test_case(points=0.25, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(rnn_forward, rnn_step_forward):
    expect_states(rnn_forward, rnn_step_forward, draw(N=1))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A second batch gives other states after a first one than by itself: "
    "something is kept from one call to the next.",
)
def starts_anew_with_each_call(rnn_forward, rnn_step_forward):
    run(rnn_forward, draw(T=6, N=2))
    expect_states(rnn_forward, rnn_step_forward, draw())
