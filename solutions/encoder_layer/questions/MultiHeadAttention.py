"""Cases for multi-head attention: PyTorch's layer with the same weights, and properties."""

from functools import partial

import torch
from torch.autograd import gradcheck

from checks import (
    as_shaped,
    elsewhere,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_shape,
    rng,
    test_case,
)
from oracle import (
    attention_from_own,
    expect_alike,
    expect_different,
    expect_dropout,
    expect_no_dropout,
    expect_property,
    expect_right,
    expect_sequences_apart,
    expect_single_position,
    expect_with_right_attention,
    input_gradients,
    parameter_gradients,
    the_output,
    torch_attention,
)
from support import (
    ONE_OR_PAIR,
    draw,
    draw_state,
    equal_attention,
    expect_copied,
    first_of,
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


def draw_mask(*shape):
    """Return a mask that removes the first key and keeps the second, for every other query."""
    mask = torch.from_numpy(rng("mask").random(shape) < 0.4)
    mask[..., 0], mask[..., 1] = True, False
    mask[..., ::2, :] = False
    return mask


def matches(MultiHeadAttention, attention, take, mask=None):
    """Compare with PyTorch, or with heads that use the student's own attention function."""
    given = draw_state(D, 3), draw_inputs(), mask, draw(N, T, D, label="upstream")
    run, right = partial(run_copied, MultiHeadAttention, (D, H)), partial(torch_attention, H)
    follow = partial(attention_from_own, H)
    check = partial(expect_right, run, right, follow, attention, given, take)
    expect_with_right_attention(MultiHeadAttention, check)


def holds(check, MultiHeadAttention, attention, heads, width):
    """Check a property; a failure that follows from the own attention function costs nothing."""
    follow = partial(attention_from_own, heads)
    sizes = heads * width, heads
    expect_with_right_attention(
        MultiHeadAttention,
        lambda: expect_property(check, MultiHeadAttention, sizes, follow, attention),
    )


def with_equal_weights(MultiHeadAttention, check):
    """Run ``check``, and if it fails, with equal weights in place of the own attention function.

    What does not work with the result of that function is penalised there.
    """
    expect_own_or_replaced(check, MultiHeadAttention, equal_attention, ONE_OR_PAIR)


def any_sizes():
    """Return two to four heads, their width, and the lengths N, T and S."""
    generator = rng("sizes")
    lengths = generator.permutation([4, 5, 6, 7])[:3].tolist()
    return int(generator.integers(2, 5)), int(generator.integers(2, 5)), *lengths


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


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With the same weights, the output differs from PyTorch's layer. Check which "
    "layer projects which input, and how heads are split and merged.",
)
def matches_the_layer_of_torch(MultiHeadAttention, scaled_dot_product_attention):
    matches(MultiHeadAttention, scaled_dot_product_attention, the_output)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a mask of shape (T, S) or (N, 1, T, S), the output is wrong. The mask "
    "broadcasts to (N, H, T, S), and True means that the query may not attend to the key.",
)
def matches_the_layer_of_torch_with_a_mask(MultiHeadAttention, scaled_dot_product_attention):
    for shape in ((T, S), (N, 1, T, S)):
        matches(MultiHeadAttention, scaled_dot_product_attention, the_output, draw_mask(*shape))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradients with respect to query, key or value are wrong.",
)
def passes_gradients_to_its_inputs(MultiHeadAttention, scaled_dot_product_attention):
    matches(MultiHeadAttention, scaled_dot_product_attention, input_gradients)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="The gradients with respect to the parameters are wrong. All four layers must "
    "be attributes that forward uses. Do not detach any tensor.",
)
def passes_gradients_to_its_parameters(MultiHeadAttention, scaled_dot_product_attention):
    matches(MultiHeadAttention, scaled_dot_product_attention, parameter_gradients)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradients disagree with finite differences of your own forward pass. Do "
    "not detach any tensor between input and output; equal calls must give equal outputs.",
)
def passes_gradcheck(MultiHeadAttention, scaled_dot_product_attention):
    def check():
        layer = MultiHeadAttention(4, 2).double()
        inputs = [tensor.requires_grad_() for tensor in draw_inputs(2, 3, 5, 4)]
        # steps that are long enough for code that computes in float32
        gradcheck(lambda *inputs: first_of(layer(*inputs)), inputs, eps=1e-2, atol=3e-3, rtol=1e-2)

    both = MultiHeadAttention, scaled_dot_product_attention
    either = check, lambda: matches(*both, input_gradients)
    expect_with_right_attention(MultiHeadAttention, lambda: expect_any(*either))


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The heads are not independent. When the output layer is the identity, other "
    "weights of the first head must change only the first d_k columns of the output.",
)
def keeps_the_heads_apart(MultiHeadAttention, scaled_dot_product_attention):
    state, inputs, width = draw_state(D, 3, offsets=False), draw_inputs(), D // H
    state["self_attn.out_proj.weight"] = torch.eye(D).double()
    weight = state["self_attn.in_proj_weight"].clone()
    for start in (0, D, 2 * D):
        weight[start : start + width] *= -1.5
    changed = {**state, "self_attn.in_proj_weight": weight}

    def check():
        before, after = (
            run_copied(MultiHeadAttention, (D, H), given, inputs)["output"]
            for given in (state, changed)
        )
        expect_different(after[..., :width], before[..., :width])
        expect_alike(after[..., width:], before[..., width:], "the output of the other heads")

    both = MultiHeadAttention, scaled_dot_product_attention
    either = check, lambda: matches(*both, the_output)
    expect_with_right_attention(MultiHeadAttention, lambda: expect_any(*either))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The order of the keys must not change the output, and reordered queries must "
    "give the same rows, reordered. Check how the heads are merged.",
)
def follows_the_order_of_queries_and_not_of_keys(MultiHeadAttention, scaled_dot_product_attention):
    heads, width, n, t, s = any_sizes()
    query, key, value = draw_inputs(n, t, s, heads * width)
    queries, keys = (rng(str(i)).permutation(x.shape[1]) for i, x in enumerate((query, key)))

    def check(run):
        expected = run([query, key, value])[:, queries]
        found = run([query[:, queries], key[:, keys], value[:, keys]])
        expect_alike(found, expected, "the output in another order")

    holds(check, MultiHeadAttention, scaled_dot_product_attention, heads, width)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With a mask of shape (N, 1, 1, S), masked keys still affect the output, or "
    "the other keys do not.",
)
def ignores_what_is_masked_and_nothing_else(MultiHeadAttention, scaled_dot_product_attention):
    heads, width, n, t, s = any_sizes()
    query, key, value = draw_inputs(n, t, s, heads * width)
    keys_out = torch.from_numpy(rng("mask").random((n, s)) < 0.4)
    keys_out[:, 0], keys_out[:, 1] = True, False
    keys_out[0] = False
    mask, rows = keys_out[:, None, None], keys_out[..., None]
    others = torch.where(rows, 2 * key + 1, key), torch.where(rows, 9 * value + 1, value)

    def check(run):
        before = run([query, key, value], mask)
        expect_alike(run([query, *others], mask), before, "the output after the change")
        expect_different(run([query, key, torch.where(rows, value, -value)], mask), before)

    holds(check, MultiHeadAttention, scaled_dot_product_attention, heads, width)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The number of parameters is wrong. There must be four linear layers with bias "
    "from d_model to d_model, created in __init__, each for all heads together.",
)
def has_the_right_number_of_parameters(MultiHeadAttention):
    count = sum(value.numel() for value in MultiHeadAttention(D, H).parameters())
    assert count == 4 * D * (D + 1), f"for d_model = {D} there are {count} parameters"


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="In training mode with dropout 0.5, two calls with the same input must give "
    "different outputs.",
)
def drops_something_in_training(MultiHeadAttention):
    def check():
        expect_dropout(MultiHeadAttention(D, H, 0.5), draw_inputs())

    expect_with_right_attention(MultiHeadAttention, check)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="Dropout must have no effect in evaluation mode, or when its probability is "
    "zero (the default).",
)
def drops_nothing_in_evaluation(MultiHeadAttention):
    def check():
        layers = MultiHeadAttention(D, H, 0.5), MultiHeadAttention(D, H)
        expect_no_dropout(*layers, draw_inputs())

    expect_with_right_attention(MultiHeadAttention, check)


