"""Cases for the common point of the three regions."""

import numpy as np

from checks import expect_close, expect_finite, expect_shape, rng, test_case
from oracle import OF_THE_HANDOUT, draw_weights

OK_FORMAT = False
name = "intersection_point"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result differs from a calculation by hand. The activations x_1 + 1, "
    "x_2 + 2 and 3 are all equal only at the point (2, 1).",
)
def agrees_with_a_calculation_by_hand(intersection_point):
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([1.0, 2.0, 3.0])
    expect_close(intersection_point(W, b), [2, 1], name="the point")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For the activations of the handout, the point is wrong. All three "
    "probabilities must be equal there.",
)
def makes_the_classes_of_the_handout_equally_probable(intersection_point):
    W, b = OF_THE_HANDOUT
    point = intersection_point(W.copy(), b.copy())
    expect_shape(point, (2,), "the point")
    expect_finite(point, "the point")
    powers = np.exp(W @ np.ravel(point) + b)
    expect_close(powers / powers.sum(), np.ones(3) / 3, atol=1e-5, name="the softmax there")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="For other weights and biases, the three activations at the point differ.",
)
def makes_all_three_activations_equal(intersection_point):
    W, b = draw_weights(), rng("biases").normal(0, 2, 3)
    point = intersection_point(W, b)
    expect_shape(point, (2,), "the point")
    activations = W @ np.ravel(point) + b
    expect_close(
        activations, np.full(3, activations[0]), atol=1e-3, name="the vector of activations there"
    )
