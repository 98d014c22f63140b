"""Cases for attention weights. One kind is enough, so an error in another costs only its case."""

import math
from functools import partial

import numpy as np
import torch

from checks import expect_close, numbers, test_case
from oracle import (
    draw,
    expect_any_order,
    expect_any_sizes,
    expect_kind,
    expect_large_scores,
    expect_weight_gradients,
    expect_weights,
)
from support import draw_vectors, expect_for_some_kind, offered_kinds, result, weights_of

OK_FORMAT = False
name = "attention_weights"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="There must be a row of weights for each query, with one weight for each "
    "source. No weight is negative, and each row sums to one.",
)
def shares_the_attention_of_each_query_out(attention_weights):
    # all sizes differ, so that swapped axes show
    arguments = draw_vectors(query=(3, 4), keys=(5, 4), W=(4, 4))

    def check(kind):
        found = numbers(weights_of(attention_weights, *arguments, kind))
        what = f'a row sum of the result for kind "{kind}"'
        expect_close(found.sum(axis=1), np.ones(3), rtol=1e-4, name=what)
        assert found.min() >= 0, f'a weight of kind "{kind}" is negative'

    expect_for_some_kind(attention_weights, check)


def expect_by_hand(attention_weights, kind):
    """Compare with weights that are easy to compute."""
    log3 = math.log(3)
    query, W = torch.ones(3, 4), 1.5 * torch.eye(4)
    keys = torch.tensor([[1.0, -1.0, 2.0, -2.0], [2 * log3, -1.0, 0.0, 1.0]])
    second = {"dot": 9 / 10, "scaled_dot": 3 / 4, "multiplicative": 27 / 28}[kind]
    found = weights_of(attention_weights, query, keys, W, kind)
    expect_close(found, [[1 - second, second]] * 3, atol=1e-5, name=result(kind))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The weights differ from a calculation by hand. The query (1, 1, 1, 1) has the "
    "dot products 0 and 2 log 3 with two keys. This gives the weights 1/10 and 9/10 for dot, 1/4 "
    "and 3/4 for scaled_dot, and 1/28 and 27/28 for multiplicative with W = 1.5 I.",
)
def agrees_with_a_calculation_by_hand(attention_weights):
    expect_for_some_kind(attention_weights, partial(expect_by_hand, attention_weights))


@test_case(
    points=0,
    hidden=False,
    failure_message="One of the kinds that you filled in differs from the calculation by hand. "
    "This check gives no points; a wrong kind costs points in its own hidden check.",
)
def agrees_with_a_calculation_by_hand_for_every_kind(attention_weights):
    for kind in offered_kinds(attention_weights):
        expect_by_hand(attention_weights, kind)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights differ from PyTorch's, for every kind that you filled in. Check "
    "the scores and the axis of the softmax.",
)
def agrees_with_pytorch(attention_weights):
    expect_for_some_kind(attention_weights, partial(expect_weights, attention_weights, draw()))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The kind scaled_dot (another one, if you left it open) is wrong: its weights "
    "differ from PyTorch's, or it fails a check that another kind passes. Check the factor.",
)
def agrees_with_pytorch_for_scaled_dot(attention_weights):
    expect_kind(attention_weights, "scaled_dot")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The kind dot (another one, if you left it open) is wrong: its weights differ "
    "from PyTorch's, or it fails a check that another kind passes. The kind dot has no factor.",
)
def agrees_with_pytorch_for_dot(attention_weights):
    expect_kind(attention_weights, "dot")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The kind multiplicative (another one, if you left it open) is wrong: its "
    "weights differ from PyTorch's weights for queries multiplied by W, or it fails a check that "
    "another kind passes. W need not be symmetric.",
)
def agrees_with_pytorch_for_multiplicative(attention_weights):
    expect_kind(attention_weights, "multiplicative")


@test_case(
    points=0.25,
    hidden=True,
    after="agrees_with_pytorch",
    failure_message="The weights are wrong for another number of queries, sources or entries.",
)
def works_for_any_sizes(attention_weights):
    expect_for_some_kind(attention_weights, partial(expect_any_sizes, attention_weights))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A source gets another weight when the sources are in another order. The order "
    "of the sources must not change their weights.",
)
def follows_the_sources_into_another_order(attention_weights):
    expect_for_some_kind(attention_weights, partial(expect_any_order, attention_weights))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The weights are wrong for pixels from 0 to 255, where scores are in the "
    "millions, or for one query with large positive scores and another with large negative ones. "
    "The source with by far the largest score gets the weight 1, the others get 0.",
)
def stays_finite_for_scores_of_millions(attention_weights):
    expect_for_some_kind(attention_weights, partial(expect_large_scores, attention_weights))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients with respect to the queries, the keys or W are wrong or "
    "missing. Do not detach any tensor between them and the weights. The results of NumPy code "
    "must change with the arguments as these gradients say.",
)
def passes_gradients_back(attention_weights):
    expect_for_some_kind(attention_weights, partial(expect_weight_gradients, attention_weights))


@test_case(
    points=0.5,
    hidden=True,
    after="agrees_with_pytorch",
    failure_message="The weights are wrong for a single query or a single source. Keep axes of "
    "length one.",
)
def works_for_one_query_and_one_source(attention_weights):
    def check(kind):
        for Q, S in ((1, 5), (3, 1)):
            expect_weights(attention_weights, draw(Q, S), kind)

    expect_for_some_kind(attention_weights, check)
