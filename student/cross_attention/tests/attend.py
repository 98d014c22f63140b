"""Public checks of attend; the grader has more."""

from functools import partial

import torch

from checks import expect_close, expect_own_or_replaced, test_case
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
