"""Public checks of grad_w; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "grad_w"


def draw(K, J):
    """Return the errors of K units above and the outputs of J units below."""
    return rng("delta").normal(0, 2, K), rng("z").uniform(-1, 2, J)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The gradient must have the shape of the weights: one row for each unit "
    "above, one column for each unit below.",
)
def has_the_shape_of_the_weights(grad_w):
    expect_shape(grad_w(*draw(2, 5)), (2, 5), "the gradient", "(K, J)")


@test_case(
    points=1,
    hidden=False,
    failure_message="The result differs from a calculation by hand. With the errors (2, -1) above "
    "and the outputs (3, 0.5, 4) below, the derivative is 8 for the weight to the first unit from "
    "the third, and -3 for the weight to the second unit from the first.",
)
def agrees_with_a_calculation_by_hand(grad_w):
    found = grad_w(np.array([2.0, -1.0]), np.array([3.0, 0.5, 4.0]))
    expect_close(found, [[6, 1, 8], [-3, -0.5, -4]], name="the gradient")
