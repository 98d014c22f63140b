"""Cases for multi-head attention: torch's own layer with the same weights, and properties."""

import torch
from torch.autograd import gradcheck

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
    attention_from_own,
    expect_alike,
    expect_different,
    torch_attention,
)

OK_FORMAT = False
name = "MultiHeadAttention"

N, T, S, H, D = 2, 4, 5, 3, 12  # all sizes differ, so that a mix-up of axes shows


def draw_inputs(n=N, t=T, s=S, d=D):
    """Return what queries, keys and values are made of."""
    sizes = {"query": t, "key": s, "value": s}
    return [draw(n, size, d, label=label) for label, size in sizes.items()]


def draw_mask(*shape):
    """Return a mask that leaves each query the second key and takes the first one out."""
    mask = torch.from_numpy(rng("mask").random(shape) < 0.4)
    mask[..., 0], mask[..., 1] = True, False
    return mask


def expect_same(MultiHeadAttention, attention, compare, mask=None):
    """Compare with torch, or with what follows from the student's own attention."""
    state, inputs, upstream = draw_state(D, 3), draw_inputs(), draw(N, T, D, label="upstream")
    found = run_copied(MultiHeadAttention, (D, H), state, inputs, mask, upstream)
    given = state, H, inputs, mask, upstream
    expect_any(
        lambda: compare(found, torch_attention(*given)),
        lambda: compare(found, attention_from_own(attention, *given)),
    )


def any_layer(MultiHeadAttention):
    """Return a layer as it is made, with two to four heads, and inputs of random sizes."""
    generator = rng("sizes")
    heads, (n, t, s) = int(generator.integers(2, 5)), generator.integers(4, 8, 3).tolist()
    d_model = heads * int(generator.integers(2, 5))
    layer = MultiHeadAttention(d_model, heads).double().eval()
    return layer, draw_inputs(n, t, s, d_model)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The output must hold d_model numbers for each query: (N, T, d_model). There "
    "may be more or fewer keys than queries.",
)
def gives_a_row_for_each_query(MultiHeadAttention):
    layer = MultiHeadAttention(D, H)
    output = output_of(layer, *(tensor.float() for tensor in draw_inputs()))
    expect_shape(output, (N, T, D), "the output", "(N, T, d_model)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="PyTorch's weights cannot be copied into the layer. from_torch must name every "
    "parameter as your EncoderLayer does and give it its shape; change it to fit your attributes.",
)
def takes_the_weights_of_pytorch(MultiHeadAttention):
    found = run_copied(MultiHeadAttention, (D, H), draw_state(D, 3), draw_inputs())
    assert found["rest"] == [], f"from_torch gives no values for {', '.join(found['rest'])}"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="A calculation by hand fails. With weights of zero for queries and keys, all "
    "keys count the same. With the identity for values and output, the result is the mean of the "
    "rows in value.",
)
def takes_the_mean_where_all_keys_are_alike(MultiHeadAttention):
    state, inputs = draw_state(D, 3, offsets=False), draw_inputs()
    state["self_attn.in_proj_weight"] = torch.cat([torch.zeros(2 * D, D), torch.eye(D)]).double()
    state["self_attn.out_proj.weight"] = torch.eye(D).double()
    found = run_copied(MultiHeadAttention, (D, H), state, inputs)
    mean = inputs[2].mean(dim=1, keepdim=True).expand(N, T, D)
    expect_close(found["output"], mean, rtol=1e-5, atol=1e-6, name="the output")


@test_case(
    points=1,
    hidden=True,
    failure_message="With the same weights, the output differs from that of PyTorch's layer. Look "
    "at what is projected by which layer and at how heads are cut and put together.",
)
def matches_the_layer_of_torch(MultiHeadAttention, scaled_dot_product_attention):
    expect_same(MultiHeadAttention, scaled_dot_product_attention, expect_output)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With a mask, (T, S) or (N, 1, T, S), the output is wrong. It broadcasts to "
    "(N, H, T, S), and True means that a key may not be looked at.",
)
def matches_the_layer_of_torch_with_a_mask(MultiHeadAttention, scaled_dot_product_attention):
    for shape in ((T, S), (N, 1, T, S)):
        mask = draw_mask(*shape)
        expect_same(MultiHeadAttention, scaled_dot_product_attention, expect_output, mask)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradients of the output for query, key and value are not right.",
)
def passes_gradients_to_its_inputs(MultiHeadAttention, scaled_dot_product_attention):
    expect_same(MultiHeadAttention, scaled_dot_product_attention, expect_input_gradients)


