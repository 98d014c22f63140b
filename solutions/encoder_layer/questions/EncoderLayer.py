"""Cases for the encoder layer: torch's own layer with the same weights, and properties."""

import torch
from torch.autograd import gradcheck
from torch.nn import functional

from checks import expect_any, expect_close, expect_shape, rng, test_case
from checks.torch_weights import (
    draw,
    draw_state,
    expect_gradients,
    expect_input_gradients,
    expect_output,
    first_of,
    output_of,
    run_copied,
)
from oracle import (
    encoder_from_own,
    expect_alike,
    expect_different,
    torch_encoder,
)

OK_FORMAT = False
name = "EncoderLayer"

N, T, H, D, F = 2, 5, 3, 12, 7  # all sizes differ, so that a mix-up of axes shows
SIZES = (D, H, F, 0.0)


def draw_mask(n, t):
    """Return padding at the end of sequences, as it is in practice: one to t - 1 positions."""
    lengths = torch.from_numpy(rng("lengths").integers(1, t, n))
    return torch.arange(t) >= lengths[:, None]


def expect_same(EncoderLayer, MultiHeadAttention, compare, offsets=True, mask=None):
    """Compare with torch, or with what follows from the student's own attention."""
    state, x, upstream = draw_state(D, F, offsets=offsets), draw(N, T, D), draw(N, T, D, label="up")
    if mask is not None:
        upstream[mask] = 0  # padded positions may hold anything
    given = state, H, [x], mask, upstream
    found = run_copied(EncoderLayer, SIZES, state, [x], mask, upstream)
    expect_any(
        lambda: compare(found, torch_encoder(*given)),
        lambda: compare(found, encoder_from_own(MultiHeadAttention, *given)),
    )


def expect_shown_output(mask):
    """Return a comparison of what stands at positions that are not padding."""

    def compare(found, expected):
        expect_shape(found["output"], (N, T, D), "the output", "(N, T, d_model)")
        expect_output({"output": found["output"][~mask]}, {"output": expected["output"][~mask]})

    return compare


def any_layer(EncoderLayer):
    """Return a layer as it is made, with two to four heads, and sequences of a random size."""
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
    failure_message="PyTorch's weights cannot be copied into the layer. from_torch must name every "
    "parameter as your layer does and give it its shape; change it to fit your attributes.",
)
def takes_the_weights_of_pytorch(EncoderLayer):
    found = run_copied(EncoderLayer, SIZES, draw_state(D, F), [draw(N, T, D)])
    assert found["rest"] == [], f"from_torch gives no values for {', '.join(found['rest'])}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. Where both sub-layers give zero, the position "
    "(3, 1, 3, 1) becomes (1, -1, 1, -1), and so does (40, 20, 40, 20): each position is "
    "normalised by itself, at the end of a sub-layer.",
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
    failure_message="With PyTorch's weights and all biases at zero, the output differs. Check what "
    "is added to what, where the norms stand, and the activation between the linear layers.",
)
def matches_torch_without_biases(EncoderLayer, MultiHeadAttention):
    expect_same(EncoderLayer, MultiHeadAttention, expect_output, offsets=False)


@test_case(
    points=1,
    hidden=True,
    failure_message="With PyTorch's weights and biases, the output differs. Each linear layer has "
    "a bias, and each norm weights and biases of its own.",
)
def matches_torch(EncoderLayer, MultiHeadAttention):
    expect_same(EncoderLayer, MultiHeadAttention, expect_output)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a key_padding_mask of shape (N, T), in which True means padding, the "
    "output at the other positions is wrong.",
)
def matches_torch_with_padding(EncoderLayer, MultiHeadAttention):
    mask = draw_mask(N, T)
    expect_same(EncoderLayer, MultiHeadAttention, expect_shown_output(mask), mask=mask)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradient of the output for the input is not right.",
)
def passes_gradients_to_its_input(EncoderLayer, MultiHeadAttention):
    expect_same(EncoderLayer, MultiHeadAttention, expect_input_gradients, mask=draw_mask(N, T))


