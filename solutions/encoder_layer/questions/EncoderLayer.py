"""Cases for the encoder layer: PyTorch's layer with the same weights, and properties."""

from functools import partial

import torch
from torch.autograd import gradcheck
from torch.nn import functional

from checks import (
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_shape,
    rng,
    test_case,
)
from oracle import (
    attention_drops,
    draw_wide,
    encoder_from_own,
    expect_alike,
    expect_different,
    expect_dropout,
    expect_no_dropout,
    expect_property,
    expect_right,
    expect_same,
    expect_sequences_apart,
    expect_single_position,
    expect_with_right_heads,
    input_gradients,
    or_without_attention,
    parameter_gradients,
    silent,
    the_output,
    torch_encoder,
    trusted,
)
from support import (
    ONE_OR_PAIR,
    draw,
    draw_state,
    expect_copied,
    first_of,
    output_of,
    run_copied,
    zero_attention,
)

OK_FORMAT = False
name = "EncoderLayer"

N, T, H, D, F = 4, 5, 3, 18, 21  # all sizes differ, also d_k = 6, so that swapped axes show
SIZES = (D, H, F, 0.0)


def draw_mask(n, t):
    """Return padding at the end of all sequences but the first: one to t - 1 positions."""
    lengths = torch.from_numpy(rng("lengths").integers(1, t, n))
    lengths[0] = t
    return torch.arange(t) >= lengths[:, None]


def matches(EncoderLayer, MultiHeadAttention, take, offsets=True, mask=None):
    """Compare with PyTorch, or with a layer that uses the student's own attention layer."""
    given = draw_wide((N, T, H, D, F), offsets, mask)
    run, right = partial(run_copied, EncoderLayer, SIZES), partial(torch_encoder, H)

    def check(alone):
        if alone:
            return expect_same(run, right, (silent(given[0]), *given[1:]), take)
        return expect_right(
            run, right, partial(encoder_from_own, H), MultiHeadAttention, given, take
        )

    with_other_attention(EncoderLayer, check, MultiHeadAttention)


def with_other_attention(EncoderLayer, check, MultiHeadAttention, *sound):
    """Run ``check(False)``; where it fails because of the own attention layer, judge without it."""
    expect_with_right_heads(
        EncoderLayer, lambda: or_without_attention(check, MultiHeadAttention, *sound)
    )


def with_zero_attention(EncoderLayer, check):
    """Run ``check``, and if it fails, with zeros in place of the own attention layer.

    What does not work with the own attention layer is penalised there.
    """
    expect_own_or_replaced(check, EncoderLayer, zero_attention, ONE_OR_PAIR)


def at(shown):
    """Return a function that takes the output at the positions that are ``shown``."""

    def take(found):
        expect_shape(found["output"], (*shown.shape, D), "the output", "(N, T, d_model)")
        return {"the output": found["output"][shown]}

    return take


def holds(check, EncoderLayer, MultiHeadAttention, heads, width):
    """Check a property; a failure that follows from the own attention layer costs nothing."""
    sizes = heads * width, heads, F, 0.0

    def either(alone):
        if not alone:
            follow = partial(encoder_from_own, heads)
            return expect_property(check, EncoderLayer, sizes, follow, MultiHeadAttention, F)
        state = silent(draw_state(sizes[0], F))
        return check(lambda *given: run_copied(EncoderLayer, sizes, state, *given)["output"])

    with_other_attention(EncoderLayer, either, MultiHeadAttention)


def any_sizes():
    """Return two to four heads, their width, and the lengths N and T."""
    generator = rng("sizes")
    lengths = generator.permutation([4, 5, 6, 7])[:2].tolist()
    return int(generator.integers(2, 5)), int(generator.integers(4, 7)), *lengths


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


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With PyTorch's weights and zero biases, the output differs from PyTorch's "
    "layer. Check what is added, where it is normalised, and the activation.",
)
def matches_torch_without_biases(EncoderLayer, MultiHeadAttention):
    matches(EncoderLayer, MultiHeadAttention, the_output, offsets=False)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With PyTorch's weights and biases, the output differs from PyTorch's layer. "
    "Each linear layer has a bias, and each norm has its own weights and biases.",
)
def matches_torch(EncoderLayer, MultiHeadAttention):
    matches(EncoderLayer, MultiHeadAttention, the_output)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a key_padding_mask of shape (N, T), where True marks padding, the output "
    "at the other positions is wrong.",
)
def matches_torch_with_padding(EncoderLayer, MultiHeadAttention):
    mask = draw_mask(N, T)
    matches(EncoderLayer, MultiHeadAttention, at(~mask), mask=mask)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradient with respect to the input is wrong.",
)
def passes_gradients_to_its_input(EncoderLayer, MultiHeadAttention):
    matches(EncoderLayer, MultiHeadAttention, input_gradients, mask=draw_mask(N, T))


