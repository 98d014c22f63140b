"""Cases for the weighted sum, for each kind of attention that the student's code supports."""

from functools import partial

import torch

from checks import expect_any, expect_close, rng, test_case
from oracle import (
    expect_gradients,
    expect_sums,
    kind_or_another,
    sums_by_own_weights,
    sums_by_torch,
)
from support import draw_vectors, offered_kinds, result, sums_of

OK_FORMAT = False
name = "attend"


def draw(Q=3, S=5, D=4, V=6):
    """Return queries, keys, values and W in float64; all sizes differ: swapped axes show."""
    return draw_vectors(query=(Q, D), keys=(S, D), values=(S, V), W=(D, D))


@test_case(
    points=0.25,
    hidden=False,
    failure_message="There must be one weighted sum for each query, with as many numbers as a "
    "value. Values and keys may have different lengths.",
)
def gives_each_query_a_vector_as_long_as_a_value(attend):
    for kind in offered_kinds(attend, 3):
        sums_of(attend, *draw(), kind)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The weighted sum differs from a calculation by hand. A query of zeros gives "
    "all sources the same weight, so the values (1, 10), (2, 20) and (6, 0) give (3, 10).",
)
def agrees_with_a_calculation_by_hand(attend):
    query, keys = torch.zeros(1, 4), torch.arange(12.0).reshape(3, 4)
    values = torch.tensor([[1.0, 10.0], [2.0, 20.0], [6.0, 0.0]])
    for kind in offered_kinds(attend, 3):
        found = sums_of(attend, query, keys, values, torch.eye(4), kind)
        expect_close(found, [[3, 10]], name=result(kind))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of scaled_dot (of another kind that you wrote, if you left "
    "this one open) differs from PyTorch's. Check which weight belongs to which value.",
)
def agrees_with_pytorch_for_scaled_dot(attend, attention_weights):
    kind = kind_or_another(attend, "scaled_dot", 3)
    expect_sums(attend, attention_weights, draw(), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of dot (of another kind that you wrote, if you left this one "
    "open) differs from PyTorch's. Check that the kind is passed on.",
)
def agrees_with_pytorch_for_dot(attend, attention_weights):
    expect_sums(attend, attention_weights, draw(), kind_or_another(attend, "dot", 3))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of multiplicative (of another kind that you wrote, if you "
    "left this one open) differs from PyTorch's. Check that the kind and W are passed on.",
)
def agrees_with_pytorch_for_multiplicative(attend, attention_weights):
    kind = kind_or_another(attend, "multiplicative", 3)
    expect_sums(attend, attention_weights, draw(), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum is wrong for a single query, for a single source, or for "
    "axes of equal length. Check that no axes are swapped or lost.",
)
def works_for_one_query_one_source_and_equal_sizes(attend, attention_weights):
    for kind in offered_kinds(attend, 3):
        for sizes in ((1, 5, 4, 6), (3, 1, 4, 6), (4, 4, 4, 4)):
            expect_sums(attend, attention_weights, draw(*sizes), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum changes when the sources are in another order. The key and "
    "the value of a source belong together.",
)
def does_not_depend_on_the_order_of_the_sources(attend):
    order = torch.from_numpy(rng("order").permutation(7))
    for kind in offered_kinds(attend, 3):
        query, keys, values, W = draw(S=7)
        before = sums_of(attend, query, keys, values, W, kind)
        after = sums_of(attend, query, keys[order], values[order], W, kind)
        expect_close(after, before, atol=1e-5, name=result(kind))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients with respect to the queries, the keys, the values or W are "
    "wrong or missing. Do not detach any tensor between them and the sum.",
)
def passes_gradients_back(attend, attention_weights):
    by_own_weights = partial(sums_by_own_weights, attention_weights)
    for kind in offered_kinds(attend, 3):
        answer = partial(sums_of, attend, kind=kind)
        oracles = [partial(function, kind=kind) for function in (sums_by_torch, by_own_weights)]
        checks = [
            partial(expect_gradients, answer, oracle, draw(), ("query", "keys", "values", "W"))
            for oracle in oracles
        ]
        expect_any(*checks)