@test_case(
    points=1.25,
    hidden=True,
    failure_message="The gradients of the output for the parameters are not right: everything that "
    "learns must be an attribute that forward uses, and nothing may cut a tensor off.",
)
def passes_gradients_to_its_parameters(EncoderLayer, MultiHeadAttention):
    expect_same(EncoderLayer, MultiHeadAttention, expect_gradients)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients are not those of what the layer computes: nothing between input "
    "and output may cut a tensor off or change from call to call.",
)
def passes_gradcheck(EncoderLayer):
    layer = EncoderLayer(4, 2, 3, 0.0).double()

    def check(label):
        x = draw(1, 3, 4, label=label).requires_grad_()
        # steps that code which computes in float32 can take too
        gradcheck(lambda x: first_of(layer(x)), [x], eps=1e-4, atol=1e-2, rtol=1e-2)

    # a step over the kink of a ReLU, about one in a thousand, says nothing about the gradient
    expect_any(lambda: check("first"), lambda: check("second"))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Positions in another order must give the same rows in that order. Look at how "
    "the heads are put together and at the axes that are normalised.",
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
    failure_message="What stands at padded positions changes the output at others, or what stands "
    "at the others does not.",
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
    failure_message="The output changes when padding is appended to all sequences.",
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
    failure_message="The output for a sequence must not depend on the others in its batch, and a "
    "single position must work.",
)
def treats_each_sequence_by_itself(EncoderLayer):
    layer, x = any_layer(EncoderLayer)
    expect_alike(output_of(layer, x[:1]), output_of(layer, x)[:1])
    shape = tuple(x[:1, :1].shape)
    expect_shape(
        output_of(layer, x[:1, :1]), shape, "the output for one position", "(1, 1, d_model)"
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In training mode with a dropout of 0.5, the same input must give other "
    "outputs each time.",
)
def drops_something_in_training(EncoderLayer):
    layer, x = EncoderLayer(D, H, F, 0.5).double().train(), draw(N, T, D)
    expect_different(output_of(layer, x), output_of(layer, x))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, or when its probability is zero, dropout must do nothing.",
)
def drops_nothing_in_evaluation(EncoderLayer):
    layer, x = EncoderLayer(D, H, F, 0.5).double().eval(), draw(N, T, D)
    without = EncoderLayer(D, H, F, 0.0).double().train()
    without.load_state_dict(layer.state_dict())
    expect_alike(output_of(layer, x), output_of(without, x), "the output in evaluation mode")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Dropout belongs to what each of the two sub-layers gives, before it is added: "
    "where nearly all of it is dropped, the input remains, normalised twice.",
)
def drops_what_the_sub_layers_give(EncoderLayer):
    state, x = draw_state(D, F, offsets=False), draw(8, 6, D)
    half, nothing = (
        run_copied(EncoderLayer, (D, H, F, dropout), state, [x], training=True)["output"]
        for dropout in (0.5, 0.9999)
    )
    assert float((half == 0).double().mean()) < 0.1, "numbers are zero after the last norm"
    expected = functional.layer_norm(functional.layer_norm(x, (D,)), (D,))
    same = int(((nothing - expected).abs().amax(dim=2) < 1e-3).sum())
    # wherever dropout stands, it keeps something of about one in 200 of the 48 positions
    assert same > 40, f"only {same} of 48 positions are the input, normalised"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The number of parameters is not that of the four layers in the attention, the "
    "two linear layers and the two norms, all with biases and all made in __init__.",
)
def has_the_right_number_of_parameters(EncoderLayer):
    count = sum(value.numel() for value in EncoderLayer(D, H, F).parameters())
    expected = 4 * D * (D + 1) + F * (D + 1) + D * (F + 1) + 4 * D
    assert count == expected, f"for d_model = {D} and d_ff = {F}, there are {count}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Two layers share parameters: a change of one changes the other. Each must "
    "make its own modules in __init__.",
)
def shares_nothing_with_another_layer(EncoderLayer):
    one, other, x = EncoderLayer(D, H, F).eval(), EncoderLayer(D, H, F).eval(), draw(N, T, D)
    before = output_of(other, x.float())
    one.load_state_dict({key: 0.5 * value for key, value in one.state_dict().items()})
    expect_close(output_of(other, x.float()), before, atol=1e-6, name="the output of the other")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With inputs and parameters in float32, the usual precision, the layer fails "
    "or is off by more than rounding.",
)
def works_in_float32(EncoderLayer):
    state, x, mask = draw_state(D, F), draw(N, T, D), draw_mask(N, T)
    outputs = [
        run_copied(EncoderLayer, SIZES, state, [x.to(dtype)], mask)["output"][~mask]
        for dtype in (torch.float32, torch.float64)
    ]
    expect_close(*outputs, rtol=1e-3, atol=1e-4, name="the output in float32")