@test_case(
    points=0.25,
    hidden=True,
    after="drops_nothing_in_evaluation",
    failure_message="With dropout, the mean output over many calls differs from the output in "
    "evaluation mode. Divide the kept numbers by the keep probability, as torch.nn.Dropout does.",
)
def keeps_the_mean_under_dropout(MultiHeadAttention):
    def check():
        layer, inputs = MultiHeadAttention(D, H, 0.5).double(), draw_inputs(1, 2, 3)
        copies = [tensor.expand(2000, -1, -1) for tensor in inputs]
        many, expected = output_of(layer.train(), *copies), output_of(layer.eval(), *copies)[0]
        error = (many.mean(0) - expected).abs() / (many.std(0) / 2000**0.5 + 1e-6)
        # 24 means of 2,000: six standard errors are exceeded less than once in ten million times
        assert float(error.max()) < 6, f"a mean is off by {float(error.max()):.0f} standard errors"

    expect_with_right_attention(MultiHeadAttention, check)


@test_case(
    points=0.25,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="The output for a sequence must not depend on the other sequences in its "
    "batch.",
)
def treats_each_sequence_by_itself(MultiHeadAttention, scaled_dot_product_attention):
    heads, width, n, t, s = any_sizes()
    check = partial(expect_sequences_apart, inputs=draw_inputs(n, t, s, heads * width))
    holds(check, MultiHeadAttention, scaled_dot_product_attention, heads, width)


@test_case(
    points=0.5,
    hidden=True,
    after="matches_the_layer_of_torch",
    failure_message="A single query with a single key, in a batch of one sequence, must work. The "
    "output has the shape (1, 1, d_model).",
)
def works_for_a_single_query(MultiHeadAttention, scaled_dot_product_attention):
    heads, width, n, t, s = any_sizes()
    check = partial(expect_single_position, inputs=draw_inputs(n, t, s, heads * width))
    holds(check, MultiHeadAttention, scaled_dot_product_attention, heads, width)
