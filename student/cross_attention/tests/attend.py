"""Public checks of attend; the grader has more."""

import torch

from checks import expect_close, test_case
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
