"""Cases for the weighted sum, judged by PyTorch or by the student's own weights."""

from functools import partial

import torch

from checks import expect_close, expect_own_or_replaced, rng, test_case
from oracle import (
    draw,
    expect_sum_gradients,
    expect_sums,
    expect_sums_of_kind,
    expect_with_right_weights,
)
from support import draw_vectors, equal_weights, expect_for_some_kind, result, sums_of

OK_FORMAT = False
name = "attend"


@test_case(
    points=0.25,
    hidden=False,
    failure_message="There must be one weighted sum for each query, with as many numbers as a "
    "value. Values and keys may have different lengths.",
)
def gives_each_query_a_vector_as_long_as_a_value(attend):
    # all sizes differ, so that swapped axes show
    arguments = draw_vectors(query=(3, 4), keys=(5, 4), values=(5, 6), W=(4, 4))

    def check():
        expect_for_some_kind(attend, partial(sums_of, attend, *arguments), 3)

    expect_own_or_replaced(check, attend, equal_weights)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The weighted sum differs from a calculation by hand. A query of zeros gives "
    "all sources the same weight, so the values (1, 10), (2, 20) and (6, 0) give (3, 10).",
)
def agrees_with_a_calculation_by_hand(attend):
    query, keys = torch.zeros(5, 4), torch.arange(12.0).reshape(3, 4)
    values = torch.tensor([[1.0, 10.0], [2.0, 20.0], [6.0, 0.0]])

    def check_kind(kind):
        found = sums_of(attend, query, keys, values, torch.eye(4), kind)
        expect_close(found, [[3, 10]] * 5, name=result(kind))

    def check():
        expect_for_some_kind(attend, check_kind, 3)

    expect_own_or_replaced(check, attend, equal_weights)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of scaled_dot (of another kind that you wrote, if you left "
    "this one open) differs from PyTorch's. Check which weight belongs to which value.",
)
def agrees_with_pytorch_for_scaled_dot(attend, attention_weights):
    expect_with_right_weights(
        attend, lambda: expect_sums_of_kind(attend, attention_weights, "scaled_dot")
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of dot (of another kind that you wrote, if you left this one "
    "open) differs from PyTorch's. Check that the kind is passed on.",
)
def agrees_with_pytorch_for_dot(attend, attention_weights):
    expect_with_right_weights(attend, lambda: expect_sums_of_kind(attend, attention_weights, "dot"))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum of multiplicative (of another kind that you wrote, if you "
    "left this one open) differs from PyTorch's. Check that the kind and W are passed on.",
)
def agrees_with_pytorch_for_multiplicative(attend, attention_weights):
    expect_with_right_weights(
        attend, lambda: expect_sums_of_kind(attend, attention_weights, "multiplicative")
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weighted sum changes when the sources are in another order. The key and "
    "the value of a source belong together.",
)
def does_not_depend_on_the_order_of_the_sources(attend, attention_weights):
    order = torch.from_numpy(rng("order").permutation(7))
    query, keys, values, W = draw(S=7, V=6)

    def check(kind):
        try:
            before = sums_of(attend, query, keys, values, W, kind)
            after = sums_of(attend, query, keys[order], values[order], W, kind)
            expect_close(after, before, atol=1e-5, name=result(kind))
        except AssertionError as error:
            try:  # own weights that depend on the order are judged in their own question
                expect_sums(attend, attention_weights, (query, keys, values, W), kind)
                expect_sums(attend, attention_weights, (query, keys[order], values[order], W), kind)
            except AssertionError:
                raise error from None

    expect_with_right_weights(attend, lambda: expect_for_some_kind(attend, check, 3))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients with respect to the queries, the keys, the values or W are "
    "wrong or missing. Do not detach any tensor between them and the sum. The results of NumPy "
    "code must change with the arguments as these gradients say.",
)
def passes_gradients_back(attend, attention_weights):
    check = partial(expect_sum_gradients, attend, attention_weights)
    expect_with_right_weights(attend, lambda: expect_for_some_kind(attend, check, 3))


@test_case(
    points=0.25,
    hidden=True,
    after="agrees_with_pytorch_for_scaled_dot",
    failure_message="The weighted sum is wrong for axes of equal length, for a single query or for "
    "a single source. Check that no axes are swapped or lost.",
)
def works_for_one_query_one_source_and_equal_sizes(attend, attention_weights):
    def check(kind):
        for sizes in ((4, 4, 4, 4), (1, 5, 4, 6), (3, 1, 4, 6)):
            expect_sums(attend, attention_weights, draw(*sizes), kind)

    expect_with_right_weights(attend, lambda: expect_for_some_kind(attend, check, 3))
