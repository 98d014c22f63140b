"""Cases for the gradients of one step of a recurrent network."""

import torch

from checks import expect_shape, rng, test_case
from checks.gradients import (
    expect_autograd,
    expect_slopes,
    gradients_of,
    gradients_of_the_first,
)

OK_FORMAT = False
name = "rnn_step_backward"

NAMES = ("x", "prev_h", "Wx", "Wh", "b")
GRADIENTS = ("dx", "dprev_h", "dWx", "dWh", "db")


def draw(N=3, D=4, H=5, label=""):
    """Return x, prev_h, Wx, Wh and b, scaled so that tanh is neither flat nor straight."""
    shapes = ((N, D), (N, H), (D, H), (H, H), (H,))
    generator = rng(f"arguments {label}")
    return [generator.normal(0, 0.5, shape) for shape in shapes]


def draw_upstream(N=3, H=5):
    """Return the gradient with respect to next_h."""
    return [rng("upstream").normal(size=(N, H))]


def definition(x, prev_h, Wx, Wh, b):
    """Take the step in torch."""
    return torch.tanh(x @ Wx + prev_h @ Wh + b)


def expect_gradients(forward, backward, arguments, upstream):
    """Fail unless a forward and a backward pass give the gradients of autograd."""
    found = gradients_of(forward, backward, arguments, upstream, GRADIENTS)
    expect_autograd(definition, arguments, upstream, found, GRADIENTS)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, db that "
    "of b, and so on.",
)
def gives_each_gradient_the_shape_of_its_argument(rnn_step_forward, rnn_step_backward):
    found = gradients_of(rnn_step_forward, rnn_step_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own rnn_step_forward changes on a small "
    "step in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(rnn_step_forward, rnn_step_backward):
    found = gradients_of(rnn_step_forward, rnn_step_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(rnn_step_forward, draw(), draw_upstream(), found, GRADIENTS)


@test_case(
    points=1,
    hidden=True,
    failure_message="A gradient is wrong. Find the gradient with respect to what tanh is applied "
    "to first; the other five follow from it.",
)
def matches_autograd(rnn_step_forward, rnn_step_backward):
    expect_gradients(rnn_step_forward, rnn_step_backward, draw(), draw_upstream())


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A batch of a single sequence fails, or gives gradients of other shapes.",
)
def works_for_a_single_sequence(rnn_step_forward, rnn_step_backward):
    expect_gradients(rnn_step_forward, rnn_step_backward, draw(N=1), draw_upstream(N=1))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="After two forward passes, the backward pass of the first is wrong. All that "
    "it needs must come from its own cache.",
)
def uses_the_cache_that_it_is_given(rnn_step_forward, rnn_step_backward):
    passes = draw(label="first"), draw(label="second")
    found = gradients_of_the_first(
        rnn_step_forward, rnn_step_backward, passes, draw_upstream(), GRADIENTS
    )
    expect_autograd(definition, passes[0], draw_upstream(), found, GRADIENTS)
