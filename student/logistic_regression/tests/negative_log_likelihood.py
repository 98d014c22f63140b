"""Public checks of negative_log_likelihood; the grader has more."""

import math

import numpy as np

from checks import expect_close, rng, test_case

OK_FORMAT = False
name = "negative_log_likelihood"


def draw(N=9, D=4):
    """Return weights, points whose last feature is 1, and classes; none is far from the line."""
    X = rng("X").normal(size=(N, D))
    X[:, -1] = 1
    return rng("w").normal(size=D), X, rng("t").integers(0, 2, N)


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
