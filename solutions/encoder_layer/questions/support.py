"""Run a student's layer with PyTorch's weights, copied by the student's `from_torch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from checks import rng, run_beside


def draw_state(d_model: int, d_ff: int, *, offsets: bool = True) -> dict[str, Any]:
    """Return random float64 tensors with the names of `torch.nn.TransformerEncoderLayer`.

    Without ``offsets``, all biases are 0 and the weights of the norms are 1, as before training.
    """
    shapes = {
        "self_attn.in_proj": (3 * d_model, d_model),
        "self_attn.out_proj": (d_model, d_model),
        "linear1": (d_ff, d_model),
        "linear2": (d_model, d_ff),
        "norm1": (d_model,),
        "norm2": (d_model,),
    }
    generator, state = rng("weights"), {}
    for name, shape in shapes.items():
        is_norm = len(shape) == 1
        spread = 0.3 if is_norm else 1.2 * shape[-1] ** -0.5
        weight = spread * generator.normal(size=shape) + is_norm
        bias = generator.normal(0, 0.5, shape[0])
        if not offsets:
            weight, bias = (np.ones(shape) if is_norm else weight), np.zeros(shape[0])
        separator = "_" if name.endswith("in_proj") else "."
        state[f"{name}{separator}weight"] = torch.from_numpy(weight)
        state[f"{name}{separator}bias"] = torch.from_numpy(bias)
    return state


def draw(*shape: int, label: str = "x") -> torch.Tensor:
    """Return random float64 numbers that depend on the case's seed and on ``label``."""
    return torch.from_numpy(rng(label).normal(size=shape))


def first_of(value: Any) -> Any:
    """Return the output, whether ``value`` is the output or ``(output, weights)``."""
    return value[0] if isinstance(value, (list, tuple)) and value else value


def output_of(function: Any, *arguments: Any) -> Any:
    """Call a student's function or layer and return only its output, detached."""
    return run_beside(_output, function, list(arguments))


def run_copied(
    layer: Any,
    sizes: Sequence[Any],
    state: Mapping[str, Any],
    inputs: Sequence[Any],
    mask: Any = None,
    upstream: Any = None,
    *,
    training: bool = False,
) -> dict[str, Any]:
    """Build ``layer(*sizes)``, copy ``state`` into it and call it on ``inputs`` and ``mask``.

    Returns its ``output`` and ``rest``, the names of the parameters that got no value. With
    ``upstream``, the gradient of a loss with respect to the output, the result also has the
    gradients of the ``inputs`` and of the ``parameters``, with PyTorch's names; NaN marks a missing
    gradient. The layer has the precision of the inputs, and evaluation mode unless ``training``.
    An attention of the grader's inside the layer (see ``zero_attention``) gets its part of
    ``state`` without `from_torch`.
    """
    sent = [dict(state), list(inputs), mask, upstream, training]
    found = run_beside(_copy_and_run, layer, list(sizes), *sent)
    assert isinstance(found, dict), "the layer could not be run"
    complaint = found.get("complaint")
    assert not complaint, complaint
    return found


def expect_copied(layer: Any, sizes: Sequence[Any], d_ff: int, inputs: Sequence[Any]) -> None:
    """Fail unless PyTorch's weights can be copied to every parameter of ``layer(*sizes)``."""
    rest = run_copied(layer, sizes, draw_state(sizes[0], d_ff), inputs)["rest"]
    assert rest == [], f"from_torch returns no values for {', '.join(rest)}"


