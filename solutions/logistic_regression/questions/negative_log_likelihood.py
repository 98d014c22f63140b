"""Cases for the loss of logistic regression."""

import math

import numpy as np
import torch
from torch.nn import functional

from checks import expect_close, expect_finite, rng, test_case

OK_FORMAT = False
name = "negative_log_likelihood"


def draw(N=9, D=4):
    """Return weights, points whose last feature is 1, and classes; none is far from the line."""
    X = rng("X").normal(size=(N, D))
    X[:, -1] = 1
    return rng("w").normal(size=D), X, rng("t").integers(0, 2, N)


def loss(w, X, t):
    """Return the mean loss by torch."""
    activations = torch.from_numpy(X @ w)
    classes = torch.from_numpy(np.asarray(t, np.float64))
    return float(functional.binary_cross_entropy_with_logits(activations, classes))


def steep(kind, side):
    """Return weights, points of one class with probabilities that round to 0 or 1, and classes.

    ``side`` is 1 for points on the side of their class, and -1 for the other side.
    """
    distances = rng("distances").uniform(800, 3000, 6)
    X = np.stack([side * (2 * kind - 1) * distances, np.ones(6)], axis=1)
    return np.array([1.0, 0.0]), X, np.full(6, kind)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="With weights of zero every probability is 1/2, and each point costs "
    "log 2 = 0.693 nats, whatever its class.",
)
def costs_log_2_without_knowledge(negative_log_likelihood):
    _, X, t = draw()
    expect_close(negative_log_likelihood(np.zeros(4), X, t), math.log(2), name="the loss")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="Two points with the probability 3/4 of class 1, one of each class, cost "
    "0.2877 and 1.3863 nats: 0.8370 in the mean.",
)
def averages_two_points_worked_by_hand(negative_log_likelihood):
    w, X = np.array([math.log(3), 0.0]), np.array([[1.0, 1.0], [1.0, 1.0]])
    found = negative_log_likelihood(w, X, np.array([1, 0]))
    expect_close(found, 0.83698822, name="the loss")


@test_case(
    points=1,
    hidden=True,
    failure_message="The loss of random points is not the mean negative log-likelihood. Look at "
    "signs and brackets, at logarithms, and at what the sum is divided by.",
)
def matches_the_definition(negative_log_likelihood):
    w, X, t = draw()
    expect_close(negative_log_likelihood(w, X, t), loss(w, X, t), name="the loss")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The loss is wrong where all points are of one class. Which of the two parts "
    "of a point's loss counts for which class?",
)
def counts_the_right_part_for_each_class(negative_log_likelihood):
    w, X, _ = draw()
    for kind in (0, 1):
        t = np.full(len(X), kind)
        what = f"the loss where all points are of class {kind}"
        expect_close(negative_log_likelihood(w, X, t), loss(w, X, t), name=what)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The loss of points far away on their own side is not almost 0. Their "
    "probabilities round to 0 and 1; look for a logarithm of 0 and for 0 times infinity.",
)
def is_almost_zero_far_on_the_right_side(negative_log_likelihood):
    for kind in (0, 1):
        found = negative_log_likelihood(*steep(kind, 1))
        expect_close(found, 0.0, atol=1e-5, name=f"the loss of points of class {kind}")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The loss of points far away on the wrong side is not a large finite number. "
    "No logarithm of 0 may be taken, however far away they are.",
)
def is_large_and_finite_far_on_the_wrong_side(negative_log_likelihood):
    for kind in (0, 1):
        found = negative_log_likelihood(*steep(kind, -1))
        expect_finite(found, f"the loss of points of class {kind}")
        value = float(np.squeeze(found))  # a clipped probability is accepted
        assert value > 10, f"the loss of points of class {kind} is {value:.3g}"
