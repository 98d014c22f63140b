"""Cases for the direction of the red line between two regions."""

import itertools

import numpy as np

from checks import expect_close, expect_finite, expect_shape, test_case
from oracle import draw_weights
from support import BY_HAND

OK_FORMAT = False
name = "boundary_direction"

PAIRS = list(itertools.combinations(range(3), 2))


def normalised(direction):
    """Return ``direction`` with length one; has_length_one alone judges the length."""
    expect_shape(direction, (2,), "the direction")
    expect_finite(direction, "the direction")
    length = np.linalg.norm(np.ravel(direction))
    assert length > 0, "the direction is zero"
    return np.ravel(direction) / length


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result differs from a calculation by hand. With the activations x_1, x_2 "
    "and -x_1 - x_2, the regions of classes 0 and 1 meet where x_1 = x_2 > 0, so the direction is "
    "(0.7071, 0.7071).",
)
def agrees_with_a_calculation_by_hand(boundary_direction):
    direction = boundary_direction(0, 1, BY_HAND)
    expect_close(direction, [np.sqrt(0.5), np.sqrt(0.5)], name="the direction")


@test_case(points=0.25, hidden=True, failure_message="The direction must have length one.")
def has_length_one(boundary_direction):
    direction = boundary_direction(0, 2, draw_weights())
    expect_shape(direction, (2,), "the direction")
    expect_close(np.linalg.norm(direction), 1, name="its length")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The difference of the two activations changes along the direction, so the "
    "direction leaves the boundary.",
)
def keeps_both_activations_equal(boundary_direction):
    W = draw_weights()
    for i, j in PAIRS:
        direction = normalised(boundary_direction(i, j, W))
        change = (W[i] - W[j]) @ direction
        expect_close(change, 0, atol=1e-4, name=f"the change of a_{i} - a_{j} along the direction")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Along the direction, the regions of the two classes do not meet. Their "
    "activations are equal on a whole straight line, but the red line is only half of it. On that "
    "half the activations may grow or fall.",
)
def leads_away_from_the_third_class(boundary_direction):
    W = draw_weights()
    W -= W.mean(axis=0)
    asked = []
    for (i, j), growth in itertools.product(PAIRS, (-1, 1)):  # all fall, or all grow, along it
        weights = W + growth * (W[i] + W[j] - 2 * W[3 - i - j])
        asked += [(i, j, weights), (j, i, weights)]
    found = [normalised(boundary_direction(i, j, weights)) for i, j, weights in asked]
    for (i, j, weights), direction in zip(asked, found, strict=True):
        slopes = weights @ direction
        third, smaller = slopes[3 - i - j], min(slopes[i], slopes[j])
        assert smaller > third, (
            f"along the direction for classes {i} and {j}, the activation of the third class "
            f"changes by {third:.4g} per unit of length and a_{i} or a_{j} by {smaller:.4g}"
        )
