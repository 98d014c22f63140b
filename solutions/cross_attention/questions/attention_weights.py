"""Cases for attention weights, for each kind of attention that the student's code supports."""

import math
from functools import partial

import numpy as np
import torch

from checks import expect_close, expect_finite, numbers, rng, test_case
from oracle import expect_gradients, expect_weights, kind_or_another, weights_by_torch
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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights of scaled_dot (of another kind that you wrote, if you left this "
    "one open) differ from PyTorch's. Check the factor and the axis of the softmax.",
)
def agrees_with_pytorch_for_scaled_dot(attention_weights):
    expect_weights(attention_weights, draw(), kind_or_another(attention_weights, "scaled_dot"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights of dot (of another kind that you wrote, if you left this one "
    "open) differ from PyTorch's. The kind dot has no factor.",
)
def agrees_with_pytorch_for_dot(attention_weights):
    expect_weights(attention_weights, draw(), kind_or_another(attention_weights, "dot"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights of multiplicative (of another kind that you wrote, if you left "
    "this one open) differ from PyTorch's weights for queries multiplied by W. W need not be "
    "symmetric.",
)
def agrees_with_pytorch_for_multiplicative(attention_weights):
    kind = kind_or_another(attention_weights, "multiplicative")
    expect_weights(attention_weights, draw(), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights are wrong for another number of queries, sources or entries.",
)
def works_for_any_sizes(attention_weights):
    Q, S, D = (int(size) for size in rng("sizes").integers(2, 40, 3))
    for kind in offered_kinds(attention_weights):
        query, keys, W = draw(Q, S, D)
        expect_weights(attention_weights, (query, keys, W / D**0.5), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights are wrong for a single query or a single source. Keep axes of "
    "length one.",
)
def works_for_one_query_and_one_source(attention_weights):
    for kind in offered_kinds(attention_weights):
        for Q, S in ((1, 5), (3, 1)):
            expect_weights(attention_weights, draw(Q, S), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A source gets another weight when the sources are in another order. The order "
    "of the sources must not change their weights.",
)
def follows_the_sources_into_another_order(attention_weights):
    query, keys, W = draw(Q=2, S=7)
    order = torch.from_numpy(rng("order").permutation(7))
    for kind in offered_kinds(attention_weights):
        before = numbers(weights_of(attention_weights, query, keys, W, kind))
        after = weights_of(attention_weights, query, keys[order], W, kind)
        expect_close(after, before[:, order], atol=1e-5, name=result(kind))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights are wrong for pixels from 0 to 255, where scores are in the "
    "millions. The source with by far the largest score gets the weight 1, the others get 0.",
)
def stays_finite_for_scores_of_millions(attention_weights):
    order = rng("order").permutation(4)
    shown = rng("shown").random((4, 784)) < (order[:, None] + 1) / 4  # a quarter, a half ...
    keys = torch.from_numpy(rng("keys").integers(100, 256, (4, 784)) * shown).float()
    query = torch.from_numpy(rng("query").integers(100, 256, (1, 784))).float()
    for kind in offered_kinds(attention_weights):
        found = weights_of(attention_weights, query, keys, torch.eye(784), kind)
        expect_finite(found, result(kind))
        expect_close(found, [order == 3], atol=1e-6, name=result(kind))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights are wrong when one query has large positive scores and another "
    "query has large negative ones. Treat each query by itself.",
)
def keeps_queries_with_distant_scores_apart(attention_weights):
    near = torch.from_numpy(rng("query").integers(-1, 2, (2, 4))).double()
    keys = torch.from_numpy(rng("keys").integers(-1, 2, (5, 4))).double()
    query = near + torch.tensor([[64.0], [-64.0]]) * torch.tensor([1.0, 0, 0, 0])
    keys[:, 0] = 64
    for kind in offered_kinds(attention_weights):
        # in float32, a score of 4,096 is right to 0.0005
        expect_weights(attention_weights, (query, keys, torch.eye(4).double()), kind, rtol=1e-3)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients with respect to the queries, the keys or W are wrong or "
    "missing. Do not detach any tensor between them and the weights.",
)
def passes_gradients_back(attention_weights):
    for kind in offered_kinds(attention_weights):
        answer = partial(weights_of, attention_weights, kind=kind)
        oracle = partial(weights_by_torch, kind=kind)
        expect_gradients(answer, oracle, draw(), ("query", "keys", "W"))
