"""Cases for the encoder layer: PyTorch's layer with the same weights, and properties."""

from functools import partial

import torch
from torch.autograd import gradcheck
from torch.nn import functional

from checks import expect_any, expect_close, expect_shape, rng, test_case
from oracle import (
    encoder_from_own,
    expect_alike,
    expect_different,
    expect_dropout,
    expect_input_gradients,
    expect_no_dropout,
    expect_output,
    expect_parameter_gradients,
    expect_same,
    expect_sequences_apart,
    torch_encoder,
)
from support import draw, draw_state, expect_copied, first_of, output_of, run_copied

OK_FORMAT = False
name = "EncoderLayer"

N, T, H, D, F = 2, 5, 3, 12, 7  # all sizes differ, so that swapped axes show
SIZES = (D, H, F, 0.0)


def draw_mask(n, t):
    """Return padding at the end of each sequence: one to t - 1 positions."""
    lengths = torch.from_numpy(rng("lengths").integers(1, t, n))
    return torch.arange(t) >= lengths[:, None]


def expect_right(EncoderLayer, MultiHeadAttention, compare, offsets=True, mask=None):
    """Compare with PyTorch, or with a layer that uses the student's own attention layer."""
    upstream = draw(N, T, D, label="up")
    if mask is not None:
        upstream[mask] = 0  # the output at padded positions does not matter
    given = draw_state(D, F, offsets=offsets), H, [draw(N, T, D)], mask, upstream
    from_own = partial(encoder_from_own, MultiHeadAttention)
    expect_same(EncoderLayer, SIZES, given, compare, torch_encoder, from_own)


def expect_shown_output(mask):
    """Return a comparison of the outputs at positions that are not padding."""

    def compare(found, expected):
        expect_shape(found["output"], (N, T, D), "the output", "(N, T, d_model)")
        expect_output({"output": found["output"][~mask]}, {"output": expected["output"][~mask]})

    return compare


def any_layer(EncoderLayer):
    """Return a new layer with two to four heads, and sequences of random sizes."""
    generator = rng("sizes")
    heads, n, t = int(generator.integers(2, 5)), *generator.integers(4, 8, 2).tolist()
    d_model = heads * int(generator.integers(4, 7))
    layer = EncoderLayer(d_model, heads, int(generator.integers(3, 20))).double().eval()
    return layer, draw(n, t, d_model)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The output must have the shape of the input, (N, T, d_model).",
)
def keeps_the_shape(EncoderLayer):
    output = output_of(EncoderLayer(D, H, F), draw(N, T, D).float())
    expect_shape(output, (N, T, D), "the output", "(N, T, d_model)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="PyTorch's weights cannot be copied into the layer. from_torch must return "
    "every parameter with its name and shape in your layer. Adapt from_torch to your attributes.",
)
def takes_the_weights_of_pytorch(EncoderLayer):
    expect_copied(EncoderLayer, SIZES, F, [draw(N, T, D)])


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The output differs from a calculation by hand. If both sub-layers return "
    "zero, the positions (3, 1, 3, 1) and (40, 20, 40, 20) both become (1, -1, 1, -1), because "
    "each position is normalised by itself after each sub-layer.",
)
def normalises_each_position(EncoderLayer):
    state = draw_state(4, 3, offsets=False)
    for key in ("self_attn.out_proj.weight", "linear2.weight"):
        state[key] = torch.zeros_like(state[key])
    x = torch.tensor([[[3.0, 1, 3, 1], [40, 20, 40, 20]]], dtype=torch.float64)
    found = run_copied(EncoderLayer, (4, 2, 3, 0.0), state, [x])
    expected = torch.tensor([1.0, -1, 1, -1]).expand(1, 2, 4)
    expect_close(found["output"], expected, rtol=1e-3, atol=1e-3, name="the output")  # epsilon


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With PyTorch's weights and zero biases, the output differs from PyTorch's "
    "layer. Check what is added, where it is normalised, and the activation.",
)
def matches_torch_without_biases(EncoderLayer, MultiHeadAttention):
    expect_right(EncoderLayer, MultiHeadAttention, expect_output, offsets=False)


