"""Public checks of MultiHeadAttention; the grader has more."""

import torch

from checks import elsewhere, expect_close, expect_shape, test_case
from support import draw, draw_state, expect_copied, output_of, run_copied

OK_FORMAT = False
name = "MultiHeadAttention"

N, T, S, H, D = 2, 6, 5, 3, 12  # all sizes differ, also d_k = 4, so that swapped axes show


def draw_inputs(n=N, t=T, s=S, d=D):
    """Return random query, key and value."""
    sizes = {"query": t, "key": s, "value": s}
    return [draw(n, size, d, label=label) for label, size in sizes.items()]


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The output must have d_model numbers for each query, shape (N, T, d_model). "
    "The number of keys may differ from the number of queries.",
)
def gives_a_row_for_each_query(MultiHeadAttention):
    layer = MultiHeadAttention(D, H)
    output = output_of(layer, *(tensor.float() for tensor in draw_inputs()))
    expect_shape(output, (N, T, D), "the output", "(N, T, d_model)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="PyTorch's weights cannot be copied into the layer. from_torch must return "
    "every parameter with its name and shape in your EncoderLayer. Adapt from_torch to your "
    "attributes.",
)
def takes_the_weights_of_pytorch(MultiHeadAttention):
    expect_copied(MultiHeadAttention, (D, H), 3, draw_inputs())


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
    found = run_copied(MultiHeadAttention, (D, H), state, inputs)["output"]
    mean = inputs[2].mean(dim=1, keepdim=True).expand(N, T, D)
    try:
        expect_close(found, mean, rtol=1e-5, atol=1e-6, name="the output")
    except AssertionError as error:
        own = elsewhere(scaled_dot_product_attention)
        if own is None:
            raise
        # with wrong weights of the own attention function, the output is a multiple of the mean
        sizes = (N, H, T, 4), (N, H, S, 4), (N, H, S, 4)
        factor = output_of(own, *(torch.full(s, float(i == 2)) for i, s in enumerate(sizes)))
        if not bool((factor[0, 0, 0, 0] != 0) & (factor == factor[0, 0, 0, 0]).all()):
            raise error from None
        expect_close(found, mean * factor[0, 0, 0, 0], rtol=1e-5, atol=1e-6, name="the output")
