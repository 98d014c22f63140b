"""Public checks of class_probabilities; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "class_probabilities"


def draw(N, K):
    """Return N points, and the weights and biases of K classes."""
    shapes = ((N, 2), (K, 2), (K,))
    return [rng(f"argument {i}").normal(0, 1.5, shape) for i, shape in enumerate(shapes)]


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The result differs from a calculation by hand. At x = (log 2, log 5), the "
    "activations x_1, x_2 and 0 have the exponentials 2, 5 and 1, so the probabilities are 2/8, "
    "5/8 and 1/8.",
)
def agrees_with_a_calculation_by_hand(class_probabilities):
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.zeros(3)
    p = class_probabilities(np.array([np.log(2), np.log(5)]), W, b)
    expect_close(p, [0.25, 0.625, 0.125], name="the result")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For N points, return one row of K probabilities for each point. Each row "
    "must sum to one.",
)
def gives_each_point_a_row_that_adds_up_to_one(class_probabilities):
    p = class_probabilities(*draw(4, 3))
    expect_shape(p, (4, 3), "the result", "(N, K)")
    expect_close(np.sum(p, axis=1), np.ones(4), name="the sum of each row")
