"""Cases for a fully connected layer at every step of a sequence."""

import numpy as np
import torch

from checks import expect_close, expect_shape, rng, test_case
from checks.gradients import (
    expect_autograd,
    expect_slopes,
    gradients_of,
    gradients_of_the_first,
    results_of,
)

OK_FORMAT = False
name = "temporal_fc"

GRADIENTS = ("dx", "dw", "db")


def draw(N=2, T=4, D=3, M=5, label=""):
    """Return x, w and b; all sizes differ, so that a mix-up of axes shows."""
    shapes = ((N, T, D), (D, M), (M,))
    generator = rng(f"arguments {label}")
    return [generator.normal(size=shape) for shape in shapes]


def draw_upstream(N=2, T=4, M=5):
    """Return the gradient with respect to the outputs."""
    return [rng("upstream").normal(size=(N, T, M))]


def forward(temporal_fc_forward, arguments):
    """Return the outputs alone."""
    return results_of(temporal_fc_forward, arguments, "out")[0]


def expect_gradients(forward, backward, arguments, upstream):
    """Fail unless a forward and a backward pass give the gradients of autograd."""
    found = gradients_of(forward, backward, arguments, upstream, GRADIENTS)
    expect_autograd(torch_layer, arguments, upstream, found, GRADIENTS)


def torch_layer(x, w, b):
    """Apply torch's own layer."""
    return torch.nn.functional.linear(x, w.T, b)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="A calculation by hand fails: with w = (1, 10) from D = 2 to M = 1 and "
    "b = 0.5, the step (3, 4) gives 43.5. The batch is the first axis: out is (N, T, M).",
)
def agrees_with_a_calculation_by_hand(temporal_fc_forward):
    x = np.array([[[3.0, 4.0], [0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]])
    out = forward(temporal_fc_forward, (x, np.array([[1.0], [10.0]]), np.array([0.5])))
    expect_shape(out, (2, 3, 1), "out", "(N, T, M)")
    expected = [[[43.5], [10.5], [1.5]], [[0.5], [11.5], [22.5]]]
    expect_close(out, expected, name="out")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="A gradient does not tell how your own temporal_fc_forward changes on a "
    "small step in one of its arguments.",
)
def predicts_small_changes_of_the_forward_pass(temporal_fc_forward, temporal_fc_backward):
    found = gradients_of(
        temporal_fc_forward, temporal_fc_backward, draw(), draw_upstream(), GRADIENTS
    )
    expect_slopes(temporal_fc_forward, draw(), draw_upstream(), found, GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The outputs are not those of one fully connected layer at every step.",
)
def matches_the_layer_of_torch(temporal_fc_forward):
    x, w, b = map(torch.from_numpy, draw())
    out = forward(temporal_fc_forward, draw())
    expect_close(out, torch_layer(x, w, b).numpy(), name="out")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A gradient is wrong. The same weights and biases serve every step of every "
    "sequence, so their gradients are sums over both.",
)
def matches_autograd(temporal_fc_forward, temporal_fc_backward):
    expect_gradients(temporal_fc_forward, temporal_fc_backward, draw(), draw_upstream())


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A single sequence of a single step fails.",
)
def works_for_a_single_step_of_a_single_sequence(temporal_fc_forward, temporal_fc_backward):
    out = forward(temporal_fc_forward, draw(N=1, T=1))
    expect_shape(out, (1, 1, 5), "out", "(N, T, M)")
    upstream = draw_upstream(N=1, T=1)
    expect_gradients(temporal_fc_forward, temporal_fc_backward, draw(N=1, T=1), upstream)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="After two forward passes, the backward pass of the first is wrong. All that "
    "it needs must come from its own cache.",
)
def uses_the_cache_that_it_is_given(temporal_fc_forward, temporal_fc_backward):
    passes = draw(label="first"), draw(label="second")
    found = gradients_of_the_first(
        temporal_fc_forward, temporal_fc_backward, passes, draw_upstream(), GRADIENTS
    )
    expect_autograd(torch_layer, passes[0], draw_upstream(), found, GRADIENTS)
