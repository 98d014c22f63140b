"""Expected outputs and gradients, by PyTorch or by the student's earlier parts. Never shipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from checks import elsewhere, expect_any, expect_close, expect_shape
from support import first_of, output_of, run_copied

Results = dict[str, Any]
Given = tuple[Mapping[str, Tensor], int, Sequence[Tensor], Any, Tensor]
PREFIX = "self_attn."


def torch_attention(
    state: Mapping[str, Tensor], heads: int, inputs: Sequence[Tensor], mask: Any, upstream: Tensor
) -> Results:
    """Return output and gradients of `torch.nn.MultiheadAttention`; a mask fits (N, H, T, S)."""
    query, key, _ = inputs
    layer = nn.MultiheadAttention(query.shape[2], heads, batch_first=True, dtype=torch.float64)
    own = {name.removeprefix(PREFIX): state[name] for name in state if name.startswith(PREFIX)}
    layer.load_state_dict(own)
    if mask is not None:
        mask = mask.expand(len(query), heads, query.shape[1], key.shape[1]).flatten(0, 1)
    options = {"attn_mask": mask, "need_weights": False}
    named = {PREFIX + name: value for name, value in layer.named_parameters()}
    return _results(lambda *three: layer(*three, **options)[0], inputs, named, upstream)


def torch_encoder(
    state: Mapping[str, Tensor], heads: int, inputs: Sequence[Tensor], mask: Any, upstream: Tensor
) -> Results:
    """Return output and gradients of `torch.nn.TransformerEncoderLayer` without dropout."""
    d_model, d_ff = inputs[0].shape[2], len(state["linear1.bias"])
    layer = nn.TransformerEncoderLayer(
        d_model, heads, d_ff, dropout=0.0, batch_first=True, dtype=torch.float64
    )
    layer.load_state_dict(dict(state))
    named = dict(layer.named_parameters())
    return _results(lambda x: layer(x, src_key_padding_mask=mask), inputs, named, upstream)


def attention_from_own(
    attend: Callable[..., Any],
    state: Mapping[str, Tensor],
    heads: int,
    inputs: Sequence[Tensor],
    mask: Any,
    upstream: Tensor,
) -> Results:
    """Return output and gradients of heads that use the student's own attention function."""
    named = {name: state[name].clone() for name in state if name.startswith(PREFIX)}
    attend = _asked_elsewhere(attend)

    def forward(*inputs: Tensor) -> Tensor:
        weights = named[PREFIX + "in_proj_weight"].chunk(3)
        biases = named[PREFIX + "in_proj_bias"].chunk(3)
        projected = map(functional.linear, inputs, weights, biases)
        shape = heads, inputs[0].shape[2] // heads
        cut = [part.reshape(*part.shape[:2], *shape) for part in projected]
        arguments = [part.transpose(1, 2) for part in cut]
        merged = first_of(attend(*arguments, *([] if mask is None else [mask])))
        _expect_variety(merged)
        output = merged.transpose(1, 2).flatten(2)
        out = PREFIX + "out_proj."
        return functional.linear(output, named[out + "weight"], named[out + "bias"])

    return _results(forward, inputs, named, upstream)


def encoder_from_own(
    attention: Any,
    state: Mapping[str, Tensor],
    heads: int,
    inputs: Sequence[Tensor],
    mask: Any,
    upstream: Tensor,
) -> Results:
    """Return output and gradients of an encoder layer with the student's own attention layer."""
    (x,), sizes = inputs, (inputs[0].shape[2], heads)
    mask = None if mask is None else mask[:, None, None, :]
    copied = _asked_elsewhere(attention), sizes, state, [x, x, x], mask
    attended = run_copied(*copied)["output"]
    _expect_variety(attended)
    named = {name: state[name].clone() for name in state if not name.startswith(PREFIX)}

    def part(name: str) -> tuple[Tensor, Tensor]:
        return named[f"{name}.weight"], named[f"{name}.bias"]

    def forward(x: Tensor, attended: Tensor) -> Tensor:
        x = functional.layer_norm(x + attended, x.shape[2:], *part("norm1"))
        hidden = functional.linear(x, *part("linear1")).relu()
        x = x + functional.linear(hidden, *part("linear2"))
        return functional.layer_norm(x, x.shape[2:], *part("norm2"))

    found = _results(forward, [x, attended], named, upstream)
    direct, through = found["inputs"]
    below = run_copied(*copied, through)
    found["inputs"] = [direct + torch.stack(below["inputs"]).sum(0)]
    own = {name: below["parameters"][name] for name in state if name.startswith(PREFIX)}
    found["parameters"] = {**own, **found["parameters"]}
    return found


