"""Public checks of attention_weights; the grader has more."""

import math

import numpy as np
import torch

from checks import expect_close, numbers, test_case
from support import draw_vectors, offered_kinds, result, weights_of

OK_FORMAT = False
name = "attention_weights"


def draw(Q=3, S=5, D=4):
    """Return queries, keys and W in float64; all sizes differ, so that swapped axes show."""
    return draw_vectors(query=(Q, D), keys=(S, D), W=(D, D))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="There must be a row of weights for each query, with one weight for each "
    "source. No weight is negative, and each row sums to one.",
)
def shares_the_attention_of_each_query_out(attention_weights):
    for kind in offered_kinds(attention_weights):
        found = numbers(weights_of(attention_weights, *draw(), kind))
        what = f'a row sum of the result for kind "{kind}"'
        expect_close(found.sum(axis=1), np.ones(3), rtol=1e-5, name=what)
        assert found.min() >= 0, f'a weight of kind "{kind}" is negative'


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The weights differ from a calculation by hand. The query (1, 1, 1, 1) has the "
    "dot products 0 and 2 log 3 with two keys. This gives the weights 1/10 and 9/10 for dot, 1/4 "
    "and 3/4 for scaled_dot, and 1/28 and 27/28 for multiplicative with W = 1.5 I.",
)
def agrees_with_a_calculation_by_hand(attention_weights):
    log3 = math.log(3)
    query, W = torch.ones(1, 4), 1.5 * torch.eye(4)
    keys = torch.tensor([[1.0, -1.0, 2.0, -2.0], [2 * log3, -1.0, 0.0, 1.0]])
    second = {"dot": 9 / 10, "scaled_dot": 3 / 4, "multiplicative": 27 / 28}
    for kind in offered_kinds(attention_weights):
        found = weights_of(attention_weights, query, keys, W, kind)
        expected = [[1 - second[kind], second[kind]]]
        expect_close(found, expected, atol=1e-5, name=result(kind))
