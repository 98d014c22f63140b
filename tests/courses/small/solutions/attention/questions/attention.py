"""Cases for attention."""

import torch
from torch.nn import functional as F

from checks import expect_close, expect_shape, test_case

OK_FORMAT = False
name = "attention"


@test_case(points=1, hidden=False, failure_message="The result must have shape (N, T, D).")
def result_has_one_row_per_query(attention):
    out = attention(torch.rand(2, 3, 4), torch.rand(2, 5, 4), torch.rand(2, 5, 4))
    expect_shape(out, (2, 3, 4), "the result", "(N, T, D)")


@test_case(points=2, hidden=True, failure_message="The result differs from the definition.")
def result_matches_torch(attention):
    q, k, v = torch.randn(2, 3, 4), torch.randn(2, 5, 4), torch.randn(2, 5, 4)
    expect_close(attention(q, k, v), F.scaled_dot_product_attention(q, k, v), rtol=1e-4, atol=1e-6)


@test_case(points=1, hidden=True, failure_message="A gradient differs from the numerical one.")
def gradients_match_numerical_ones(attention):
    shapes = ((1, 2, 3), (1, 4, 3), (1, 4, 3))
    inputs = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]
    assert torch.autograd.gradcheck(attention, inputs, fast_mode=True)