@test_case(
    points=1,
    hidden=True,
    failure_message="The gradients of the output for the parameters are not right: each of the "
    "four layers must be an attribute that forward uses, and nothing may cut a tensor off.",
)
def passes_gradients_to_its_parameters(MultiHeadAttention, scaled_dot_product_attention):
    expect_same(MultiHeadAttention, scaled_dot_product_attention, expect_gradients)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The gradients are not those of what the layer computes: nothing between input "
    "and output may cut a tensor off or change from call to call.",
)
def passes_gradcheck(MultiHeadAttention):
    layer = MultiHeadAttention(4, 2).double()
    inputs = [tensor.requires_grad_() for tensor in draw_inputs(1, 2, 3, 4)]
    # steps that code which computes in float32 can take too
    gradcheck(lambda *inputs: first_of(layer(*inputs)), inputs, eps=1e-2, atol=3e-3, rtol=1e-2)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The heads are not independent. With the identity as output layer, other "
    "weights for the first head must change the first d_k columns of the output and no others.",
)
def keeps_the_heads_apart(MultiHeadAttention):
    state, inputs, width = draw_state(D, 3, offsets=False), draw_inputs(), D // H
    state["self_attn.out_proj.weight"] = torch.eye(D).double()
    before = run_copied(MultiHeadAttention, (D, H), state, inputs)["output"]
    weight = state["self_attn.in_proj_weight"] = state["self_attn.in_proj_weight"].clone()
    for start in (0, D, 2 * D):
        weight[start : start + width] *= -1.5
    after = run_copied(MultiHeadAttention, (D, H), state, inputs)["output"]
    expect_different(after[..., :width], before[..., :width])
    expect_alike(after[..., width:], before[..., width:], "the output of the other heads")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The output for a sequence must not depend on the others in its batch, and a "
    "single query with a single key must work.",
)
def treats_each_sequence_by_itself(MultiHeadAttention):
    layer, inputs = any_layer(MultiHeadAttention)
    alone = output_of(layer, *(tensor[:1] for tensor in inputs))
    expect_alike(alone, output_of(layer, *inputs)[:1])
    shape = tuple(inputs[0][:1, :1].shape)
    expect_shape(output_of(layer, *(tensor[:1, :1] for tensor in inputs)), shape, "the output")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The order of the keys must not matter, and queries in another order must give "
    "the same rows in that order. Look at how the heads are put together.",
)
def follows_the_order_of_queries_and_not_of_keys(MultiHeadAttention):
    layer, (query, key, value) = any_layer(MultiHeadAttention)
    queries, keys = (rng(str(i)).permutation(x.shape[1]) for i, x in enumerate((query, key)))
    expected = output_of(layer, query, key, value)[:, queries]
    output = output_of(layer, query[:, queries], key[:, keys], value[:, keys])
    expect_alike(output, expected, "the output in another order")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="What a mask of shape (N, 1, 1, S) takes out still has an influence, or what "
    "it leaves in has none.",
)
def ignores_what_is_masked_and_nothing_else(MultiHeadAttention):
    layer, (query, key, value) = any_layer(MultiHeadAttention)
    keys_out = draw_mask(len(key), key.shape[1])
    mask, rows = keys_out[:, None, None], keys_out[..., None]
    before = output_of(layer, query, key, value, mask)
    others = torch.where(rows, 2 * key + 1, key), torch.where(rows, 9 * value + 1, value)
    expect_alike(output_of(layer, query, *others, mask), before, "the output after the change")
    shown = torch.where(rows, value, -value)
    expect_different(output_of(layer, query, key, shown, mask), before)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In training mode with a dropout of 0.5, the same input must give other "
    "outputs each time.",
)
def drops_something_in_training(MultiHeadAttention):
    layer, inputs = MultiHeadAttention(D, H, 0.5).double().train(), draw_inputs()
    expect_different(output_of(layer, *inputs), output_of(layer, *inputs))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="In evaluation mode, or when its probability is zero (the default), dropout "
    "must do nothing.",
)
def drops_nothing_in_evaluation(MultiHeadAttention):
    layer, inputs = MultiHeadAttention(D, H, 0.5).double().eval(), draw_inputs()
    without = MultiHeadAttention(D, H).double().train()
    without.load_state_dict(layer.state_dict())
    expect_alike(output_of(layer, *inputs), output_of(without, *inputs))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With dropout, the mean output over many calls is not that of evaluation mode. "
    "What is kept must be divided by the probability of being kept, as torch.nn.Dropout does.",
)
def keeps_the_mean_under_dropout(MultiHeadAttention):
    layer, inputs = MultiHeadAttention(D, H, 0.5).double(), draw_inputs(1, 2, 3)
    many = output_of(layer.train(), *(tensor.expand(2000, -1, -1) for tensor in inputs))
    expected = output_of(layer.eval(), *inputs)[0]
    error = (many.mean(0) - expected).abs() / (many.std(0) / 2000**0.5 + 1e-6)
    # 24 means of 2,000: six standard errors are exceeded less than once in ten million times
    assert float(error.max()) < 6, f"a mean is off by {float(error.max()):.0f} standard errors"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The number of parameters is not that of four linear layers with bias from "
    "d_model to d_model. They must be made in __init__, once for all heads together.",
)
def has_the_right_number_of_parameters(MultiHeadAttention):
    count = sum(value.numel() for value in MultiHeadAttention(D, H).parameters())
    assert count == 4 * D * (D + 1), f"with d_model = {D} there are {count} parameters"
