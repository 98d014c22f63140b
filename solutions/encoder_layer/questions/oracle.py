"""Expected outputs and gradients, by PyTorch or by the student's earlier parts. Never shipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from checks import (
    CannotJudge,
    elsewhere,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_right_or_following,
    expect_shape,
    numbers,
)
from support import ONE_OR_PAIR, draw, draw_state, first_of, output_of, run_copied

Results = dict[str, Any]
State = Mapping[str, Tensor]
Given = tuple[State, Sequence[Tensor], Any, Any]  # state, inputs, mask, upstream
Run = Callable[..., Results]
PREFIX = "self_attn."
WIDE = 20.0  # the scale of what is normalised
NARROWEST = 8.0


def torch_attention(
    heads: int, state: State, inputs: Sequence[Tensor], mask: Any = None, upstream: Any = None
) -> Results:
    """Return the results of `torch.nn.MultiheadAttention`; a mask fits (N, H, T, S)."""
    query, key, _ = inputs
    layer = nn.MultiheadAttention(query.shape[2], heads, batch_first=True, dtype=torch.float64)
    layer.load_state_dict({n.removeprefix(PREFIX): state[n] for n in state if n.startswith(PREFIX)})
    if mask is not None:
        mask = mask.expand(len(query), heads, query.shape[1], key.shape[1]).flatten(0, 1)
    options = {"attn_mask": mask, "need_weights": False}
    named = {PREFIX + name: value for name, value in layer.named_parameters()}
    return _results(lambda *three: layer(*three, **options)[0], inputs, named, upstream)


def torch_encoder(
    heads: int, state: State, inputs: Sequence[Tensor], mask: Any = None, upstream: Any = None
) -> Results:
    """Return the results of `torch.nn.TransformerEncoderLayer` without dropout.

    ``narrowest`` among them is the smallest standard deviation that a norm divides by.
    """
    d_model, d_ff = inputs[0].shape[2], len(state["linear1.bias"])
    layer = nn.TransformerEncoderLayer(
        d_model, heads, d_ff, dropout=0.0, batch_first=True, dtype=torch.float64
    )
    layer.load_state_dict(dict(state))
    named, deviations = dict(layer.named_parameters()), []
    for norm in (layer.norm1, layer.norm2):
        norm.register_forward_pre_hook(
            lambda _, given: deviations.append(float(given[0].detach().std(-1, correction=0).min()))
        )
    call = lambda x: layer(x, src_key_padding_mask=mask)
    return {**_results(call, inputs, named, upstream), "narrowest": min(deviations)}


def attention_from_own(
    heads: int,
    attend: Callable[..., Any],
    state: State,
    inputs: Sequence[Tensor],
    mask: Any = None,
    upstream: Any = None,
) -> Results:
    """Return the results of heads that use the student's own attention function."""
    parts = {}
    for name, value in state.items():
        if name.startswith(PREFIX + "in_proj"):
            parts |= {f"{name} {i}": rows.clone() for i, rows in enumerate(value.chunk(3))}
        elif name.startswith(PREFIX):
            parts[name] = value.clone()

    def forward(*inputs: Tensor) -> Tensor:
        shape = heads, inputs[0].shape[2] // heads
        arguments = []
        for i, given in enumerate(inputs):
            weight, bias = (parts[f"{PREFIX}in_proj_{kind} {i}"] for kind in ("weight", "bias"))
            projected = functional.linear(given, weight, bias)
            arguments.append(projected.reshape(*projected.shape[:2], *shape).transpose(1, 2))
        merged = first_of(attend(*arguments, *([] if mask is None else [mask])))
        _expect_variety(merged)
        output = merged.transpose(1, 2).flatten(2)
        out = PREFIX + "out_proj."
        return functional.linear(output, parts[out + "weight"], parts[out + "bias"])

    found = _results(forward, inputs, parts, upstream)
    for kind in ("weight", "bias") if upstream is not None else ():
        name, gradients = f"{PREFIX}in_proj_{kind}", found["parameters"]
        gradients[name] = torch.cat([gradients.pop(f"{name} {i}") for i in range(3)])
    return found


