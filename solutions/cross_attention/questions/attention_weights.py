"""Cases for attention weights, for each kind of attention that an answer offers."""

import math
from functools import partial

import numpy as np
import torch
from torch.nn import functional

from checks import expect_close, expect_finite, expect_shape, rng, test_case
from checks.attention import (
    draw_vectors,
    expect_gradients,
    first_part,
    kind_or_another,
    offered_kinds,
)

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


def by_torch(query, keys, W, kind):
    """Return the weights that PyTorch's own attention gives: what it makes of unit vectors."""
    query = query @ W if kind == "multiplicative" else query
    batch = [tensor[None] for tensor in (query, keys, torch.eye(len(keys), dtype=keys.dtype))]
    scale = None if kind == "scaled_dot" else 1.0
    return functional.scaled_dot_product_attention(*batch, scale=scale)[0]


def expect_weights(attention_weights, arguments, kind, rtol=1e-4):
    """Fail unless the weights are those of PyTorch."""
    found, wanted = weights_of(attention_weights, *arguments, kind), by_torch(*arguments, kind)
    # float32 inside is right to about 1e-6 times the largest score
    expect_close(found, wanted, rtol=rtol, atol=1e-6, name=f'the result of the kind "{kind}"')


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights of scaled_dot are not those of PyTorch (of the kind that you "
    "offer, if you do not offer this one). Look at the factor and at the axis of the softmax.",
)
def agrees_with_pytorch_for_scaled_dot(attention_weights):
    expect_weights(attention_weights, draw(), kind_or_another(attention_weights, "scaled_dot"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights of dot are not those of PyTorch without a factor (of the kind "
    "that you offer, if you do not offer this one).",
)
def agrees_with_pytorch_for_dot(attention_weights):
    expect_weights(attention_weights, draw(), kind_or_another(attention_weights, "dot"))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights of multiplicative are not those that PyTorch gives for queries "
    "multiplied by W (of the kind that you offer, if you do not offer this one). W need not be "
    "symmetric.",
)
def agrees_with_pytorch_for_multiplicative(attention_weights):
    kind = kind_or_another(attention_weights, "multiplicative")
    expect_weights(attention_weights, draw(), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With other numbers of queries, sources and vector entries, the weights are "
    "wrong.",
)
def works_for_any_sizes(attention_weights):
    Q, S, D = (int(size) for size in rng("sizes").integers(2, 40, 3))
    for kind in offered_kinds(attention_weights):
        query, keys, W = draw(Q, S, D)
        expect_weights(attention_weights, (query, keys, W / D**0.5), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A single query, or a single source, fails. The axes stay as they are.",
)
def works_for_one_query_and_one_source(attention_weights):
    for kind in offered_kinds(attention_weights):
        for Q, S in ((1, 5), (3, 1)):
            expect_weights(attention_weights, draw(Q, S), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In another order of the sources, each source must have the weight that it "
    "had before.",
)
def follows_the_sources_into_another_order(attention_weights):
    query, keys, W = draw(Q=2, S=7)
    order = torch.from_numpy(rng("order").permutation(7))
    for kind in offered_kinds(attention_weights):
        before = np.asarray(weights_of(attention_weights, query, keys, W, kind))
        after = weights_of(attention_weights, query, keys[order], W, kind)
        what = f'the result of the kind "{kind}"'
        expect_close(after, before[:, order], atol=1e-5, name=what)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With pixels from 0 to 255, the scores are millions, and the weights are not "
    "what they should be: one for the source that is far ahead, zero for the others.",
)
def stays_finite_for_scores_of_millions(attention_weights):
    order = rng("order").permutation(4)
    shown = rng("shown").random((4, 784)) < (order[:, None] + 1) / 4  # a quarter, a half ...
    keys = torch.from_numpy(rng("keys").integers(100, 256, (4, 784)) * shown).float()
    query = torch.from_numpy(rng("query").integers(100, 256, (1, 784))).float()
    for kind in offered_kinds(attention_weights):
        found = weights_of(attention_weights, query, keys, torch.eye(784), kind)
        expect_finite(found, f'the result of the kind "{kind}"')
        expect_close(found, [order == 3], atol=1e-6, name=f'the result of the kind "{kind}"')


@test_case(
    points=0.25,
    hidden=True,
    failure_message="One query has large positive scores, another one large negative ones, and "
    "the weights of one of them are wrong. Each query has weights of its own.",
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
    failure_message="Gradients do not come back to the queries, the keys or W as they should: "
    "nothing between them and the weights may cut a tensor off.",
)
def passes_gradients_back(attention_weights):
    for kind in offered_kinds(attention_weights):
        answer = partial(weights_of, attention_weights, kind=kind)
        oracle = partial(by_torch, kind=kind)
        expect_gradients(answer, oracle, draw(), ("query", "keys", "W"))
