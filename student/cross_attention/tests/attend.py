"""Public checks of attend; the grader has more."""

import torch

from checks import expect_close, expect_shape, test_case
from checks.attention import draw_vectors, first_part, offered_kinds

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
