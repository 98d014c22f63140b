"""Cases for the line between the classes and for predictions."""

import numpy as np

from checks import expect_close, expect_parts, numbers, rng, test_case

OK_FORMAT = False
name = "separator"


def draw():
    """Return three weights, none near zero."""
    return rng("w").uniform(0.5, 2, 3) * rng("signs").choice([-1.0, 1.0], 3)


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Points on the line with this slope and intercept do not have the probability "
    "1/2.",
)
def gives_points_on_the_line_equal_odds(separator):
    drawn = draw()
    for w in (drawn, -drawn, np.array([0.0, 1.0, 2.5]), np.array([0.7, -1.0, 0.0])):
        slope, intercept = line_of(separator(w))
        expect_close(slope, -w[0] / w[1], name=f"the slope for the weights {w.round(3)}")
        expect_close(intercept, -w[2] / w[1], name=f"the intercept for the weights {w.round(3)}")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A vertical line (w[1] is 0) has neither slope nor intercept: return nan, nan.",
)
def has_no_slope_for_a_vertical_line(separator):
    for w in (np.array([0.1, -0.4, 0.3]), np.array([0.1, 0.0, 0.3])):
        for value, what in zip(line_of(separator(w)), ("slope", "intercept"), strict=True):
            found = numbers(value, f"the {what}")
            assert found.size == 1, f"the {what} should be one number"
            if w[1] == 0:
                assert not np.isfinite(found).any(), f"the {what} of a vertical line is a number"


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Some points get the less likely class. Class 1 is more likely if its "
    "probability is above 1/2.",
)
def predicts_the_more_likely_class(predict):
    w, X = draw(), rng("X").normal(size=(200, 3))
    activations = X @ w
    clear = np.abs(activations) > 1e-4  # code that computes in float32 is accepted
    expect_close(predict(w, X[clear]), (activations[clear] > 0).astype(int), name="the classes")


@test_case(
    points=0.25,
    hidden=True,
    after="predicts_the_more_likely_class",
    failure_message="The class of a point must depend on its own probability only. A single point "
    "must work too.",
)
def decides_a_single_point_by_itself(predict):
    for sign in (1.0, -1.0):
        found = predict(np.array([sign, 0.0, 0.0]), np.array([[0.3, 1.0, 1.0]]))
        expect_close(found, np.array([sign > 0]).astype(int), name="the class of a single point")
