"""Cases for the gradients of one step of an LSTM."""

import numpy as np

from checks import as_shaped, expect_close, test_case
from oracle import (
    expect_gradients,
    expect_own_cache,
    expect_step_gradients,
    lstm_step,
)
from support import (
    FLOAT32,
    draw_step,
    draw_upstream,
    expect_argument_shapes,
    expect_finite_differences,
    gradients,
)

OK_FORMAT = False
name = "lstm_step_backward"

GRADIENTS = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")
GATES = ("forget gate", "input gate", "candidate", "output gate")


def draw(N=3, label=""):
    """Return arguments for which no gate is closed."""
    return draw_step("lstm", N=N, scale=0.6, label=label)


def upstream(N=3):
    """Return the gradients with respect to next_h and next_c."""
    return draw_upstream(N, 5, results=2)


def expect_block(functions, gate):
    """Fail unless dWx, dWh and db are right in the columns of one gate."""

    def ask(arguments, upstream):
        return gradients(functions, arguments, upstream, GRADIENTS)

    def compare(found, wanted):
        for label, actual, part in zip(GRADIENTS[3:], found[3:], wanted[3:], strict=True):
            actual, part = (
                np.split(as_shaped(whole, part.shape, label), 4, axis=-1)[gate]
                for whole in (actual, part)
            )
            expect_close(actual, part, **FLOAT32, name=f"{label} of the {GATES[gate]}")

    given = draw(), upstream()
    expect_step_gradients(lstm_step, functions, given, GRADIENTS, ask, compare)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="Each gradient must have the shape of its argument: dx has the shape of x, "
    "dprev_c has the shape of prev_c, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(lstm_step_forward, lstm_step_backward):
    functions = lstm_step_forward, lstm_step_backward
    expect_argument_shapes(functions, draw(), upstream(), GRADIENTS)


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own lstm_step_forward. "
    "This check gives no points; hidden checks do.",
)
def predicts_small_changes_of_the_forward_pass(lstm_step_forward, lstm_step_backward):
    functions = lstm_step_forward, lstm_step_backward
    expect_finite_differences(functions, draw(), upstream(), GRADIENTS)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A gradient is wrong when dnext_c is zero. Go back from the hidden state to "
    "the output gate and, through tanh, to the cell state.",
)
def goes_back_from_the_hidden_state_alone(lstm_step_forward, lstm_step_backward):
    functions, one = (lstm_step_forward, lstm_step_backward), [upstream()[0], np.zeros((3, 5))]
    expect_gradients(lstm_step, functions, draw(), one, GRADIENTS)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A gradient is wrong when dnext_h is zero. Go back from the cell state to "
    "the forget gate, the input gate, the candidate and the previous cell state.",
)
def goes_back_from_the_cell_state_alone(lstm_step_forward, lstm_step_backward):
    functions, one = (lstm_step_forward, lstm_step_backward), [np.zeros((3, 5)), upstream()[1]]
    expect_gradients(lstm_step, functions, draw(), one, GRADIENTS)


@test_case(
    points=1,
    hidden=True,
    failure_message="A gradient is wrong when neither upstream gradient is zero. The new cell "
    "state affects the loss directly, by dnext_c, and through the hidden state.",
)
def adds_both_effects_of_the_cell_state(lstm_step_forward, lstm_step_backward):
    functions = lstm_step_forward, lstm_step_backward
    expect_gradients(lstm_step, functions, draw(), upstream(), GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="dWx, dWh or db is wrong in the columns of the forget gate.",
)
def is_right_for_the_forget_gate(lstm_step_forward, lstm_step_backward):
    expect_block((lstm_step_forward, lstm_step_backward), 0)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="dWx, dWh or db is wrong in the columns of the input gate.",
)
def is_right_for_the_input_gate(lstm_step_forward, lstm_step_backward):
    expect_block((lstm_step_forward, lstm_step_backward), 1)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="dWx, dWh or db is wrong in the columns of the candidate.",
)
def is_right_for_the_candidate(lstm_step_forward, lstm_step_backward):
    expect_block((lstm_step_forward, lstm_step_backward), 2)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="dWx, dWh or db is wrong in the columns of the output gate.",
)
def is_right_for_the_output_gate(lstm_step_forward, lstm_step_backward):
    expect_block((lstm_step_forward, lstm_step_backward), 3)


@test_case(
    points=0.5,
    hidden=True,
    after="adds_both_effects_of_the_cell_state",
    failure_message="After two forward passes, the backward pass with the first cache is wrong. "
    "The backward pass may use only its arguments.",
)
def uses_the_cache_that_it_is_given(lstm_step_forward, lstm_step_backward):
    functions, passes = (lstm_step_forward, lstm_step_backward), (draw(label="1"), draw(label="2"))
    expect_own_cache(lstm_step, functions, passes, upstream(), GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    after="adds_both_effects_of_the_cell_state",
    failure_message="A gradient is wrong for a batch of one sequence (N = 1).",
)
def works_for_a_single_sequence(lstm_step_forward, lstm_step_backward):
    functions = lstm_step_forward, lstm_step_backward
    expect_gradients(lstm_step, functions, draw(N=1), upstream(N=1), GRADIENTS)
