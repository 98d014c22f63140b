"""Cases for the gradients of an LSTM over whole sequences."""

import numpy as np
import torch

from checks import expect_any, expect_close, expect_parts, expect_shape, rng, test_case
from checks.gradients import (
    expect_autograd,
    expect_slopes,
    gradients_of,
    gradients_of_the_first,
)

OK_FORMAT = False
name = "lstm_backward"

GRADIENTS = ("dx", "dh0", "dWx", "dWh", "db")


def draw(T=4, N=3, D=2, H=5, label=""):
    """Return x, h0, Wx, Wh and b, scaled so that every step matters to the last state."""
    shapes = ((T, N, D), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
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
    """Run the LSTM in torch, from a cell state of zero."""
    states, h, c = [], h0, torch.zeros_like(h0)
    for x_t in x:
        f, i, candidate, o = (x_t @ Wx + h @ Wh + b).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states)


def gradients_by_steps(steps, upstream, x, h0, Wx, Wh, b):
    """Return the gradients to which the student's own steps lead."""
    step_forward, step_backward = steps
    caches, h, c = [], h0, np.zeros_like(h0)
    for x_t in x:
        found = step_forward(x_t, h, c, Wx, Wh, b)
        h, c, cache = expect_parts(found, "next_h", "next_c", "cache")
        caches.append(cache)
    dx, dprev_h, dprev_c, sums = [], np.zeros_like(h0), np.zeros_like(h0), [0, 0, 0]
    for t in reversed(range(len(x))):
        found = step_backward(upstream[0][t] + dprev_h, dprev_c, caches[t])
        names = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")
        dx_t, dprev_h, dprev_c, *parameters = expect_parts(found, *names)
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
    points=0.25,
    hidden=False,
    failure_message="Each gradient has the shape of what it belongs to: dx that of x, (T, N, D), "
    "dh0 that of h0, db that of b.",
)
def gives_each_gradient_the_shape_of_its_argument(lstm_forward, lstm_backward):
    found = gradients_of(lstm_forward, lstm_backward, draw(), draw_upstream(), GRADIENTS)
    for label, gradient, argument in zip(GRADIENTS, found, draw(), strict=True):
        expect_shape(gradient, argument.shape, label)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A gradient does not tell how your own lstm_forward changes on a small step "
    "in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(lstm_forward, lstm_backward):
    found = gradients_of(lstm_forward, lstm_backward, draw(), draw_upstream(), GRADIENTS)
    expect_slopes(lstm_forward, draw(), draw_upstream(), found, GRADIENTS)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A gradient is wrong. The weights serve every step, so their gradients are "
    "sums over all steps; both states hand a gradient back from each step to the one before.",
)
def matches_autograd(lstm_forward, lstm_backward, lstm_step_forward, lstm_step_backward):
    expect_gradients(
        lstm_forward,
        lstm_backward,
        (lstm_step_forward, lstm_step_backward),
        draw(),
        draw_upstream(),
    )


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Where only the last state matters to the loss, a gradient is wrong: its "
    "effect has to travel back through all steps to h0.",
)
def goes_back_from_the_last_state(
    lstm_forward, lstm_backward, lstm_step_forward, lstm_step_backward
):
    upstream = [only([-1], *draw_upstream())]
    expect_gradients(
        lstm_forward, lstm_backward, (lstm_step_forward, lstm_step_backward), draw(), upstream
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Where only the first state matters to the loss, a gradient is wrong: what "
    "comes after it has no effect.",
)
def goes_back_from_the_first_state(
    lstm_forward, lstm_backward, lstm_step_forward, lstm_step_backward
):
    upstream = [only([0], *draw_upstream())]
    expect_gradients(
        lstm_forward, lstm_backward, (lstm_step_forward, lstm_step_backward), draw(), upstream
    )


@test_case(points=0.25, hidden=True, failure_message="Sequences of a single step fail.")
def works_for_a_single_step(lstm_forward, lstm_backward, lstm_step_forward, lstm_step_backward):
    expect_gradients(
        lstm_forward,
        lstm_backward,
        (lstm_step_forward, lstm_step_backward),
        draw(T=1),
        draw_upstream(T=1),
    )


@test_case(points=0.25, hidden=True, failure_message="A batch of a single sequence fails.")
def works_for_a_single_sequence(lstm_forward, lstm_backward, lstm_step_forward, lstm_step_backward):
    expect_gradients(
        lstm_forward,
        lstm_backward,
        (lstm_step_forward, lstm_step_backward),
        draw(N=1),
        draw_upstream(N=1),
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="After two forward passes, the backward pass of the first is wrong. All that "
    "it needs must come from its own cache.",
)
def uses_the_cache_that_it_is_given(
    lstm_forward, lstm_backward, lstm_step_forward, lstm_step_backward
):
    passes = draw(label="first"), draw(label="second")
    found = gradients_of_the_first(lstm_forward, lstm_backward, passes, draw_upstream(), GRADIENTS)
    compare(found, passes[0], draw_upstream(), (lstm_step_forward, lstm_step_backward))
