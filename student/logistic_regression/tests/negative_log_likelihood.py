"""Public checks of negative_log_likelihood; the grader has more."""

import math

import numpy as np

from checks import expect_close, test_case
from support import draw_points

OK_FORMAT = False
name = "negative_log_likelihood"
CLIPPED = {"rtol": 3e-4, "atol": 2e-5}  # probabilities clipped at 1e-5, or log(y + 1e-5), are right


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
