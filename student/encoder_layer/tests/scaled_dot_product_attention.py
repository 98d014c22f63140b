"""Public checks of scaled_dot_product_attention; the grader has more."""

import math

import torch

from checks import expect_close, expect_shape, test_case
from support import draw, output_of

OK_FORMAT = False
name = "scaled_dot_product_attention"


def draw_all(*leading, T=4, S=5, d_k=7, d_v=6):
    """Return queries, keys and values; all sizes differ, so that swapped axes show."""
    sizes = {"q": (T, d_k), "k": (S, d_k), "v": (S, d_v)}
    return [draw(*leading, *size, label=label) for label, size in sizes.items()]


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The output must have d_v numbers for each query, shape (..., T, d_v). Keep "
    "the leading axes, here (2, 3).",
)
def gives_a_row_for_each_query(scaled_dot_product_attention):
    output = output_of(scaled_dot_product_attention, *draw_all(2, 3))
    expect_shape(output, (2, 3, 4, 6), "the output", "(..., T, d_v)")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The output differs from a calculation by hand. With q = (2, 0, 0, 0), the "
    "keys (log 3, 0, 0, 0) and (0, 0, 0, 0), and d_k = 4, the scores are log 3 and 0. So the "
    "weights are 3/4 and 1/4, and the values 4 and 8 give 5.",
)
def agrees_with_a_calculation_by_hand(scaled_dot_product_attention):
    q, k = torch.zeros(5, 3, 4), torch.zeros(5, 2, 4)
    q[..., 0], k[:, 0, 0] = 2, math.log(3)
    v = torch.tensor([[4.0], [8.0]]).expand(5, 2, 6)
    output = output_of(scaled_dot_product_attention, q, k, v)
    expect_close(output, torch.full((5, 3, 6), 5.0), atol=1e-5, name="the output")


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A masked key still counts, or a key that is not masked does not. A query of "
    "zeros gives all keys the same weight. The mask is True for the last of the values 3, 6 and "
    "30, so the output must be the mean of 3 and 6.",
)
def leaves_a_masked_key_out(scaled_dot_product_attention):
    q, k = torch.zeros(5, 4, 2), torch.ones(5, 3, 2)
    v = torch.tensor([[3.0], [6.0], [30.0]]).expand(5, 3, 6)
    mask = torch.tensor([False, False, True]).expand(5, 4, 3)
    output = output_of(scaled_dot_product_attention, q, k, v, mask)
    expect_close(output, torch.full((5, 4, 6), 4.5), atol=1e-5, name="the output")
