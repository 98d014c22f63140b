"""Public checks of intersection_point; the grader has more."""

import numpy as np

from checks import expect_close, test_case

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
