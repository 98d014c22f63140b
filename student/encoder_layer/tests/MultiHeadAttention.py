"""Public checks of MultiHeadAttention; the grader has more."""

from functools import partial

import torch

from checks import (
    as_shaped,
    elsewhere,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_shape,
    test_case,
)
from support import (
    ONE_OR_PAIR,
    draw,
    draw_state,
    equal_attention,
    expect_copied,
    output_of,
    run_copied,
)

OK_FORMAT = False
name = "MultiHeadAttention"

N, T, S, H, D = 2, 6, 5, 3, 12  # all sizes differ, also d_k = 4, so that swapped axes show


def draw_inputs(n=N, t=T, s=S, d=D):
    """Return random query, key and value."""
    sizes = {"query": t, "key": s, "value": s}
    return [draw(n, size, d, label=label) for label, size in sizes.items()]


def with_equal_weights(MultiHeadAttention, check):
    """Run ``check``, and if it fails, with equal weights in place of the own attention function.

    What does not work with the result of that function is penalised there.
    """
    expect_own_or_replaced(check, MultiHeadAttention, equal_attention, ONE_OR_PAIR)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The output must have d_model numbers for each query, shape (N, T, d_model). "
    "The number of keys may differ from the number of queries.",
)
def gives_a_row_for_each_query(MultiHeadAttention):
    def check():
        layer = MultiHeadAttention(D, H)
        output = output_of(layer, *(tensor.float() for tensor in draw_inputs()))
        expect_shape(output, (N, T, D), "the output", "(N, T, d_model)")

    with_equal_weights(MultiHeadAttention, check)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="PyTorch's weights cannot be copied into the layer. from_torch must return "
    "every parameter with its name and shape in your EncoderLayer. Adapt from_torch to your "
    "attributes.",
)
def takes_the_weights_of_pytorch(MultiHeadAttention):
    check = partial(expect_copied, MultiHeadAttention, (D, H), 3, draw_inputs())
    with_equal_weights(MultiHeadAttention, check)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The output differs from a calculation by hand. With zero weights for queries "
    "and keys, all keys get the same weight. With the identity for values and output, the output "
    "is the mean of the rows of value.",
)
def takes_the_mean_where_all_keys_are_alike(MultiHeadAttention, scaled_dot_product_attention):
    state, inputs = draw_state(D, 3, offsets=False), draw_inputs()
    state["self_attn.in_proj_weight"] = torch.cat([torch.zeros(2 * D, D), torch.eye(D)]).double()
    state["self_attn.out_proj.weight"] = torch.eye(D).double()
    mean = inputs[2].mean(dim=1, keepdim=True).expand(N, T, D)

    def check():
        found = run_copied(MultiHeadAttention, (D, H), state, inputs)["output"]
        expect_any(
            lambda: expect_close(found, mean, rtol=1e-5, atol=1e-6, name="the output"),
            lambda: expect_close(found, mean * own_total(scaled_dot_product_attention), atol=1e-5),
        )

    with_equal_weights(MultiHeadAttention, check)


def own_total(attention):
    """Return the sum of the weights of alike keys in the own attention function, 1 if right.

    Where that is wrong, the output of the heads is wrong by this factor only.
    """
    own = elsewhere(attention)
    assert own is not None, "the attention function is missing, or too much in it is wrong"
    sizes = (N, H, T, D // H), (N, H, S, D // H), (N, H, S, D // H)
    totals = output_of(own, *(torch.full(size, float(i == 2)) for i, size in enumerate(sizes)))
    total = float(as_shaped(totals, sizes[0], "the output").mean())
    expect_close(totals, torch.full(sizes[0], total), name="the output")
    assert abs(total) > 0.01, "the weights are zero"
    return total
