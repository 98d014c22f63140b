"""Cases for the gradients of a recurrent network over whole sequences."""

import numpy as np
import torch
from torch import nn
from torch.func import functional_call

from checks import expect_any, expect_close, expect_parts, expect_shape, rng, test_case
from checks.gradients import (
    expect_autograd,
    expect_slopes,
    gradients_of,
    gradients_of_the_first,
)

OK_FORMAT = False
name = "rnn_backward"

GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")


def draw(T=4, N=3, D=2, H=5, label=""):
    """Return x, h0, Wx, Wh and b, scaled so that every step matters to the last state."""
    shapes = ((T, N, D), (N, H), (D, H), (H, H), (H,))
    generator = rng(f"arguments {label}")
    return [generator.normal(0, 0.5, shape) for shape in shapes]


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


def gradients_by_steps(steps, upstream, x, h0, Wx, Wh, b):
    """Return the gradients to which the student's own steps lead."""
    step_forward, step_backward = steps
    caches, h = [], h0
    for x_t in x:
        h, cache = expect_parts(step_forward(x_t, h, Wx, Wh, b), "next_h", "cache")
        caches.append(cache)
    dx, dprev_h, sums = [], np.zeros_like(h0), [0, 0, 0]
    for t in reversed(range(len(x))):
        found = step_backward(upstream[0][t] + dprev_h, caches[t])
        dx_t, dprev_h, *parameters = expect_parts(found, "dx", "dprev_h", "dWx", "dWh", "db")
        dx.insert(0, dx_t)
        sums = [total + part for total, part in zip(sums, parameters, strict=True)]
    assert np.ptp(dx) > 1e-6, "the step gives the same gradient for everything"
    return [np.stack(dx), dprev_h, *sums]


def compare(found, arguments, upstream, steps):
    """Fail unless the gradients are those of autograd, or those of the student's own steps."""

    def expect_own():
        own = gradients_by_steps(steps, upstream, *arguments)
        for label, gradient, wanted in zip(GRADIENTS, found, own, strict=True):
            expect_close(gradient, wanted, rtol=1e-4, atol=1e-5, name=label)

    expect_any(
        lambda: expect_autograd(definition, arguments, upstream, found, GRADIENTS), expect_own
    )


def expect_gradients(forward, backward, steps, arguments, upstream):
    """Fail unless a forward and a backward pass give the right gradients."""
    found = gradients_of(forward, backward, arguments, upstream, GRADIENTS)
    compare(found, arguments, upstream, steps)


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
def matches_autograd(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    expect_gradients(
        rnn_forward, rnn_backward, (rnn_step_forward, rnn_step_backward), draw(), draw_upstream()
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Where only the last state matters to the loss, a gradient is wrong: its "
    "effect has to travel back through all steps to h0.",
)
def goes_back_from_the_last_state(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    upstream = [only([-1], *draw_upstream())]
    expect_gradients(
        rnn_forward, rnn_backward, (rnn_step_forward, rnn_step_backward), draw(), upstream
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Where only the first state matters to the loss, a gradient is wrong: what "
    "comes after it has no effect.",
)
def goes_back_from_the_first_state(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    upstream = [only([0], *draw_upstream())]
    expect_gradients(
        rnn_forward, rnn_backward, (rnn_step_forward, rnn_step_backward), draw(), upstream
    )


@test_case(points=0.25, hidden=True, failure_message="Sequences of a single step fail.")
def works_for_a_single_step(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    expect_gradients(
        rnn_forward,
        rnn_backward,
        (rnn_step_forward, rnn_step_backward),
        draw(T=1),
        draw_upstream(T=1),
    )


@test_case(points=0.25, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    expect_gradients(
        rnn_forward,
        rnn_backward,
        (rnn_step_forward, rnn_step_backward),
        draw(N=1),
        draw_upstream(N=1),
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="After two forward passes, the backward pass of the first is wrong. All that "
    "it needs must come from its own cache.",
)
def uses_the_cache_that_it_is_given(rnn_forward, rnn_backward, rnn_step_forward, rnn_step_backward):
    passes = draw(label="first"), draw(label="second")
    found = gradients_of_the_first(rnn_forward, rnn_backward, passes, draw_upstream(), GRADIENTS)
    compare(found, passes[0], draw_upstream(), (rnn_step_forward, rnn_step_backward))
