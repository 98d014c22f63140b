"""Cases for a fully connected layer at every step of a sequence."""

import numpy as np
from torch.nn import functional

from checks import expect_close, expect_shape, rng, test_case
from checks.gradients import results_of
from oracle import expect_gradients, expect_own_cache, expected
from support import FLOAT32, copies, draw_upstream, expect_finite_differences

OK_FORMAT = False
name = "temporal_fc"

GRADIENTS = ("dx", "dw", "db")


def draw(N=2, T=4, D=3, M=5, label=""):
    """Return x, w and b; all sizes differ, so that swapped axes show."""
    generator = rng(f"arguments {label}")
    return [generator.normal(size=shape) for shape in ((N, T, D), (D, M), (M,))]


def forward(temporal_fc_forward, arguments):
    """Return the outputs alone."""
    return results_of(temporal_fc_forward, copies(arguments), "out")[0]


def torch_layer(x, w, b):
    """Apply torch's own layer."""
    return functional.linear(x, w.T, b)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. With D = 2, M = 2, w = ((1,"
    " 2), (10, 20)) and b = (0.5, 1), the input (3, 4) gives (43.5, 87). The batch is the first "
    "axis: out is (N, T, M).",
)
def agrees_with_a_calculation_by_hand(temporal_fc_forward):
    x = np.array([[[3.0, 4.0], [0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]])
    out = forward(
        temporal_fc_forward, (x, np.array([[1.0, 2.0], [10.0, 20.0]]), np.array([0.5, 1.0]))
    )
    expect_shape(out, (2, 3, 2), "out", "(N, T, M)")
    right = np.array([[[43.5], [10.5], [1.5]], [[0.5], [11.5], [22.5]]])
    expect_close(out, right * [1, 2], **FLOAT32, name="out")


@test_case(
    points=0,
    hidden=False,
    failure_message="A gradient disagrees with finite differences of your own temporal_fc_forward."
    " This check gives no points; hidden checks do.",
)
def predicts_small_changes_of_the_forward_pass(temporal_fc_forward, temporal_fc_backward):
    functions = temporal_fc_forward, temporal_fc_backward
    expect_finite_differences(functions, draw(), draw_upstream(2, 4, 5), GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The outputs are wrong. The same fully connected layer applies to every step "
    "of every sequence.",
)
def matches_the_layer_of_torch(temporal_fc_forward):
    out = forward(temporal_fc_forward, draw())
    expect_close(out, expected(torch_layer, draw()), **FLOAT32, name="out")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="A gradient is wrong. All steps of all sequences share the weights and "
    "biases, so the gradients of these are sums over both axes.",
)
def matches_autograd(temporal_fc_forward, temporal_fc_backward):
    functions = temporal_fc_forward, temporal_fc_backward
    expect_gradients(torch_layer, functions, draw(), draw_upstream(2, 4, 5), GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_autograd",
    failure_message="After two forward passes, the backward pass with the first cache is wrong. "
    "The backward pass may use only its arguments.",
)
def uses_the_cache_that_it_is_given(temporal_fc_forward, temporal_fc_backward):
    functions = temporal_fc_forward, temporal_fc_backward
    passes = draw(label="1"), draw(label="2")
    expect_own_cache(torch_layer, functions, passes, draw_upstream(2, 4, 5), GRADIENTS)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_autograd",
    failure_message="The outputs or a gradient are wrong for one sequence of one step "
    "(N = 1, T = 1).",
)
def works_for_a_single_step_of_a_single_sequence(temporal_fc_forward, temporal_fc_backward):
    arguments = draw(N=1, T=1)
    out = forward(temporal_fc_forward, arguments)
    expect_shape(out, (1, 1, 5), "out", "(N, T, M)")
    expect_close(out, expected(torch_layer, arguments), **FLOAT32, name="out")
    functions = temporal_fc_forward, temporal_fc_backward
    expect_gradients(torch_layer, functions, arguments, draw_upstream(1, 1, 5), GRADIENTS)
