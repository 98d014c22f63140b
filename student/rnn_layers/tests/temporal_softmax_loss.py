"""Public checks of temporal_softmax_loss; the grader has more."""

import numpy as np

from checks import as_shaped, expect_close, expect_parts, rng, test_case
from checks.gradients import expect_slopes
from support import FLOAT32, copies

OK_FORMAT = False
name = "temporal_softmax_loss"


def draw(N=3, T=4, V=5):
    """Return scores, words and mask of captions with different lengths."""
    x = rng("x").normal(0, 2, (N, T, V))
    y = rng("y").integers(0, V, (N, T))
    lengths = 1 + (np.arange(N) + rng("lengths").integers(0, T)) % T
    return x, y, np.arange(T) < lengths[:, None]


def result(temporal_softmax_loss, arguments):
    """Return the loss and dx."""
    loss, dx = expect_parts(temporal_softmax_loss(*copies(arguments)), "loss", "dx")
    return as_shaped(loss, (), "the loss"), dx


@test_case(
    points=0.5,
    hidden=False,
    failure_message="An example that you can compute by hand is wrong. In each of the N = 2 "
    "captions one word counts; its score is log 3, the score of the other word is 0. So its "
    "probability is 3/4 and its loss is -log(3/4). The total loss is 0.2877; dx is -1/8 at the "
    "right word and 1/8 at the other word.",
)
def agrees_with_a_calculation_by_hand(temporal_softmax_loss):
    x = np.array([[[np.log(3), 0.0], [5.0, 6.0]], [[0.0, np.log(3)], [7.0, 8.0]]])
    y, mask = np.array([[0, 0], [1, 1]]), np.array([[True, False], [True, False]])
    loss, dx = result(temporal_softmax_loss, (x, y, mask))
    expect_close(loss, 0.287682, **FLOAT32, name="the loss")
    expected = [[[-0.125, 0.125], [0, 0]], [[0.125, -0.125], [0, 0]]]
    expect_close(dx, expected, rtol=1e-4, atol=1e-5, name="dx")


@test_case(
    points=0,
    hidden=False,
    failure_message="dx disagrees with finite differences of your own loss. This check gives no "
    "points; hidden checks do.",
)
def predicts_small_changes_of_the_loss(temporal_softmax_loss):
    _, dx = result(temporal_softmax_loss, draw())
    expect_slopes(temporal_softmax_loss, draw(), [1.0], [dx], ["dx"])
