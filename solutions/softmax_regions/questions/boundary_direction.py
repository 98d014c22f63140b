"""Cases for the direction of the red line between two regions."""

import itertools

import numpy as np

from checks import expect_close, expect_finite, expect_shape, rng, test_case

OK_FORMAT = False
name = "boundary_direction"

PAIRS = list(itertools.combinations(range(3), 2))
BY_HAND = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])


def draw():
    """Return weights whose rows are the corners of a triangle of a fair size."""
    angles = rng("angles").uniform(0, 2 * np.pi) + np.arange(3) * 2 * np.pi / 3
    angles += rng("turns").uniform(-0.5, 0.5, 3)
    lengths = rng("lengths").uniform(1, 3, (3, 1))
    corners = lengths * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return corners + rng("shift").normal(0, 2, 2)


def unit(direction):
    """Return ``direction`` with length one, so that a wrong length is judged only once."""
    expect_shape(direction, (2,), "the direction")
    expect_finite(direction, "the direction")
    length = np.linalg.norm(np.ravel(direction))
    assert length > 0, "the direction is zero"
    return np.ravel(direction) / length


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With the activations x_1, x_2 and -x_1 - x_2, "
    "the regions of the first two meet where x_1 and x_2 are equal and positive, which is the "
    "direction (0.7071, 0.7071).",
)
def agrees_with_a_calculation_by_hand(boundary_direction):
    direction = boundary_direction(0, 1, BY_HAND)
    expect_close(direction, [np.sqrt(0.5), np.sqrt(0.5)], name="the direction")


@test_case(points=0.25, hidden=True, failure_message="The direction must have length one.")
def has_length_one(boundary_direction):
    direction = boundary_direction(0, 2, draw())
    expect_shape(direction, (2,), "the direction")
    expect_close(np.linalg.norm(direction), 1, name="its length")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="A step in the direction changes the difference of the two activations, so it "
    "leaves the boundary.",
)
def keeps_both_activations_equal(boundary_direction):
    W = draw()
    for i, j in PAIRS:
        direction = unit(boundary_direction(i, j, W))
        change = (W[i] - W[j]) @ direction
        expect_close(change, 0, atol=1e-4, name=f"the change of a_{i} - a_{j} along the direction")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The direction leads into the region of the third class. Of the line on which "
    "two activations are equal, only the half where the third is smaller is a boundary. That is "
    "so whether the activations grow or fall along it.",
)
def leads_away_from_the_third_class(boundary_direction):
    W = draw()
    W -= W.mean(axis=0)
    asked = []
    for (i, j), growth in itertools.product(PAIRS, (-1, 1)):  # all fall, or all grow, along it
        weights = W + growth * (W[i] + W[j] - 2 * W[3 - i - j])
        asked += [(i, j, weights), (j, i, weights)]
    found = [unit(boundary_direction(i, j, weights)) for i, j, weights in asked]
    for (i, j, weights), direction in zip(asked, found, strict=True):
        slopes = weights @ direction
        third, both = slopes[3 - i - j], min(slopes[i], slopes[j])
        assert both > third, (
            f"from the common point along the direction for classes {i} and {j}, the activation "
            f"of the third class changes by {third:.4g} and theirs by {both:.4g}"
        )
