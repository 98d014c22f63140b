"""Cases for one step of an LSTM."""

import numpy as np
import torch
from torch import nn
from torch.func import functional_call

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


def expected_step(x, prev_h, prev_c, Wx, Wh, b):
    """Return next_h and next_c of torch's own cell, whose order of gates is i, f, c~, o."""
    D, H = x.shape[1], prev_h.shape[1]
    order = np.concatenate([np.arange(4 * H).reshape(4, H)[gate] for gate in (1, 0, 2, 3)])
    cell = nn.LSTMCell(D, H, dtype=torch.float64)
    values = [array[..., order].T.copy() for array in (Wx, Wh, b)]
    names = ("weight_ih", "weight_hh", "bias_ih")
    weights = {key: torch.from_numpy(value) for key, value in zip(names, values, strict=True)}
    weights["bias_hh"] = torch.zeros(4 * H, dtype=torch.float64)
    states = torch.from_numpy(prev_h), torch.from_numpy(prev_c)
    found = functional_call(cell, weights, (torch.from_numpy(x), states))
    return [state.detach().numpy() for state in found]


def expect_step(lstm_step_forward, **sizes):
    """Fail unless both states are those of torch."""
    next_h, next_c = step(lstm_step_forward, draw(**sizes))
    expected_h, expected_c = expected_step(*draw(**sizes))
    expect_close(next_c, expected_c, name="next_c")
    expect_close(next_h, expected_h, name="next_h")


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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The first of the four blocks belongs to the forget gate: with it open and "
    "the input gate shut, the cell state stays as it is.",
)
def has_the_forget_gate_first(lstm_step_forward):
    _, next_c = step_by_biases(lstm_step_forward, 1.0, [50.0, -50.0, 1.0, 1.0])
    expect_close(next_c, np.full((2, 1), 1.0), name="next_c")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The second of the four blocks belongs to the input gate: with it open and "
    "the forget gate shut, the cell state becomes the candidate.",
)
def has_the_input_gate_second(lstm_step_forward):
    _, next_c = step_by_biases(lstm_step_forward, 1.0, [-50.0, 50.0, 0.5, -0.25])
    expect_close(next_c, np.full((2, 1), np.tanh(0.5)), name="next_c")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The third block belongs to the candidate, with tanh, and the fourth to the "
    "output gate: next_h is what this gate lets through of tanh(next_c).",
)
def has_the_candidate_third_and_the_output_gate_last(lstm_step_forward):
    next_h, _ = step_by_biases(lstm_step_forward, 1.0, [-50.0, 50.0, -2.0, np.log(3)])
    expect_close(next_h, np.full((2, 1), 0.75 * np.tanh(np.tanh(-2.0))), name="next_h")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A state is not the one of the formulas. The order of the blocks is forget "
    "gate, input gate, candidate, output gate.",
)
def matches_the_cell_of_torch(lstm_step_forward):
    expect_step(lstm_step_forward)


@test_case(points=0.5, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(lstm_step_forward):
    expect_step(lstm_step_forward, N=1)
