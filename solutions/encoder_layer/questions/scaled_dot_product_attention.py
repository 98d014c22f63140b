"""Cases for scaled dot-product attention: values by hand, PyTorch's function, masks."""

import math

import torch
from torch.autograd import gradcheck
from torch.nn import functional

from checks import expect_close, expect_finite, expect_shape, numbers, rng, test_case
from support import draw, first_of, output_of

OK_FORMAT = False
name = "scaled_dot_product_attention"


def draw_all(*leading, T=4, S=5, d_k=7, d_v=6):
    """Return queries, keys and values; all sizes differ, so that swapped axes show."""
    sizes = {"q": (T, d_k), "k": (S, d_k), "v": (S, d_v)}
    return [draw(*leading, *size, label=label) for label, size in sizes.items()]


def draw_mask(*shape):
    """Return a mask that removes at least one key of each query and keeps at least one."""
    generator = rng("mask")
    mask = generator.random(shape) < 0.4
    first, second = (0, 1) if generator.random() < 0.5 else (1, 0)
    mask[..., first], mask[..., second] = False, True
    return torch.from_numpy(mask)


def expected(q, k, v, mask=None):
    """Return the output of PyTorch's own function, where True in a mask means: keep."""
    return functional.scaled_dot_product_attention(q, k, v, None if mask is None else ~mask)


def expect_output(attention, *arguments):
    """Fail unless the output is equal to PyTorch's."""
    output = output_of(attention, *arguments)
    # a square root taken in float32 is off by 1e-7
    expect_close(output, expected(*arguments), rtol=1e-5, atol=1e-6, name="the output")


def expect_use_of_values(attention, q, k, v, mask=None):
    """Fail if the output is the same for other values."""
    first, second = (output_of(attention, q, k, values, mask) for values in (v, 2 * v + 1))
    moved = numbers(first) - numbers(second)
    assert abs(moved).max() > 1e-5, "the output is the same for other values"


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


@test_case(
    points=1,
    hidden=True,
    failure_message="Without a mask, the output differs from softmax(q k^T / sqrt(d_k)) v. Check "
    "the factor of the scores and the axis of the softmax.",
)
def matches_the_function_of_torch(scaled_dot_product_attention):
    expect_output(scaled_dot_product_attention, *draw_all(2, 3))


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a different mask for each query, the output is wrong. True means that "
    "the query may not attend to the key; the weights of the other keys sum to one.",
)
def matches_the_function_of_torch_with_a_mask(scaled_dot_product_attention):
    mask = draw_mask(2, 3, 4, 5)
    expect_output(scaled_dot_product_attention, *draw_all(2, 3), mask)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_function_of_torch_with_a_mask",
    failure_message="The output is wrong for a mask that broadcasts to (..., T, S), such as a mask "
    "of shape (2, 1, 1, S) or (T, S).",
)
def takes_a_mask_that_broadcasts(scaled_dot_product_attention):
    expect_output(scaled_dot_product_attention, *draw_all(2, 3), draw_mask(2, 1, 1, 5))
    expect_output(scaled_dot_product_attention, *draw_all(2, 3), draw_mask(4, 5))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Masked keys still affect the output: it changes when masked keys and values "
    "change, for example to very large numbers. Their weight must be exactly zero.",
)
def gives_masked_keys_no_weight_at_all(scaled_dot_product_attention):
    q, k, v = draw_all(3)
    masked_keys = draw_mask(3, 1, 5)
    mask, hidden_rows = masked_keys.expand(3, 4, 5).clone(), masked_keys.transpose(1, 2)
    others = torch.where(hidden_rows, 5 * k, k), torch.where(hidden_rows, 1e6 * v, v)
    before = output_of(scaled_dot_product_attention, q, k, v, mask)
    after = output_of(scaled_dot_product_attention, q, *others, mask)
    expect_finite(before, "the output")
    expect_close(after, before, rtol=1e-5, atol=1e-6, name="the output after the change")
    expect_use_of_values(scaled_dot_product_attention, q, k, v, mask)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights of a query do not sum to one over the keys that are not masked: "
    "if all values are 1, all outputs must be 1.",
)
def gives_weights_that_add_up_to_one(scaled_dot_product_attention):
    q, k, v = draw_all(3)
    output = output_of(scaled_dot_product_attention, q, k, torch.ones_like(v), draw_mask(3, 4, 5))
    expect_close(output, torch.ones(3, 4, 6), rtol=1e-5, name="the output")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradients disagree with finite differences of your own forward pass. Do "
    "not detach any tensor, and compute everything with PyTorch.",
)
def passes_gradcheck(scaled_dot_product_attention):
    inputs = [tensor.requires_grad_() for tensor in draw_all(2, T=3, S=4, d_k=5, d_v=6)]
    attend = lambda *inputs: first_of(scaled_dot_product_attention(*inputs))
    # steps that are long enough for code that computes in float32
    gradcheck(attend, inputs, eps=1e-2, atol=3e-3, rtol=1e-2)
    expect_use_of_values(scaled_dot_product_attention, *(tensor.detach() for tensor in inputs))


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_function_of_torch",
    failure_message="The output is wrong for queries (T, d_k), keys (S, d_k) and values (S, d_v) "
    "without leading axes.",
)
def works_without_a_batch(scaled_dot_product_attention):
    expect_output(scaled_dot_product_attention, *draw_all(), draw_mask(4, 5))


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_function_of_torch",
    failure_message="With one query and one key, the weight must be one, so the output must be the "
    "value.",
)
def gives_the_value_of_a_single_key(scaled_dot_product_attention):
    q, k, v = draw_all(1, T=1, S=1)
    output = output_of(scaled_dot_product_attention, q, k, v)
    expect_close(output, v, rtol=1e-6, atol=1e-6, name="the output")
