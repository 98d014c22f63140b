"""Cases for the loss of logistic regression."""

import math

import numpy as np
import torch

from checks import as_shaped, expect_close, expect_finite, numbers, rng, test_case
from oracle import torch_loss
from support import draw_points

OK_FORMAT = False
name = "negative_log_likelihood"
CLIPPED = {"rtol": 3e-4, "atol": 2e-5}  # probabilities clipped at 1e-5, or log(y + 1e-5), are right


def loss(w, X, t):
    """Return the mean loss by PyTorch."""
    return float(torch_loss(X, t)(torch.from_numpy(w)))


def steep(kind, side):
    """Return weights, points of one class with probabilities that round to 0 or 1, and classes.

    ``side`` is 1 for points on the side of their class, and -1 for points on the wrong side.
    """
    distances = rng("distances").uniform(800, 3000, 6)
    X = np.stack([side * (2 * kind - 1) * distances, np.ones(6), np.full(6, 2.0)], axis=1)
    return np.array([1.0, 0.0, 0.0]), X, np.full(6, kind)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With zero weights, every probability is 1/2. The loss is then log 2 = 0.693 "
    "nats per point, for any classes.",
)
def costs_log_2_without_knowledge(negative_log_likelihood):
    _, X, t = draw_points()
    expect_close(
        negative_log_likelihood(np.zeros(4), X, t), math.log(2), **CLIPPED, name="the loss"
    )


@test_case(
    points=0.75,
    hidden=False,
    failure_message="Two points, one of each class, have the probability 3/4 of class 1. Their "
    "losses are 0.2877 and 1.3863 nats, and the mean is 0.8370.",
)
def averages_two_points_worked_by_hand(negative_log_likelihood):
    w, X = np.array([math.log(3), 0.0, 0.0]), np.array([[1.0, 4.0, 1.0], [1.0, -2.0, 1.0]])
    found = negative_log_likelihood(w, X, np.array([1, 0]))
    expect_close(found, 0.83698822, **CLIPPED, name="the loss")


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The loss of random points is not the mean negative log-likelihood. Check the "
    "signs, the brackets, the logarithms and the number that you divide by.",
)
def matches_the_definition(negative_log_likelihood):
    w, X, t = draw_points()
    expect_close(negative_log_likelihood(w, X, t), loss(w, X, t), **CLIPPED, name="the loss")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The loss is wrong when all points have the same class. Check which of the two "
    "terms of a point's loss belongs to which class.",
)
def counts_the_right_part_for_each_class(negative_log_likelihood):
    w, X, _ = draw_points()
    for kind in (0, 1):
        t = np.full(len(X), kind)
        what = f"the loss of points that all have class {kind}"
        expect_close(negative_log_likelihood(w, X, t), loss(w, X, t), **CLIPPED, name=what)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss is not almost 0 for points far from the line on the side of their "
    "class. Their probabilities round to 0 and 1; look for a logarithm of 0 and for 0 times "
    "infinity.",
)
def is_almost_zero_far_on_the_right_side(negative_log_likelihood):
    for kind in (0, 1):
        w, *points = steep(kind, 1)
        at_zero = numbers(negative_log_likelihood(0 * w, *points))
        assert at_zero.any(), "the loss is 0 for zero weights too"
        found = negative_log_likelihood(w, *points)
        expect_close(found, 0.0, **CLIPPED, name=f"the loss of points of class {kind}")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The loss is not a large finite number for points far from the line on the "
    "wrong side. Do not take the logarithm of 0, however far the points are.",
)
def is_large_and_finite_far_on_the_wrong_side(negative_log_likelihood):
    for kind in (0, 1):
        found = negative_log_likelihood(*steep(kind, -1))
        expect_finite(found, f"the loss of points of class {kind}")
        value = float(as_shaped(found, (), f"the loss of points of class {kind}"))
        assert value > 10, f"the loss of points of class {kind} is {value:.3g}"


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_definition",
    failure_message="The loss fails or is wrong for a single point (N = 1).",
)
def works_for_a_single_point(negative_log_likelihood):
    w, X, t = draw_points(N=1)
    expect_close(negative_log_likelihood(w, X, t), loss(w, X, t), **CLIPPED, name="the loss")
