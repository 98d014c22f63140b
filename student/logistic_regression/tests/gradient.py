"""Public checks of gradient; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "gradient"


def draw(N=9, D=4):
    """Return weights, points whose last feature is 1, and classes; none is far from the line."""
    X = rng("X").normal(size=(N, D))
    X[:, -1] = 1
    return rng("w").normal(size=D), X, rng("t").integers(0, 2, N)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The gradient has one number for each weight.",
)
def has_one_number_for_each_weight(gradient):
    expect_shape(gradient(*draw()), (4,), "the gradient", "(D,)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A single point (2, 1) of class 1 with weights of zero: the gradient is "
    "(-1, -0.5).",
)
def matches_a_point_worked_by_hand(gradient):
    found = gradient(np.zeros(2), np.array([[2.0, 1.0]]), np.array([1]))
    expect_close(found, np.array([-1.0, -0.5]), name="the gradient")
