"""Cases for the gradient of the loss."""

import numpy as np
import torch
from torch.nn import functional

from checks import expect_close, expect_shape, rng, test_case
from checks.gradients import autograd

OK_FORMAT = False
name = "gradient"


def draw(N=9, D=4):
    """Return weights, points whose last feature is 1, and classes; none is far from the line."""
    X = rng("X").normal(size=(N, D))
    X[:, -1] = 1
    return rng("w").normal(size=D), X, rng("t").integers(0, 2, N)


def slope(w, X, t):
    """Return the gradient by automatic differentiation in float64."""
    points, classes = torch.from_numpy(X), torch.from_numpy(np.asarray(t, np.float64))

    def loss(weights):
        return functional.binary_cross_entropy_with_logits(points @ weights, classes)

    return autograd(loss, [w], [np.array(1.0)])[0]


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


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The gradient of random points differs from that of automatic "
    "differentiation. Derive the loss of one point with respect to w . x first.",
)
def matches_autograd(gradient):
    w, X, t = draw()
    expect_close(gradient(w, X, t), slope(w, X, t), rtol=1e-4, atol=1e-6, name="the gradient")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With every point given three times, the gradient changes. It belongs to the "
    "mean over the points.",
)
def does_not_change_when_points_are_repeated(gradient):
    w, X, t = draw()
    found = gradient(w, np.concatenate([X] * 3), np.concatenate([t] * 3))
    expect_close(found, slope(w, X, t), rtol=1e-4, atol=1e-6, name="the gradient")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient fails or is wrong for other numbers of points and features.",
)
def works_for_other_sizes(gradient):
    w, X, t = draw(N=3, D=7)
    expect_close(gradient(w, X, t), slope(w, X, t), rtol=1e-4, atol=1e-6, name="the gradient")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradient is wrong for points so far from the line that their "
    "probabilities round to 0 and 1. Where such a point is on its own side it adds nothing.",
)
def is_right_far_from_the_line(gradient):
    w, X, t = np.array([1.0, 0.0]), np.array([[2000.0, 1.0], [-1500.0, 1.0]]), np.array([1, 1])
    found = gradient(w, X, t)
    expect_close(found, np.array([750.0, -0.5]), rtol=1e-4, atol=1e-6, name="the gradient")
