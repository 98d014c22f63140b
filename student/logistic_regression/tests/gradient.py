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
    failure_message="For a single point (2, 1) of class 1 and zero weights, the gradient is (-1, "
    "-0.5).",
)
def matches_a_point_worked_by_hand(gradient):
    found = gradient(np.zeros(2), np.array([[2.0, 1.0]]), np.array([1]))
    expect_close(found, np.array([-1.0, -0.5]), name="the gradient")
