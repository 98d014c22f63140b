"""Cases for the gradients of a recurrent network over whole sequences."""

import numpy as np
import torch
from otter.test_files import test_case
from torch import nn
from torch.func import functional_call

from autograder.checks import expect_shape, rng
from autograder.checks.gradients import (
    expect_autograd,
    expect_slopes,
    gradients_of,
    gradients_of_the_first,
)

OK_FORMAT = False
name = "rnn_backward"
points = 4

GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")


def draw(T=4, N=3, D=2, H=5, label=""):
    """Return x, h0, Wx, Wh and b, scaled so that every step matters to the last state."""
    shapes = ((T, N, D), (N, H), (D, H), (H, H), (H,))
    return [rng(f"{label} {i}").normal(0, 0.5, shape) for i, shape in enumerate(shapes)]


def draw_upstream(T=4, N=3, H=5):
    """Return the gradients with respect to all states."""
    return [rng("upstream").normal(size=(T, N, H))]


def only(steps, upstream):
    """Return ``upstream`` with zeros outside ``steps``."""
    kept = np.zeros_like(upstream)
    kept[steps] = upstream[steps]
    return kept


def definition(x, h0, Wx, Wh, b):
    """Run torch's own layer."""
    layer = nn.RNN(x.shape[2], h0.shape[1], dtype=torch.float64)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = dict(zip(names, (Wx.T, Wh.T, b, torch.zeros_like(b)), strict=True))
    return functional_call(layer, weights, (x, h0[None]))[0]


def expect_gradients(forward, backward, arguments, upstream):
    """Fail unless a forward and a backward pass give the gradients of autograd."""
    found = gradients_of(forward, backward, arguments, upstream, GRADIENTS)
    expect_autograd(definition, arguments, upstream, found, GRADIENTS)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, (T, N, D), "
    "dh0 that of h0, db that of b.",
)
def gives_each_gradient_the_shape_of_its_argument(rnn_forward, rnn_backward):
    found = gradients_of(rnn_forward, rnn_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own rnn_forward changes on a small step "
    "in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(rnn_forward, rnn_backward):
    found = gradients_of(rnn_forward, rnn_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(rnn_forward, draw(), draw_upstream(), found, GRADIENTS)


@test_case(
    points=1,
    hidden=True,
    failure_message="A gradient is wrong. The weights serve every step, so their gradients are "
    "sums over all steps; a state's gradient has its direct part and the one that comes back.",
)
def matches_autograd(rnn_forward, rnn_backward):
    expect_gradients(rnn_forward, rnn_backward, draw(), draw_upstream())


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Where only the last state matters to the loss, a gradient is wrong: its "
    "effect has to travel back through all steps to h0.",
)
def goes_back_from_the_last_state(rnn_forward, rnn_backward):
    upstream = [only([-1], *draw_upstream())]
    expect_gradients(rnn_forward, rnn_backward, draw(), upstream)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Where only the first state matters to the loss, a gradient is wrong: what "
    "comes after it has no effect.",
)
def goes_back_from_the_first_state(rnn_forward, rnn_backward):
    upstream = [only([0], *draw_upstream())]
    expect_gradients(rnn_forward, rnn_backward, draw(), upstream)


@test_case(points=0.25, hidden=True, failure_message="Sequences of a single step fail.")
def works_for_a_single_step(rnn_forward, rnn_backward):
    expect_gradients(rnn_forward, rnn_backward, draw(T=1), draw_upstream(T=1))


@test_case(points=0.25, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(rnn_forward, rnn_backward):
    expect_gradients(rnn_forward, rnn_backward, draw(N=1), draw_upstream(N=1))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="After two forward passes, the backward pass of the first is wrong. All that "
    "it needs must come from its own cache.",
)
def uses_the_cache_that_it_is_given(rnn_forward, rnn_backward):
    passes = draw(label="first"), draw(label="second")
    found = gradients_of_the_first(rnn_forward, rnn_backward, passes, draw_upstream(), GRADIENTS)
    expect_autograd(definition, passes[0], draw_upstream(), found, GRADIENTS)
