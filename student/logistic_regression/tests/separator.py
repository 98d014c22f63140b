"""Public checks of separator; the grader has more."""

import numpy as np

from checks import expect_close, expect_parts, test_case

OK_FORMAT = False
name = "separator"


def line_of(found):
    """Return slope and intercept; fail unless there are two, in a tuple, a list or an array."""
    whole = isinstance(found, np.ndarray) and found.ndim == 1
    return expect_parts(list(found) if whole else found, "slope", "intercept")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For the weights (2, -1, 3), the line is x_2 = 2 x_1 + 3.",
)
def finds_a_line_worked_by_hand(separator):
    slope, intercept = line_of(separator(np.array([2.0, -1.0, 3.0])))
    expect_close(slope, 2.0, name="the slope")
    expect_close(intercept, 3.0, name="the intercept")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="For the weights (1, 0, -2), a point has class 1 if x_1 is above 2, and class "
    "0 if x_1 is below 2.",
)
def tells_classes_worked_by_hand(predict):
    X = np.array([[2.1, 5.0, 1.0], [1.9, 5.0, 1.0], [4.0, -9.0, 1.0], [-3.0, 0.0, 1.0]])
    found = predict(np.array([1.0, 0.0, -2.0]), X)
    expect_close(found, np.array([1, 0, 1, 0]), name="the classes")
