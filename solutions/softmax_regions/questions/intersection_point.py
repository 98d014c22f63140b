"""Cases for the point that three regions have in common."""

import numpy as np

from checks import expect_close, expect_finite, expect_shape, rng, test_case

OK_FORMAT = False
name = "intersection_point"

OF_THE_HANDOUT = np.array([[3, 1], [1, 3], [-3, 1.5]]), np.array([1.0, 2, 2])


def draw():
    """Return weights whose rows are the corners of a triangle of a fair size, and biases."""
    angles = rng("angles").uniform(0, 2 * np.pi) + np.arange(3) * 2 * np.pi / 3
    angles += rng("turns").uniform(-0.5, 0.5, 3)
    lengths = rng("lengths").uniform(1, 3, (3, 1))
    corners = lengths * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return corners + rng("shift").normal(0, 2, 2), rng("biases").normal(0, 2, 3)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. The activations x_1 + 1, x_2 + 2 and 3 are "
    "equal at the point (2, 1) and at no other.",
)
def agrees_with_a_calculation_by_hand(intersection_point):
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([1.0, 2.0, 3.0])
    expect_close(intersection_point(W, b), [2, 1], name="the point")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The point of the handout's activations is wrong. All three probabilities "
    "must be equal there.",
)
def makes_the_classes_of_the_handout_equally_probable(intersection_point):
    W, b = OF_THE_HANDOUT
    point = intersection_point(W.copy(), b.copy())
    expect_shape(point, (2,), "the point")
    expect_finite(point, "the point")
    powers = np.exp(W @ np.ravel(point) + b)
    expect_close(powers / powers.sum(), np.ones(3) / 3, atol=1e-5, name="the probabilities there")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For other weights and biases, the three activations differ at the point.",
)
def makes_all_three_activations_equal(intersection_point):
    W, b = draw()
    point = intersection_point(W, b)
    expect_shape(point, (2,), "the point")
    activations = W @ np.ravel(point) + b
    expect_close(activations, np.full(3, activations[0]), atol=1e-3, name="the activations there")
