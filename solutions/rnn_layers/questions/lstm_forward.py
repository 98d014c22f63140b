"""Cases for an LSTM over whole sequences."""

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
name = "lstm_forward"


def draw(T=4, N=3, D=2, H=5):
    """Return x, h0, Wx, Wh and b; all sizes differ, so that a mix-up of axes shows."""
    shapes = ((T, N, D), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    generator = rng("arguments")
    return [generator.normal(0, 0.7, shape) for shape in shapes]


def run(lstm_forward, arguments):
    """Return the states alone."""
    return results_of(lstm_forward, arguments, "h")[0]


def expected_states(x, h0, Wx, Wh, b):
    """Return the states of torch's own layer, whose order of gates is i, f, c~, o, from c0 = 0."""
    D, H = x.shape[2], h0.shape[1]
    order = np.concatenate([np.arange(4 * H).reshape(4, H)[gate] for gate in (1, 0, 2, 3)])
    layer = nn.LSTM(D, H, dtype=torch.float64)
    values = [array[..., order].T.copy() for array in (Wx, Wh, b, 0 * b)]
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = {key: torch.from_numpy(value) for key, value in zip(names, values, strict=True)}
    h0 = torch.from_numpy(h0)[None]
    states = h0, torch.zeros_like(h0)
    return functional_call(layer, weights, (torch.from_numpy(x), states))[0].detach().numpy()


def states_by_steps(lstm_step_forward, x, h0, Wx, Wh, b):
    """Return the states to which the student's own step leads."""
    states, h, c = [], h0, np.zeros_like(h0)
    for x_t in x:
        h, c, _ = expect_parts(lstm_step_forward(x_t, h, c, Wx, Wh, b), "next_h", "next_c", "cache")
        states.append(h)
    assert np.ptp(states) > 1e-6, "the step gives the same state for everything"
    return np.stack(states)


def expect_states(lstm_forward, lstm_step_forward, arguments):
    """Fail unless the states are those of torch, or those of the student's own step."""
    h = run(lstm_forward, arguments)
    expect_any(
        lambda: expect_close(h, expected_states(*arguments), name="h"),
        lambda: expect_close(h, states_by_steps(lstm_step_forward, *arguments), name="h"),
    )


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The states are not those of the recurrence: each step takes both states of "
    "the step before it, and the first starts from h0 and a cell state of zero.",
)
def matches_the_layer_of_torch(lstm_forward, lstm_step_forward):
    expect_states(lstm_forward, lstm_step_forward, draw())


@test_case(points=0.25, hidden=True, failure_message="Sequences of a single step fail.")
def works_for_a_single_step(lstm_forward, lstm_step_forward):
    expect_states(lstm_forward, lstm_step_forward, draw(T=1))


@test_case(points=0.25, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(lstm_forward, lstm_step_forward):
    expect_states(lstm_forward, lstm_step_forward, draw(N=1))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A second batch gives other states after a first one than by itself: "
    "something is kept from one call to the next.",
)
def starts_anew_with_each_call(lstm_forward, lstm_step_forward):
    run(lstm_forward, draw(T=6, N=2))
    expect_states(lstm_forward, lstm_step_forward, draw())