def encoder_from_own(
    heads: int,
    attention: Any,
    state: State,
    inputs: Sequence[Tensor],
    mask: Any = None,
    upstream: Any = None,
) -> Results:
    """Return the results of an encoder layer with the student's own attention layer."""
    (x,), sizes = inputs, (inputs[0].shape[2], heads)
    mask = None if mask is None else mask[:, None, None, :]
    copied = attention, sizes, state, [x, x, x], mask
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
    if upstream is None:
        return found
    direct, through = found["inputs"]
    below = run_copied(*copied, through)
    # no gradient arrives through a part that is detached
    found["inputs"] = [direct + torch.stack(below["inputs"]).nan_to_num(0).sum(0)]
    own = {name: below["parameters"][name] for name in state if name.startswith(PREFIX)}
    found["parameters"] = {**own, **found["parameters"]}
    return found


def right_attention(layer: Any, pair: Any) -> Any:
    """Return right attention functions in place of wrong ones; with ``pair``, one returns both."""
    import torch

    def attention_weights(q: Any, k: Any, mask: Any = None) -> Any:
        scores = q @ k.mT * q.shape[-1] ** -0.5
        return (scores if mask is None else scores.where(~mask, -torch.inf)).softmax(dim=-1)

    def scaled_dot_product_attention(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
        weights = attention_weights(q, k, mask)
        return (weights @ v, weights) if pair else weights @ v

    return {f.__name__: f for f in (attention_weights, scaled_dot_product_attention)}


def right_heads(layer: Any, pair: Any) -> Any:
    """Return a right class in place of a wrong MultiHeadAttention, with PyTorch's names."""
    import torch

    class MultiHeadAttention(torch.nn.Module):
        is_of_the_grader = True

        def __init__(self, d_model: Any, num_heads: Any, dropout: Any = 0.0) -> None:
            super().__init__()
            three = torch.nn.Linear(d_model, 3 * d_model)
            self.in_proj_weight, self.in_proj_bias = three.weight, three.bias
            self.out_proj = torch.nn.Linear(d_model, d_model)
            self.num_heads, self.dropout = num_heads, torch.nn.Dropout(dropout)

        def forward(self, query: Any, key: Any, value: Any, mask: Any = None) -> Any:
            parts = zip(self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3), strict=True)
            q, k, v = (
                (x @ weight.mT + bias).unflatten(2, (self.num_heads, -1)).transpose(1, 2)
                for x, (weight, bias) in zip((query, key, value), parts, strict=True)
            )
            scores = q @ k.mT * q.shape[-1] ** -0.5
            weights = (scores if mask is None else scores.where(~mask, -torch.inf)).softmax(dim=-1)
            output = self.out_proj((self.dropout(weights) @ v).transpose(1, 2).flatten(2))
            return (output, weights) if pair else output

    return {"MultiHeadAttention": MultiHeadAttention}


def expect_with_right_attention(layer: Any, check: Callable[[], None]) -> None:
    """Fail unless ``check()`` passes, perhaps with right attention functions for the heads."""
    expect_own_or_replaced(check, layer, right_attention, ONE_OR_PAIR)


def expect_with_right_heads(layer: Any, check: Callable[[], None]) -> None:
    """Fail unless ``check()`` passes, perhaps with right heads in the student's encoder layer."""
    expect_own_or_replaced(check, layer, right_heads, ONE_OR_PAIR)


def silent(state: State) -> dict[str, Tensor]:
    """Return ``state`` with an attention that returns zeros."""
    out = PREFIX + "out_proj."
    zeros = {name: torch.zeros_like(state[name]) for name in (out + "weight", out + "bias")}
    return {**state, **zeros}


def draw_wide(sizes: Sequence[int], offsets: bool = True, mask: Any = None) -> Given:
    """Return state, input and upstream for an encoder layer of ``sizes`` N, T, H, D and F.

    What the norms normalise is so wide that an epsilon up to 1e-5 changes nothing, whether it is
    added to the variance or to the standard deviation. The attention has no biases: these are
    tested by themselves.
    """
    n, t, heads, d_model, d_ff = sizes
    state = draw_state(d_model, d_ff, offsets=offsets)
    state["self_attn.in_proj_weight"] /= WIDE
    state["self_attn.out_proj.weight"] *= WIDE
    state["linear2.weight"] *= WIDE
    if offsets:
        state["norm1.weight"] *= WIDE
        state["norm1.bias"] *= WIDE
        state["linear1.weight"] /= WIDE
    for name in ("self_attn.in_proj_bias", "self_attn.out_proj.bias"):
        state[name] = torch.zeros_like(state[name])
    upstream = draw(n, t, d_model, label="up")
    if mask is not None:
        upstream[mask] = 0  # the output at padded positions does not matter
    for number in count():
        x = WIDE * draw(n, t, d_model, label=f"x {number}")
        found = (torch_encoder(heads, s, [x], mask) for s in (state, silent(state)))
        if min(results["narrowest"] for results in found) > NARROWEST:
            return state, [x], mask, upstream
    raise AssertionError("unreachable")


