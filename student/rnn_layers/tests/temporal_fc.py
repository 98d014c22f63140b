"""Public checks of temporal_fc; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case
from checks.gradients import results_of
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