@test_case(
    points=1,
    hidden=True,
    failure_message="The gradients with respect to the parameters are wrong. All layers must be "
    "attributes that forward uses. Do not detach any tensor.",
)
def passes_gradients_to_its_parameters(EncoderLayer, MultiHeadAttention):
    matches(EncoderLayer, MultiHeadAttention, parameter_gradients)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The gradients disagree with finite differences of your own forward pass. Do "
    "not detach any tensor between input and output; equal calls must give equal outputs.",
)
def passes_gradcheck(EncoderLayer, MultiHeadAttention):
    def check():
        layer = EncoderLayer(4, 2, 5, 0.0).double()

        def check_at(label):
            x = draw(2, 3, 4, label=label).requires_grad_()
            # steps that are long enough for code that computes in float32
            gradcheck(lambda x: first_of(layer(x)), [x], eps=1e-4, atol=1e-2, rtol=1e-2)

        # about one step in a thousand crosses the kink of a ReLU, where finite differences are
        # wrong
        expect_any(*(partial(check_at, label) for label in ("first", "second", "third")))

    expect_any(
        partial(expect_with_right_heads, EncoderLayer, check),
        lambda: matches(EncoderLayer, MultiHeadAttention, input_gradients),
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Reordered positions must give the same rows, reordered. Check how the heads "
    "are merged and which axes are normalised.",
)
def follows_the_order_of_the_positions(EncoderLayer, MultiHeadAttention):
    heads, width, n, t = any_sizes()
    x, order = draw(n, t, heads * width), rng("order").permutation(t)

    def check(run):
        expect_alike(run([x[:, order]]), run([x])[:, order], "the output in another order")

    holds(check, EncoderLayer, MultiHeadAttention, heads, width)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Padded positions affect the output at other positions, or positions that are "
    "not padded do not affect each other.",
)
def ignores_what_stands_at_padded_positions(EncoderLayer, MultiHeadAttention):
    heads, width, n, t = any_sizes()
    x, mask = draw(n, t, heads * width), draw_mask(n, t)
    shown = mask.clone()
    shown[:, :2] = False
    change = draw(*x.shape, label="change")
    change[:, 1:] = 0

    def check(run):
        other = torch.where(mask[..., None], 9 * x + 1, x)
        expect_alike(run([other], mask)[~mask], run([x], mask)[~mask])
        expect_different(run([x + change], shown)[:, 1], run([x], shown)[:, 1])

    holds(check, EncoderLayer, MultiHeadAttention, heads, width)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The output changes when more padding is appended to a sequence.",
)
def is_the_same_with_more_padding(EncoderLayer, MultiHeadAttention):
    heads, width, n, t = any_sizes()
    x, more = draw(n, t, heads * width), int(rng("more").integers(1, 4))
    longer = torch.cat([x, draw(n, more, heads * width, label="padding")], dim=1)
    mask = torch.cat([torch.zeros(n, t), torch.ones(n, more)], dim=1).bool()
    mask[0] = False  # in the first sequence, these are positions like the others

    def check(run):
        expect_alike(run([longer], mask)[1:, :t], run([x])[1:], "the output before the padding")

    holds(check, EncoderLayer, MultiHeadAttention, heads, width)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The number of parameters is wrong. The layer has four linear layers in the "
    "attention, two linear layers and two norms, all with biases, all created in __init__.",
)
def has_the_right_number_of_parameters(EncoderLayer, MultiHeadAttention):
    rest = F * (D + 1) + D * (F + 1) + 4 * D

    def expect(attention):
        count = sum(value.numel() for value in EncoderLayer(D, H, F).parameters())
        assert count == attention + rest, (
            f"for d_model = {D} and d_ff = {F} there are {count} parameters"
        )

    def again():
        own = trusted(MultiHeadAttention)(D, H)
        expect(sum(value.numel() for value in own.parameters()))

    check = partial(expect, 4 * D * (D + 1))
    expect_any(partial(expect_with_right_heads, EncoderLayer, check), again)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Two layers share parameters: changing one layer changes the other. Each layer "
    "must create its own modules in __init__.",
)
def shares_nothing_with_another_layer(EncoderLayer):
    one, other = EncoderLayer(D, H, F), EncoderLayer(D, H, F)
    before = other.state_dict()
    assert before, "the layer has no parameters"
    one.load_state_dict({key: 0.5 * value - 1 for key, value in one.state_dict().items()})
    for key, value in other.state_dict().items():
        expect_close(value, before[key], atol=1e-6, name="a parameter of the other layer")


