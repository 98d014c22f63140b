"""Cases for the softmax loss at every step of a sequence."""

import numpy as np
import torch

from checks import as_shaped, expect_close, expect_parts, rng, test_case
from checks.gradients import autograd, expect_slopes
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


def expected_loss(x, y, mask):
    """Return torch's loss: summed over the words that count, divided by N."""
    losses = torch.nn.functional.cross_entropy(
        x.flatten(0, 1), torch.from_numpy(y).flatten(), reduction="none"
    )
    return losses[torch.from_numpy(mask).flatten()].sum() / len(x)


def expected_gradient(x, y, mask):
    """Return the gradient of the loss by autograd."""
    return autograd(lambda scores: expected_loss(scores, y, mask), [x], [np.ones(())])[0]


def expect_loss_and_gradient(temporal_softmax_loss, x, y, mask):
    """Fail unless both agree with torch."""
    loss, dx = result(temporal_softmax_loss, (x, y, mask))
    expect_close(
        loss, float(expected_loss(torch.from_numpy(x), y, mask)), **FLOAT32, name="the loss"
    )
    expect_close(dx, expected_gradient(x, y, mask), rtol=1e-4, atol=1e-5, name="dx")


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss is wrong. It is the sum over all words that count, divided by the "
    "number N of sequences.",
)
def sums_over_time_and_divides_by_the_sequences(temporal_softmax_loss):
    x, y, mask = draw()
    loss, _ = result(temporal_softmax_loss, draw())
    expect_close(
        loss, float(expected_loss(torch.from_numpy(x), y, mask)), **FLOAT32, name="the loss"
    )


@test_case(
    points=1,
    hidden=True,
    failure_message="dx is not the gradient of the loss with respect to the scores.",
)
def gives_the_gradient_of_the_loss(temporal_softmax_loss):
    _, dx = result(temporal_softmax_loss, draw())
    expect_close(dx, expected_gradient(*draw()), rtol=1e-4, atol=1e-5, name="dx")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A masked word still affects the loss or has a gradient.",
)
def leaves_out_what_the_mask_leaves_out(temporal_softmax_loss):
    x, y, mask = draw()
    loss, dx = result(temporal_softmax_loss, draw())
    changed = np.where(mask[:, :, None], x, x + rng("noise").normal(size=x.shape))
    again, _ = result(temporal_softmax_loss, (changed, y, mask))
    expect_close(again, loss, **FLOAT32, name="the loss after a change in masked scores")
    counted = np.where(mask[:, :, None], x + rng("noise").normal(size=x.shape), x)
    other, _ = result(temporal_softmax_loss, (counted, y, mask))
    assert as_shaped(other, ()) != as_shaped(loss, ()), "the loss is the same for other words"
    dx = as_shaped(dx, x.shape, "dx")
    expect_close(dx[~mask], np.zeros_like(x[~mask]), name="dx where the mask is False")


@test_case(
    points=0.5,
    hidden=True,
    after="gives_the_gradient_of_the_loss",
    failure_message="The loss or dx is wrong for one caption of one word (N = 1, T = 1).",
)
def works_for_a_single_step_of_a_single_sequence(temporal_softmax_loss):
    expect_loss_and_gradient(temporal_softmax_loss, *draw(N=1, T=1))
