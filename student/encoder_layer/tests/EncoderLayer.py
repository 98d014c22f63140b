"""Public checks of EncoderLayer; the grader has more."""

from functools import partial

import torch

from checks import expect_close, expect_own_or_replaced, expect_shape, test_case
from support import (
    ONE_OR_PAIR,
    draw,
    draw_state,
    expect_copied,
    output_of,
    run_copied,
    zero_attention,
)

OK_FORMAT = False
name = "EncoderLayer"

N, T, H, D, F = 4, 5, 3, 18, 21  # all sizes differ, also d_k = 6, so that swapped axes show
SIZES = (D, H, F, 0.0)


def with_zero_attention(EncoderLayer, check):
    """Run ``check``, and if it fails, with zeros in place of the own attention layer.

    What does not work with the own attention layer is penalised there.
    """
    expect_own_or_replaced(check, EncoderLayer, zero_attention, ONE_OR_PAIR)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The output must have the shape of the input, (N, T, d_model).",
)
def keeps_the_shape(EncoderLayer):
    def check():
        output = output_of(EncoderLayer(D, H, F), draw(N, T, D).float())
        expect_shape(output, (N, T, D), "the output", "(N, T, d_model)")

    with_zero_attention(EncoderLayer, check)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="PyTorch's weights cannot be copied into the layer. from_torch must return "
    "every parameter with its name and shape in your layer. Adapt from_torch to your attributes.",
)
def takes_the_weights_of_pytorch(EncoderLayer):
    check = partial(expect_copied, EncoderLayer, SIZES, F, [draw(N, T, D)])
    with_zero_attention(EncoderLayer, check)


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The output differs from a calculation by hand. If both sub-layers return "
    "zero, the positions (3, 1, 3, 1) and (40, 20, 40, 20) both become (1, -1, 1, -1), because "
    "each position is normalised by itself after each sub-layer.",
)
def normalises_each_position(EncoderLayer):
    state = draw_state(4, 5, offsets=False)
    for key in ("self_attn.out_proj.weight", "linear2.weight"):
        state[key] = torch.zeros_like(state[key])
    x = torch.tensor([[3.0, 1, 3, 1], [40, 20, 40, 20], [40, 20, 40, 20]], dtype=torch.float64)
    expected = torch.tensor([1.0, -1, 1, -1]).expand(2, 3, 4)

    def check():
        found = run_copied(EncoderLayer, (4, 2, 5, 0.0), state, [torch.stack([x, x.flip(0)])])
        expect_close(found["output"], expected, rtol=1e-3, atol=1e-3, name="the output")  # epsilon

    with_zero_attention(EncoderLayer, check)
