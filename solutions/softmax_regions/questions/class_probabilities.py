"""Cases for the probabilities of classes with linear activations."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case
from oracle import softmax

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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The probabilities at a single point are not the softmax of its activations.",
)
def matches_the_definition_at_one_point(class_probabilities):
    x, W, b = draw(1, 3)
    expect_close(class_probabilities(x[0], W, b), softmax(x[0], W, b), name="the result")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With as many points as classes, the probabilities are wrong. The sum in the "
    "denominator runs over the classes of one point, which lie along the last axis.",
)
def adds_up_over_the_classes_and_not_the_points(class_probabilities):
    p = class_probabilities(*draw(3, 3))
    expect_close(p, softmax(*draw(3, 3)), name="the result")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The probabilities are wrong when there are more than three classes.",
)
def works_for_any_number_of_classes(class_probabilities):
    p = class_probabilities(*draw(2, 5))
    expect_close(p, softmax(*draw(2, 5)), name="the result")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Far from the origin, the probabilities are wrong, infinite or NaN. The "
    "activations there are in the thousands, positive or negative.",
)
def stays_right_far_away(class_probabilities):
    x, W, b = draw(6, 3)
    far = 1e4 * x + np.array([[1e4], [-1e4]] * 3)
    wide = far, W, b
    alike = np.repeat([[1000.0], [-1000.0]], 2, axis=1), W / 1000 + 1, b  # large, with small gaps
    found = [class_probabilities(*arguments) for arguments in (wide, alike)]
    for p, arguments in zip(found, (wide, alike), strict=True):
        expected = softmax(*arguments)
        expect_close(p, expected, rtol=1e-3, name="the result")  # float32 loses digits here