@test_case(
    points=1,
    hidden=True,
    failure_message="With PyTorch's weights and biases, the output differs from PyTorch's layer. "
    "Each linear layer has a bias, and each norm has its own weights and biases.",
)
def matches_torch(EncoderLayer, MultiHeadAttention):
    expect_right(EncoderLayer, MultiHeadAttention, expect_output)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a key_padding_mask of shape (N, T), where True marks padding, the output "
    "at the other positions is wrong.",
)
def matches_torch_with_padding(EncoderLayer, MultiHeadAttention):
    mask = draw_mask(N, T)
    expect_right(EncoderLayer, MultiHeadAttention, expect_shown_output(mask), mask=mask)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradient with respect to the input is wrong.",
)
def passes_gradients_to_its_input(EncoderLayer, MultiHeadAttention):
    expect_right(EncoderLayer, MultiHeadAttention, expect_input_gradients, mask=draw_mask(N, T))


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradients with respect to the parameters are wrong. All layers must be "
    "attributes that forward uses. Do not detach any tensor.",
)
def passes_gradients_to_its_parameters(EncoderLayer, MultiHeadAttention):
    expect_right(EncoderLayer, MultiHeadAttention, expect_parameter_gradients)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients disagree with finite differences of your own forward pass. Do "
    "not detach any tensor between input and output; equal calls must give equal outputs.",
)
def passes_gradcheck(EncoderLayer):
    layer = EncoderLayer(4, 2, 3, 0.0).double()

    def check(label):
        x = draw(1, 3, 4, label=label).requires_grad_()
        # steps that are long enough for code that computes in float32
        gradcheck(lambda x: first_of(layer(x)), [x], eps=1e-4, atol=1e-2, rtol=1e-2)

    # about one step in a thousand crosses the kink of a ReLU, where finite differences are wrong
    expect_any(lambda: check("first"), lambda: check("second"))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Reordered positions must give the same rows, reordered. Check how the heads "
    "are merged and which axes are normalised.",
)
def follows_the_order_of_the_positions(EncoderLayer):
    layer, x = any_layer(EncoderLayer)
    order = rng("order").permutation(x.shape[1])
    expected = output_of(layer, x)[:, order]
    output = output_of(layer, x[:, order])
    expect_alike(output, expected, "the output in another order")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Padded positions affect the output at other positions, or positions that are "
    "not padded do not affect each other.",
)
def ignores_what_stands_at_padded_positions(EncoderLayer):
    layer, x = any_layer(EncoderLayer)
    mask = draw_mask(*x.shape[:2])
    before = output_of(layer, x, mask)[~mask]
    after = output_of(layer, torch.where(mask[..., None], 9 * x + 1, x), mask)[~mask]
    expect_alike(after, before)
    mask[:, :2] = False
    change = draw(*x.shape, label="change")
    change[:, 1:] = 0
    expect_different(output_of(layer, x + change, mask)[:, 1], output_of(layer, x, mask)[:, 1])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The output changes when more padding is appended to all sequences.",
)
def is_the_same_with_more_padding(EncoderLayer):
    layer, x = any_layer(EncoderLayer)
    n, t, d_model = x.shape
    more = int(rng("more").integers(1, 4))
    longer = torch.cat([x, draw(n, more, d_model, label="padding")], dim=1)
    mask = torch.cat([torch.zeros(n, t), torch.ones(n, more)], dim=1).bool()
    outputs = output_of(layer, longer, mask)[:, :t], output_of(layer, x)
    expect_alike(*outputs, "the output before the padding")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The output for a sequence must not depend on the other sequences in its "
    "batch, and a single position must work.",
)
def treats_each_sequence_by_itself(EncoderLayer):
    layer, x = any_layer(EncoderLayer)
    expect_sequences_apart(layer, [x])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In training mode with dropout 0.5, two calls with the same input must give "
    "different outputs.",
)
def drops_something_in_training(EncoderLayer):
    expect_dropout(EncoderLayer(D, H, F, 0.5), [draw(N, T, D)])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Dropout must have no effect in evaluation mode or when its probability is 0.",
)
def drops_nothing_in_evaluation(EncoderLayer):
    expect_no_dropout(EncoderLayer(D, H, F, 0.5), EncoderLayer(D, H, F, 0.0), [draw(N, T, D)])


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Dropout must act on the output of each sub-layer before it is added: if "
    "nearly everything is dropped, the layer returns the input, normalised twice.",
)
def drops_what_the_sub_layers_give(EncoderLayer):
    state, x = draw_state(D, F, offsets=False), draw(8, 6, D)
    half, nothing = (
        run_copied(EncoderLayer, (D, H, F, dropout), state, [x], training=True)["output"]
        for dropout in (0.5, 0.9999)
    )
    assert float((half == 0).double().mean()) < 0.1, "many numbers of the output are zero"
    expected = functional.layer_norm(functional.layer_norm(x, (D,)), (D,))
    same = int(((nothing - expected).abs().amax(dim=2) < 1e-3).sum())
    # at any of the accepted places, dropout keeps something at about one in 200 positions
    assert same > 40, f"only {same} of 48 positions are the normalised input"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The number of parameters is wrong. The layer has four linear layers in the "
    "attention, two linear layers and two norms, all with biases, all created in __init__.",
)
def has_the_right_number_of_parameters(EncoderLayer):
    count = sum(value.numel() for value in EncoderLayer(D, H, F).parameters())
    expected = 4 * D * (D + 1) + F * (D + 1) + D * (F + 1) + 4 * D
    assert count == expected, f"for d_model = {D} and d_ff = {F} there are {count} parameters"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Two layers share parameters: changing one layer changes the other. Each layer "
    "must create its own modules in __init__.",
)
def shares_nothing_with_another_layer(EncoderLayer):
    one, other, x = EncoderLayer(D, H, F).eval(), EncoderLayer(D, H, F).eval(), draw(N, T, D)
    before = output_of(other, x.float())
    one.load_state_dict({key: 0.5 * value for key, value in one.state_dict().items()})
    expect_close(output_of(other, x.float()), before, atol=1e-6, name="the other layer's output")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With inputs and parameters in float32, the usual precision, the layer fails, "
    "or its output is off by more than rounding.",
)
def works_in_float32(EncoderLayer):
    state, x, mask = draw_state(D, F), draw(N, T, D), draw_mask(N, T)
    outputs = [
        run_copied(EncoderLayer, SIZES, state, [x.to(dtype)], mask)["output"][~mask]
        for dtype in (torch.float32, torch.float64)
    ]
    expect_close(*outputs, rtol=1e-3, atol=1e-4, name="the output in float32")