def equal_attention(layer: Any, pair: Any) -> Any:
    """Return functions in place of wrong attention functions: all keys get the same weight.

    With ``pair`` they return `(output, weights)`.
    """
    import torch

    def attention_weights(q: Any, k: Any, mask: Any = None) -> Any:
        return torch.full((*q.shape[:-1], k.shape[-2]), 1 / k.shape[-2], dtype=q.dtype)

    def scaled_dot_product_attention(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
        output = v.mean(dim=-2, keepdim=True).expand(*q.shape[:-1], v.shape[-1])
        return (output, attention_weights(q, k)) if pair else output

    return {f.__name__: f for f in (attention_weights, scaled_dot_product_attention)}


def zero_attention(layer: Any, pair: Any) -> Any:
    """Return a class in place of a wrong MultiHeadAttention: it returns zeros."""
    import torch

    class MultiHeadAttention(torch.nn.Module):
        is_of_the_grader = True

        def __init__(self, d_model: Any, num_heads: Any, dropout: Any = 0.0) -> None:
            super().__init__()

        def forward(self, query: Any, key: Any, value: Any, mask: Any = None) -> Any:
            return (torch.zeros_like(query), None) if pair else torch.zeros_like(query)

    return {"MultiHeadAttention": MultiHeadAttention}


ONE_OR_PAIR = ((False,), (True,))  # what the functions above and the student's may return


def _output(function: Any, arguments: Any) -> Any:
    value = function(*arguments)
    value = value[0] if isinstance(value, (list, tuple)) and value else value
    return value.detach() if hasattr(value, "detach") else value


def _copy_and_run(
    layer: Any, sizes: Any, state: Any, inputs: Any, mask: Any, upstream: Any, training: bool
) -> Any:
    """Do the work of `run_copied` in the student's process, and return plain data."""
    import sys

    import torch

    def usual(state: dict[str, torch.Tensor], num_heads: int) -> dict[str, torch.Tensor]:
        """Name the tensors as the skeleton does, for a module without `from_torch`."""
        mapped = {}
        for key, tensor in state.items():
            name = key.replace("self_attn.out_proj", "attention.output")
            if "in_proj_" in name:
                kind = name.rpartition("_")[2]
                for part, piece in zip(("query", "key", "value"), tensor.chunk(3), strict=True):
                    mapped[f"attention.{part}.{kind}"] = piece
            else:
                mapped[name] = tensor
        return mapped

    spaces = [getattr(layer.forward, "__globals__", {})]
    for name in (layer.__module__, "encoder_layer"):
        spaces.append(vars(sys.modules[name]) if name in sys.modules else {})
    from_torch = next((s["from_torch"] for s in spaces if callable(s.get("from_torch"))), usual)

    model = layer(*sizes).to(inputs[0].dtype).train(training)
    own = model.state_dict()
    parameters = dict(model.named_parameters(remove_duplicate=False))

    # find out where from_torch puts each of PyTorch's numbers: let it map numbers counted from one
    counted, count = {}, 1
    for name, tensor in state.items():
        last = count + tensor.numel()
        counted[name] = torch.arange(count, last, dtype=torch.float64).reshape(tensor.shape)
        count = last
    values, places = (
        {name: torch.as_tensor(tensor).detach().clone() for name, tensor in mapped.items()}
        for mapped in (from_torch(dict(state), sizes[1]), from_torch(counted, sizes[1]))
    )

    # the names in MultiHeadAttention are the names in EncoderLayer without a prefix
    starts = {name[: at + 1] for name in values for at, letter in enumerate(name) if letter == "."}
    fits = {start: sum(start + name in values for name in own) for start in ["", *sorted(starts)]}
    prefix = max(fits, key=lambda start: fits[start])
    values, places = (
        {name[len(prefix) :]: mapped[name] for name in mapped if name.startswith(prefix)}
        for mapped in (values, places)
    )

    attention = sum(tensor.numel() for name, tensor in state.items() if "self_attn" in name)
    for start, part in model.named_modules():
        if getattr(part, "is_of_the_grader", False):  # it has PyTorch's names
            values = {name: values[name] for name in values if places[name].min() > attention}
            for name in part.state_dict():
                values[f"{start}.{name}"] = state[f"self_attn.{name}"]
                places[f"{start}.{name}"] = counted[f"self_attn.{name}"]
    is_encoder, is_filled = len(sizes) > 3, parameters.keys() <= values.keys()

    def may_be_missing(name: str) -> bool:
        """Tell whether this parameter makes no difference, or another question judges it."""
        tensor, in_attention = values[name], float(places[name].min()) <= attention
        is_neutral = (tensor == 0).all() or (tensor == 1).all()  # a bias, the weights of a norm
        return bool(is_neutral or (is_filled and is_encoder if in_attention else not is_encoder))

    values = {name: values[name] for name in values if name in own or not may_be_missing(name)}
    known = ", ".join(list(own)[:20]) or "nothing"
    for name, tensor in values.items():
        complaint, place = "", places[name]
        if name not in own:
            complaint = f"from_torch returns {name}, but the layer's state_dict() has {known}"
        elif own[name].shape != tensor.shape:
            shape, wanted = tuple(tensor.shape), tuple(own[name].shape)
            complaint = f"from_torch returns {name} of shape {shape}, but the layer needs {wanted}"
        elif bool((place != place.round()).any()) or not 0 <= float(place.max()) < count:
            complaint = f"from_torch changes numbers of {name}, but it may only rearrange them"
        if complaint:
            return {"complaint": complaint}
    filled = {id(parameters[name]) for name in values if name in parameters}
    if not filled:
        return {"complaint": f"from_torch returns no name of a parameter; the layer has {known}"}
    rest = [name for name, parameter in parameters.items() if id(parameter) not in filled]
    model.load_state_dict(values, strict=False)

    leaves = [tensor.clone().requires_grad_(upstream is not None) for tensor in inputs]
    output = model(*leaves) if mask is None else model(*leaves, mask)
    output = output[0] if isinstance(output, (list, tuple)) and output else output
    if not isinstance(output, torch.Tensor):
        return {"complaint": f"forward returns {type(output).__name__}, not a tensor"}
    found = {"complaint": "", "output": output.detach(), "rest": rest}
    if upstream is None:
        return found
    if output.requires_grad:
        torch.autograd.backward([output], [upstream])
    gradients = torch.full((count,), torch.nan, dtype=torch.float64)
    for name, place in places.items():
        if name in parameters and parameters[name].grad is not None:
            gradients[place.long()] = parameters[name].grad.double()
    found["parameters"] = {name: gradients[place.long()] for name, place in counted.items()}
    none = [torch.full_like(leaf, torch.nan) for leaf in leaves]
    found["inputs"] = [none[i] if leaf.grad is None else leaf.grad for i, leaf in enumerate(leaves)]
    return found
