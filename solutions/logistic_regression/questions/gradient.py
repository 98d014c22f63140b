"""Cases for the gradient of the loss."""

import numpy as np

from checks import expect_close, expect_shape, test_case
from oracle import torch_gradient
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


@test_case(
    points=1.25,
    hidden=True,
    failure_message="For random points, the gradient differs from automatic differentiation. First "
    "derive the loss of one point with respect to w . x.",
)
def matches_autograd(gradient):
    w, X, t = draw_points()
    wanted = torch_gradient(w, X, t)
    expect_close(gradient(w, X, t), wanted, rtol=1e-4, atol=1e-6, name="the gradient")


@test_case(
    points=0.5,
    hidden=True,
    after="matches_autograd",
    failure_message="The gradient is wrong when every point is given three times. The gradient of "
    "a mean over the points does not change then.",
)
def does_not_change_when_points_are_repeated(gradient):
    w, X, t = draw_points()
    found = gradient(w, np.concatenate([X] * 3), np.concatenate([t] * 3))
    expect_close(found, torch_gradient(w, X, t), rtol=1e-4, atol=1e-6, name="the gradient")


@test_case(
    points=0.5,
    hidden=True,
    after="matches_autograd",
    failure_message="The gradient fails or is wrong for other numbers of points and features.",
)
def works_for_other_sizes(gradient):
    w, X, t = draw_points(N=3, D=7)
    wanted = torch_gradient(w, X, t)
    expect_close(gradient(w, X, t), wanted, rtol=1e-4, atol=1e-6, name="the gradient")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient is wrong for points so far from the line that their "
    "probabilities round to 0 and 1. A point far from the line on the right side contributes "
    "nothing.",
)
def is_right_far_from_the_line(gradient):
    w, X = np.array([1.0, 0.0, 0.0]), np.array([[2000.0, 1.0, 3.0], [-1500.0, 1.0, -2.0]])
    found = gradient(w, X, np.array([1, 1]))
    # a residual clipped at 1e-5 may remain: 1e-5 times the largest feature
    expect_close(found, np.array([750.0, -0.5, 1.0]), rtol=1e-4, atol=2e-2, name="the gradient")


@test_case(
    points=0.25,
    hidden=True,
    after="matches_autograd",
    failure_message="The gradient fails or is wrong for a single point (N = 1).",
)
def works_for_a_single_point(gradient):
    w, X, t = draw_points(N=1)
    wanted = torch_gradient(w, X, t)
    expect_close(gradient(w, X, t), wanted, rtol=1e-4, atol=1e-6, name="the gradient")