def expect_right(
    run: Run, right: Run, follow: Run, own: Any, given: Given, take: Callable[..., Any]
) -> None:
    """Compare a layer with PyTorch's, or with what follows from the student's earlier part ``own``.

    ``take`` picks what is compared out of the results, by name.
    """
    state, inputs, mask, upstream = given
    expected = right(*given)
    names, learned = list(take(expected)), list(expected["parameters"])
    sizes = [state[name].numel() for name in learned]

    def unpacked(arguments: Sequence[Any]) -> Given:
        factors, *inputs, upstream = arguments
        parts = zip(learned, torch.split(factors, sizes), strict=True)
        changed = {name: state[name] * part.reshape(state[name].shape) for name, part in parts}
        return {**state, **changed}, inputs, mask, upstream

    def taken(found: Results) -> list[Any]:
        parts = take(found)
        return [parts[name] for name in names]

    expect_right_or_following(
        lambda *arguments: taken(run(*unpacked(arguments))),
        [torch.ones(sum(sizes), dtype=torch.float64), *inputs, upstream],
        right=lambda *arguments: taken(right(*unpacked(arguments))),
        follow=lambda functions, *arguments: taken(follow(functions["own"], *unpacked(arguments))),
        own={"own": own},
        compare=lambda found, wanted: _compare(found, wanted, names),
    )


def expect_same(run: Run, right: Run, given: Given, take: Callable[..., Any]) -> None:
    """Compare a layer with PyTorch's, in all that the attention has no part in."""
    expected = {name: part for name, part in take(right(*given)).items() if PREFIX not in name}
    found = take(run(*given))
    _compare([found[name] for name in expected], list(expected.values()), list(expected))


def trusted(own: Any) -> Any:
    """Return an earlier part in a process that has not seen the later one; fail without trust."""
    part = elsewhere(own)
    assert part is not None, "an earlier part is missing, or too much in it is wrong"
    return part


def expect_property(
    check: Callable[..., None],
    layer: Any,
    sizes: Sequence[Any],
    follow: Run,
    own: Any,
    d_ff: int = 3,
) -> None:
    """Run ``check`` on a new layer; a failure that follows from the earlier part costs nothing.

    ``check`` takes a function of inputs and mask that returns an output.
    """
    made = layer(*sizes).double().eval()

    def again() -> None:
        part, state, calls = trusted(own), draw_state(sizes[0], d_ff), []

        def run(inputs: Sequence[Tensor], mask: Any = None) -> Any:
            calls.append((inputs, mask, run_copied(layer, sizes, state, inputs, mask)["output"]))
            return calls[-1][-1]

        with suppress(AssertionError):  # what was asked until then is judged below
            check(run)
        assert calls, "nothing was called"
        for inputs, mask, output in calls:
            _compare([output], [follow(part, state, inputs, mask)["output"]], ["the output"])

    expect_any(
        lambda: check(
            lambda inputs, mask=None: output_of(made, *inputs, *([] if mask is None else [mask]))
        ),
        again,
    )


def the_output(found: Results) -> dict[str, Any]:
    """Take the output."""
    return {"the output": found["output"]}


def input_gradients(found: Results) -> dict[str, Any]:
    """Take the gradients of all inputs."""
    return {f"input {i + 1}": gradient for i, gradient in enumerate(found["inputs"])}


def parameter_gradients(found: Results) -> dict[str, Any]:
    """Take the gradients of all parameters."""
    return dict(found["parameters"])


def expect_alike(actual: Any, expected: Any, name: str = "the output") -> None:
    """Fail unless two outputs agree up to rounding, with some constants in float32."""
    expect_close(actual, expected, rtol=1e-5, atol=1e-6, name=name)


def expect_different(first: Tensor, second: Tensor) -> None:
    """Fail if two outputs are equal."""
    expect_shape(first, second.shape, "the output")
    assert float((first - second).detach().abs().max()) > 1e-5, "two outputs are equal"


