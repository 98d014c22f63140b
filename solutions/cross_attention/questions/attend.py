"""Cases for the weighted sum, for each kind of attention that an answer offers."""

from functools import partial

import numpy as np
import torch
from torch.nn import functional

from checks import expect_any, expect_close, expect_shape, rng, test_case
from checks.attention import (
    draw_vectors,
    expect_gradients,
    first_part,
    kind_or_another,
    offered_kinds,
)

OK_FORMAT = False
name = "attend"


def draw(Q=3, S=5, D=4, V=6):
    """Return queries, keys, values and W in float64; all sizes differ, so that a mix-up shows."""
    return draw_vectors(query=(Q, D), keys=(S, D), values=(S, V), W=(D, D))


def sum_of(attend, query, keys, values, W, kind):
    """Return the weighted sums alone, in their right shape."""
    found = first_part(attend(query, keys, values, kind=kind, W=W))
    shape = len(query), values.shape[1]
    expect_shape(found, shape, f'the result of the kind "{kind}"', "(Q, V)")
    return found


def by_torch(query, keys, values, W, kind):
    """Return what PyTorch's own attention gives."""
    query = query @ W if kind == "multiplicative" else query
    batch = [tensor[None] for tensor in (query, keys, values)]
    scale = None if kind == "scaled_dot" else 1.0
    return functional.scaled_dot_product_attention(*batch, scale=scale)[0]


def expect_sum(attend, attention_weights, arguments, kind):
    """Fail unless the sums are right, or follow from the weights that the answer finds."""
    found = sum_of(attend, *arguments, kind)
    query, keys, values, W = arguments

    def expect(wanted):
        # float32 inside is right to about 1e-6 times the largest score
        expect_close(found, wanted, rtol=1e-4, atol=1e-5, name=f'the result of the kind "{kind}"')

    def follows():
        weights = np.asarray(first_part(attention_weights(query, keys, kind=kind, W=W)))
        expect(weights @ values.numpy())

    expect_any(lambda: expect(by_torch(*arguments, kind)), follows)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="There is one weighted sum for each query, as long as a value. A value may "
    "have another length than a key.",
)
def gives_each_query_a_vector_as_long_as_a_value(attend):
    for kind in offered_kinds(attend, 3):
        sum_of(attend, *draw(), kind)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="A calculation by hand fails. A query of zeros attends to all sources alike, "
    "so the values (1, 10), (2, 20) and (6, 0) give (3, 10).",
)
def agrees_with_a_calculation_by_hand(attend):
    query, keys = torch.zeros(1, 4), torch.arange(12.0).reshape(3, 4)
    values = torch.tensor([[1.0, 10.0], [2.0, 20.0], [6.0, 0.0]])
    for kind in offered_kinds(attend, 3):
        found = sum_of(attend, query, keys, values, torch.eye(4), kind)
        expect_close(found, [[3, 10]], name=f'the result of the kind "{kind}"')


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of scaled_dot is not the one of PyTorch (of the kind that "
    "you offer, if you do not offer this one). Which weight belongs to which value?",
)
def agrees_with_pytorch_for_scaled_dot(attend, attention_weights):
    kind = kind_or_another(attend, "scaled_dot", 3)
    expect_sum(attend, attention_weights, draw(), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of dot is not the one of PyTorch without a factor (of the "
    "kind that you offer, if you do not offer this one). Is the kind handed on?",
)
def agrees_with_pytorch_for_dot(attend, attention_weights):
    expect_sum(attend, attention_weights, draw(), kind_or_another(attend, "dot", 3))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of multiplicative is not the one of PyTorch for queries "
    "multiplied by W (of the kind that you offer, if you do not offer this one). Are kind and W "
    "handed on?",
)
def agrees_with_pytorch_for_multiplicative(attend, attention_weights):
    kind = kind_or_another(attend, "multiplicative", 3)
    expect_sum(attend, attention_weights, draw(), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum is wrong for a single query, for a single source, or where "
    "all axes have the same length and are mixed up.",
)
def works_for_one_query_one_source_and_equal_sizes(attend, attention_weights):
    for kind in offered_kinds(attend, 3):
        for sizes in ((1, 5, 4, 6), (3, 1, 4, 6), (4, 4, 4, 4)):
            expect_sum(attend, attention_weights, draw(*sizes), kind)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Another order of the sources changes the weighted sum. Keys and values of a "
    "source belong together.",
)
def does_not_depend_on_the_order_of_the_sources(attend):
    order = torch.from_numpy(rng("order").permutation(7))
    for kind in offered_kinds(attend, 3):
        query, keys, values, W = draw(S=7)
        before = sum_of(attend, query, keys, values, W, kind)
        after = sum_of(attend, query, keys[order], values[order], W, kind)
        expect_close(after, before, atol=1e-5, name=f'the result of the kind "{kind}"')


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Gradients do not come back to the queries, the keys, the values or W as they "
    "should: nothing between them and the sum may cut a tensor off.",
)
def passes_gradients_back(attend, attention_weights):
    def by_own_weights(query, keys, values, W, kind):
        weights = first_part(attention_weights(query, keys, kind=kind, W=W))
        return torch.as_tensor(weights) @ values

    for kind in offered_kinds(attend, 3):
        answer = partial(sum_of, attend, kind=kind)
        oracles = [partial(function, kind=kind) for function in (by_torch, by_own_weights)]
        checks = [
            partial(expect_gradients, answer, oracle, draw(), ("query", "keys", "values", "W"))
            for oracle in oracles
        ]
        expect_any(*checks)
