"""Cases for the gradients of one step of an LSTM."""

import numpy as np
import torch

from checks import expect_close, expect_shape, rng, test_case
from checks.gradients import (
    autograd,
    expect_autograd,
    expect_slopes,
    gradients_of,
    gradients_of_the_first,
)

OK_FORMAT = False
name = "lstm_step_backward"

GRADIENTS = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")
GATES = ("forget gate", "input gate", "candidate", "output gate")


def draw(N=3, D=4, H=5, label=""):
    """Return x, prev_h, prev_c, Wx, Wh and b, scaled so that no gate is shut."""
    shapes = ((N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    generator = rng(f"arguments {label}")
    return [generator.normal(0, 0.6, shape) for shape in shapes]


def draw_upstream(N=3, H=5):
    """Return the gradients with respect to next_h and next_c."""
    return [rng(f"upstream {i}").normal(size=(N, H)) for i in range(2)]


def definition(x, prev_h, prev_c, Wx, Wh, b):
    """Take the step in torch."""
    f, i, candidate, o = (x @ Wx + prev_h @ Wh + b).chunk(4, dim=1)
    next_c = torch.sigmoid(f) * prev_c + torch.sigmoid(i) * torch.tanh(candidate)
    return torch.sigmoid(o) * torch.tanh(next_c), next_c


def expect_gradients(forward, backward, arguments, upstream):
    """Fail unless a forward and a backward pass give the gradients of autograd."""
    found = gradients_of(forward, backward, arguments, upstream, GRADIENTS)
    expect_autograd(definition, arguments, upstream, found, GRADIENTS)


def expect_block(lstm_step_forward, lstm_step_backward, gate):
    """Fail unless dWx, dWh and db are right in the columns of one gate."""
    found = gradients_of(lstm_step_forward, lstm_step_backward, draw(), draw_upstream(), GRADIENTS)
    expected = autograd(definition, draw(), draw_upstream())
    for k, label in ((3, "dWx"), (4, "dWh"), (5, "db")):
        expect_shape(found[k], expected[k].shape, label)
        actual, wanted = (
            np.split(np.asarray(part), 4, axis=-1)[gate] for part in (found[k], expected[k])
        )
        expect_close(actual, wanted, rtol=1e-4, atol=1e-5, name=f"{label} of the {GATES[gate]}")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, dprev_c "
    "that of prev_c, db that of b, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(lstm_step_forward, lstm_step_backward):
    found = gradients_of(lstm_step_forward, lstm_step_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own lstm_step_forward changes on a small "
    "step in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(lstm_step_forward, lstm_step_backward):
    found = gradients_of(lstm_step_forward, lstm_step_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(lstm_step_forward, draw(), draw_upstream(), found, GRADIENTS)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With dnext_c at zero, a gradient is wrong: follow the hidden state back to "
    "the output gate and, through tanh, to the cell state.",
)
def goes_back_from_the_hidden_state_alone(lstm_step_forward, lstm_step_backward):
    upstream = [draw_upstream()[0], np.zeros((3, 5))]
    expect_gradients(lstm_step_forward, lstm_step_backward, draw(), upstream)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With dnext_h at zero, a gradient is wrong: follow the cell state back to "
    "the forget gate, the input gate, the candidate and the cell state before.",
)
def goes_back_from_the_cell_state_alone(lstm_step_forward, lstm_step_backward):
    upstream = [np.zeros((3, 5)), draw_upstream()[1]]
    expect_gradients(lstm_step_forward, lstm_step_backward, draw(), upstream)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With both upstream gradients, a gradient is wrong. The cell state passes on "
    "the sum of two effects: dnext_c, and its part in the hidden state.",
)
def adds_both_effects_of_the_cell_state(lstm_step_forward, lstm_step_backward):
    expect_gradients(lstm_step_forward, lstm_step_backward, draw(), draw_upstream())


@test_case(points=0.25, hidden=True, failure_message="The weights of the forget gate are wrong.")
def is_right_for_the_forget_gate(lstm_step_forward, lstm_step_backward):
    expect_block(lstm_step_forward, lstm_step_backward, 0)


@test_case(points=0.25, hidden=True, failure_message="The weights of the input gate are wrong.")
def is_right_for_the_input_gate(lstm_step_forward, lstm_step_backward):
    expect_block(lstm_step_forward, lstm_step_backward, 1)


@test_case(points=0.25, hidden=True, failure_message="The weights of the candidate are wrong.")
def is_right_for_the_candidate(lstm_step_forward, lstm_step_backward):
    expect_block(lstm_step_forward, lstm_step_backward, 2)


@test_case(points=0.25, hidden=True, failure_message="The weights of the output gate are wrong.")
def is_right_for_the_output_gate(lstm_step_forward, lstm_step_backward):
    expect_block(lstm_step_forward, lstm_step_backward, 3)


@test_case(points=0.25, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(lstm_step_forward, lstm_step_backward):
    expect_gradients(lstm_step_forward, lstm_step_backward, draw(N=1), draw_upstream(N=1))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="After two forward passes, the backward pass of the first is wrong. All that "
    "it needs must come from its own cache.",
)
def uses_the_cache_that_it_is_given(lstm_step_forward, lstm_step_backward):
    passes = draw(label="first"), draw(label="second")
    found = gradients_of_the_first(
        lstm_step_forward, lstm_step_backward, passes, draw_upstream(), GRADIENTS
    )
    expect_autograd(definition, passes[0], draw_upstream(), found, GRADIENTS)