def expect_sequences_apart(run: Callable[..., Any], inputs: Sequence[Tensor]) -> None:
    """Fail if two sequences depend on the others in their batch."""
    apart = run([tensor[:2] for tensor in inputs])
    expect_alike(apart, run(inputs)[:2], "the output for two sequences by themselves")


def expect_single_position(run: Callable[..., Any], inputs: Sequence[Tensor]) -> None:
    """Fail if a single position of a single sequence has another output than in a batch."""
    single = run([tensor[:1, :1] for tensor in inputs])
    expect_shape(single, inputs[0][:1, :1].shape, "the output for one position")
    expect_alike(
        single, run([tensor[:, :1] for tensor in inputs])[:1], "the output of one position"
    )


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


def _compare(found: Sequence[Any], wanted: Sequence[Any], names: Sequence[str]) -> None:
    """Fail unless all parts agree; where a student's earlier part gives NaN, so must this one."""
    for actual, expected, name in zip(found, wanted, names, strict=True):
        is_output = name.startswith("the output")
        what = name if is_output else f"the gradient with respect to {name}"
        there = ~torch.isnan(expected)
        if not is_output and bool(there.all()):
            missing, total = int(np.isnan(numbers(actual)).sum()), expected.numel()
            assert not missing, f"no gradient arrives at {missing} of the {total} numbers of {name}"
        if not there.all():
            expect_shape(actual, expected.shape, what)
            assert bool((torch.isnan(actual) == ~there).all()), f"{what} is NaN in other places"
            actual, expected = actual[there], expected[there]
        if is_output:
            # a square root taken in float32 is off by 1e-7
            tolerance = {"rtol": 1e-5, "atol": 1e-5}
        else:
            # constants in float32 cost the largest gradients more than the small ones
            size = max(1.0, float(expected.square().mean().sqrt())) if expected.numel() else 1.0
            tolerance = {"rtol": 1e-4, "atol": 1e-5 * size}
        expect_close(actual, expected, **tolerance, name=what)


def _expect_variety(output: Tensor) -> None:
    """Fail if an earlier part returns one number everywhere, or NaN nearly everywhere."""
    shown = output.detach()[~output.detach().isnan()]
    assert shown.numel() > 0.1 * output.numel(), "the attention returns NaN"
    assert float(shown.std()) > 1e-6, "the attention returns the same number everywhere"


def _results(
    forward: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    named: Mapping[str, Tensor],
    upstream: Any,
) -> Results:
    """Return the output and, with ``upstream``, all gradients; NaN marks a missing one."""
    leaves = [tensor.detach().clone().requires_grad_(upstream is not None) for tensor in inputs]
    learned = [parameter.requires_grad_(upstream is not None) for parameter in named.values()]
    result = forward(*leaves)
    found: Results = {"output": result.detach()}
    if upstream is None:
        return found
    everything = [*leaves, *learned]
    gradients = [
        torch.full_like(leaf, torch.nan) if gradient is None else gradient
        for leaf, gradient in zip(
            everything,
            torch.autograd.grad(result, everything, upstream, allow_unused=True),
            strict=True,
        )
    ]
    found["inputs"] = gradients[: len(leaves)]
    found["parameters"] = dict(zip(named, gradients[len(leaves) :], strict=True))
    return found


def attention_runs(part: Any) -> None:
    """Fail unless the student's own attention layer takes weights and gives equal outputs twice."""
    state, inputs = draw_state(12, 3), [draw(2, 5, 12)] * 3
    for dropout, training in ((0.0, True), (0.5, False)):
        ask = part, (12, 3, dropout), state, inputs
        first, again = (run_copied(*ask, training=training)["output"] for _ in range(2))
        expect_alike(again, first)


def attention_drops(part: Any) -> None:
    """Fail unless the student's own attention layer drops something in training mode."""
    expect_dropout(part(12, 3, 0.5), [draw(2, 5, 12)] * 3)


def or_without_attention(
    check: Callable[[bool], None], own: Any, sound: Callable[[Any], None] = attention_runs
) -> None:
    """Run ``check(False)``; where it fails because the own attention is not ``sound``, check more.

    ``check(True)`` judges the rest of the layer, with an attention that returns zeros. So an
    attention that fails, or that differs from call to call, is penalised only in its own question.
    """

    def again() -> None:
        part = trusted(own)
        try:
            sound(part)
        except CannotJudge:
            raise
        except Exception:
            return check(True)
        raise AssertionError("the attention is not the reason")

    expect_any(lambda: check(False), again)
