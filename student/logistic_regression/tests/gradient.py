"""Public checks of gradient; the grader has more."""

import numpy as np

from checks import expect_close, expect_shape, test_case
from support import draw_points

OK_FORMAT = False
name = "gradient"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The gradient must have one number for each weight.",
)
def has_one_number_for_each_weight(gradient):
    expect_shape(gradient(*draw_points()), (4,), "the gradient", "(D,)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="For the points (2, 1, 4) of class 1 and (6, -3, 2) of class 0 and zero "
    "weights, the gradient of the mean loss is (1, -1, -0.5).",
)
def matches_two_points_worked_by_hand(gradient):
    found = gradient(np.zeros(3), np.array([[2.0, 1.0, 4.0], [6.0, -3.0, 2.0]]), np.array([1, 0]))
    expect_close(found, np.array([1.0, -1.0, -0.5]), rtol=1e-4, atol=1e-6, name="the gradient")
