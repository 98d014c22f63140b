"""Public checks of attention_weights; the grader has more."""

import math

import numpy as np
import torch

from checks import expect_close, expect_shape, test_case
from checks.attention import draw_vectors, first_part, offered_kinds

OK_FORMAT = False
name = "attention_weights"


def draw(Q=3, S=5, D=4):
    """Return queries, keys and W in float64; all sizes differ, so that a mix-up shows."""
    return draw_vectors(query=(Q, D), keys=(S, D), W=(D, D))


def weights_of(attention_weights, query, keys, W, kind):
    """Return the weights alone, in their right shape."""
    found = first_part(attention_weights(query, keys, kind=kind, W=W))
    expect_shape(found, (len(query), len(keys)), f'the result of the kind "{kind}"', "(Q, S)")
    return found


@test_case(
    points=0.5,
    hidden=False,
    failure_message="There is a row of weights for each query, with one weight for each source. "
    "They are shares: none is negative, and those of a query add up to one.",
)
def shares_the_attention_of_each_query_out(attention_weights):
    for kind in offered_kinds(attention_weights):
        found = np.asarray(weights_of(attention_weights, *draw(), kind))
        what = f'a sum of the result of the kind "{kind}"'
        expect_close(found.sum(axis=1), np.ones(3), rtol=1e-5, name=what)
        assert found.min() >= 0, f'a weight of the kind "{kind}" is negative'


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. The query (1, 1, 1, 1) has the dot products 0 "
    "and 2 log 3 with two keys. That gives the weights 1/10 and 9/10 for dot, 1/4 and 3/4 for "
    "scaled_dot, and 1/28 and 27/28 for multiplicative, where W is 1.5 times the identity.",
)
def agrees_with_a_calculation_by_hand(attention_weights):
    log3 = math.log(3)
    query, W = torch.ones(1, 4), 1.5 * torch.eye(4)
    keys = torch.tensor([[1.0, -1.0, 2.0, -2.0], [2 * log3, -1.0, 0.0, 1.0]])
    second = {"dot": 9 / 10, "scaled_dot": 3 / 4, "multiplicative": 27 / 28}
    for kind in offered_kinds(attention_weights):
        found = weights_of(attention_weights, query, keys, W, kind)
        expected = [[1 - second[kind], second[kind]]]
        expect_close(found, expected, atol=1e-5, name=f'the result of the kind "{kind}"')