@test_case(
    points=0.25,
    hidden=True,
    after="matches_torch",
    failure_message="In training mode with dropout 0.5, two calls with the same input must give "
    "different outputs.",
)
def drops_something_in_training(EncoderLayer):
    def check():
        expect_dropout(EncoderLayer(D, H, F, 0.5), [draw(N, T, D)])

    expect_with_right_heads(EncoderLayer, check)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_torch",
    failure_message="Dropout must have no effect in evaluation mode or when its probability is 0.",
)
def drops_nothing_in_evaluation(EncoderLayer, MultiHeadAttention):
    def check(alone):
        x = draw(N, T, D)
        if not alone:
            return expect_no_dropout(EncoderLayer(D, H, F, 0.5), EncoderLayer(D, H, F, 0.0), [x])
        state = silent(draw_state(D, F))
        half, none = (
            run_copied(EncoderLayer, (D, H, F, p), state, [x], training=p == 0)["output"]
            for p in (0.5, 0.0)
        )
        return expect_alike(half, none, "the output in evaluation mode")

    with_other_attention(EncoderLayer, check, MultiHeadAttention)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_torch",
    failure_message="Dropout must act on the output of each sub-layer before it is added: if "
    "nearly everything is dropped, the layer returns the input, normalised twice.",
)
def drops_what_the_sub_layers_give(EncoderLayer, MultiHeadAttention):
    x = draw(8, 6, D)

    def check(alone):
        state = draw_state(D, F, offsets=False)
        half, nothing = (
            run_copied(
                EncoderLayer, (D, H, F, p), silent(state) if alone else state, [x], training=True
            )["output"]
            for p in (0.5, 0.9999)
        )
        assert float((half == 0).double().mean()) < 0.1, "many numbers of the output are zero"
        expected = functional.layer_norm(functional.layer_norm(x, (D,)), (D,))
        same = int(((nothing - expected).abs().amax(dim=2) < 1e-3).sum())
        # at any of the accepted places, dropout keeps something at about one in 200 positions
        assert same > 40, f"only {same} of 48 positions are the normalised input"

    with_other_attention(EncoderLayer, check, MultiHeadAttention, attention_drops)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_torch",
    failure_message="With inputs and parameters in float32, the usual precision, the layer fails, "
    "or its output is off by more than rounding.",
)
def works_in_float32(EncoderLayer, MultiHeadAttention):
    def check(alone):
        state, x = draw_state(D, F), draw(N, T, D)
        outputs = [
            run_copied(EncoderLayer, SIZES, silent(state) if alone else state, [x.to(dtype)])
            for dtype in (torch.float32, torch.float64)
        ]
        single, double = (found["output"] for found in outputs)
        expect_close(single, double, rtol=1e-3, atol=1e-4, name="the output in float32")

    with_other_attention(EncoderLayer, check, MultiHeadAttention)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_torch",
    failure_message="The output for a sequence must not depend on the other sequences in its "
    "batch.",
)
def treats_each_sequence_by_itself(EncoderLayer, MultiHeadAttention):
    heads, width, n, t = any_sizes()
    inputs = [draw(n, t, heads * width)]
    check = partial(expect_sequences_apart, inputs=inputs)
    holds(check, EncoderLayer, MultiHeadAttention, heads, width)


@test_case(
    points=0.5,
    hidden=True,
    after="matches_torch",
    failure_message="A single position, in a batch of one sequence, must work. The output has the "
    "shape (1, 1, d_model).",
)
def works_for_a_single_position(EncoderLayer, MultiHeadAttention):
    heads, width, n, t = any_sizes()
    inputs = [draw(n, t, heads * width)]
    check = partial(expect_single_position, inputs=inputs)
    holds(check, EncoderLayer, MultiHeadAttention, heads, width)