def _asked_elsewhere(part: Any) -> Any:
    """Return an earlier part in a process that has not seen the later one."""
    own = elsewhere(part, at_least=0.0)
    assert own is not None, "an earlier part is missing"
    return own


def expect_same(
    layer: Any,
    sizes: Sequence[Any],
    given: Given,
    compare: Callable[[Results, Results], None],
    by_torch: Callable[..., Results],
    from_own: Callable[..., Results],
) -> None:
    """Compare a layer with PyTorch's, or with the expected result of the student's earlier part."""
    state, _, inputs, mask, upstream = given
    found = run_copied(layer, sizes, state, inputs, mask, upstream)
    expect_any(
        lambda: compare(found, by_torch(*given)),
        lambda: compare(found, from_own(*given)),
    )


def expect_output(found: Results, expected: Results) -> None:
    """Fail unless the outputs agree; a square root taken in float32 is off by 1e-7."""
    expect_close(found["output"], expected["output"], rtol=1e-5, atol=1e-5, name="the output")


def expect_input_gradients(found: Results, expected: Results) -> None:
    """Fail unless the gradients of all inputs agree."""
    for i, wanted in enumerate(expected["inputs"]):
        _expect_gradient(found["inputs"][i], wanted, f"input {i + 1}")


def expect_parameter_gradients(found: Results, expected: Results) -> None:
    """Fail unless the gradients of all parameters agree."""
    for name, wanted in expected["parameters"].items():
        _expect_gradient(found["parameters"][name], wanted, name)


def expect_alike(actual: Any, expected: Any, name: str = "the output") -> None:
    """Fail unless two outputs agree up to rounding, with some constants in float32."""
    expect_close(actual, expected, rtol=1e-5, atol=1e-6, name=name)


def expect_different(first: Tensor, second: Tensor) -> None:
    """Fail if two outputs are equal."""
    expect_shape(first, second.shape, "the output")
    assert float((first - second).detach().abs().max()) > 1e-5, "two outputs are equal"


def expect_sequences_apart(layer: Any, inputs: Sequence[Tensor]) -> None:
    """Fail if a sequence depends on the others in its batch, or if a single position fails."""
    alone = output_of(layer, *(tensor[:1] for tensor in inputs))
    expect_alike(alone, output_of(layer, *inputs)[:1], "the output for a sequence by itself")
    single = [tensor[:1, :1] for tensor in inputs]
    expect_shape(output_of(layer, *single), single[0].shape, "the output for one position")


def expect_dropout(layer: Any, inputs: Sequence[Tensor]) -> None:
    """Fail unless the layer drops something in training mode."""
    layer = layer.double().train()
    expect_different(output_of(layer, *inputs), output_of(layer, *inputs))


def expect_no_dropout(layer: Any, without: Any, inputs: Sequence[Tensor]) -> None:
    """Fail unless ``layer`` in evaluation mode equals ``without``, a layer without dropout."""
    layer, without = layer.double().eval(), without.double().train()
    without.load_state_dict(layer.state_dict())
    outputs = output_of(layer, *inputs), output_of(without, *inputs)
    expect_alike(*outputs, "the output in evaluation mode")


def _expect_gradient(actual: Tensor, expected: Tensor, name: str) -> None:
    missing, total = int(actual.isnan().sum()), actual.numel()
    assert not missing, f"no gradient arrives at {missing} of the {total} numbers of {name}"
    # sums of some dozens of numbers of order one, with constants that may be float32
    what = f"the gradient with respect to {name}"
    expect_close(actual, expected, rtol=1e-4, atol=1e-5, name=what)


def _expect_variety(output: Tensor) -> None:
    assert float(output.detach().std()) > 1e-6, "the attention returns the same number everywhere"


def _results(
    forward: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    named: Mapping[str, Tensor],
    upstream: Tensor,
) -> Results:
    """Return the output and all gradients of a computation on copies of ``inputs``."""
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    learned = [parameter.requires_grad_() for parameter in named.values()]
    output = forward(*leaves)
    gradients = torch.autograd.grad(output, [*leaves, *learned], upstream)
    return {
        "output": output.detach(),
        "inputs": list(gradients[: len(leaves)]),
        "parameters": dict(zip(named, gradients[len(leaves) :], strict=True)),
    }
