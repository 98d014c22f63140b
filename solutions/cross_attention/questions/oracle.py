"""Expected weights, sums and gradients, by PyTorch's own attention. Never shipped to students."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from checks import as_shaped, elsewhere, expect_any, expect_close, expect_shape, rng
from support import first_part, offered_kinds, offers, result, sums_of, weights_of


def kind_or_another(function: Callable[..., Any], kind: str, tensors: int = 2) -> str:
    """Return ``kind`` if ``function`` supports it, else the first kind that it supports."""
    return kind if offers(function, kind, tensors) else next(offered_kinds(function, tensors))


def sums_by_torch(query: Tensor, keys: Tensor, values: Tensor, W: Tensor, kind: str) -> Tensor:
    """Return the weighted sums of PyTorch's own attention."""
    query = query @ W if kind == "multiplicative" else query
    batch = [tensor[None] for tensor in (query, keys, values)]
    scale = None if kind == "scaled_dot" else 1.0
    return functional.scaled_dot_product_attention(*batch, scale=scale)[0]


def weights_by_torch(query: Tensor, keys: Tensor, W: Tensor, kind: str) -> Tensor:
    """Return the weights of PyTorch's own attention: its weighted sums of unit vectors."""
    return sums_by_torch(query, keys, torch.eye(len(keys), dtype=keys.dtype), W, kind)


def sums_by_own_weights(
    attention_weights: Any, query: Tensor, keys: Tensor, values: Tensor, W: Tensor, kind: str
) -> Tensor:
    """Return the weighted sums that follow from the student's own weights."""
    weights = first_part(own_weights(attention_weights)(query, keys, kind=kind, W=W))
    return torch.as_tensor(weights) @ values


def own_weights(attention_weights: Any) -> Any:
    """Return the student's function in a process that has not seen the later question."""
    own = elsewhere(attention_weights, at_least=0.0)
    assert own is not None, "there is no attention_weights"
    return own


def expect_weights(
    attention_weights: Any, arguments: Sequence[Tensor], kind: str, rtol: float = 1e-4
) -> None:
    """Fail unless the weights are PyTorch's."""
    found = weights_of(attention_weights, *arguments, kind)
    # float32 inside is right to about 1e-6 times the largest score
    expect_close(found, weights_by_torch(*arguments, kind), rtol=rtol, atol=1e-6, name=result(kind))


def expect_sums(
    attend: Any, attention_weights: Any, arguments: Sequence[Tensor], kind: str
) -> None:
    """Fail unless the sums are PyTorch's, or follow from the student's own weights."""
    found = sums_of(attend, *arguments, kind)
    query, keys, values, W = arguments

    def expect(wanted: Any) -> None:
        # float32 inside is right to about 1e-6 times the largest score
        expect_close(found, wanted, rtol=1e-4, atol=1e-5, name=result(kind))

    def follows() -> None:
        own = first_part(own_weights(attention_weights)(query, keys, kind=kind, W=W))
        expect(as_shaped(own, (len(query), len(keys)), "the weights") @ values.numpy())

    expect_any(lambda: expect(sums_by_torch(*arguments, kind)), follows)


def expect_gradients(
    answer: Callable[..., Any],
    oracle: Callable[..., Any],
    arguments: Sequence[Tensor],
    names: Sequence[str],
) -> None:
    """Fail unless the gradients of a random mix of the results are equal to those of ``oracle``.

    A result computed in numpy has no gradients, and passes.
    """
    if isinstance(answer(*arguments), np.ndarray | list):
        return
    found = [tensor.detach().clone().requires_grad_() for tensor in arguments]
    exact = [tensor.detach().clone().requires_grad_() for tensor in arguments]
    output, expected = answer(*found), oracle(*exact)
    expect_shape(output, expected.shape)
    assert output.requires_grad, "the result is detached from the arguments: it has no gradient"
    mix = torch.from_numpy(rng("mix").normal(size=tuple(expected.shape)))
    (output * mix).sum().backward()
    (expected * mix).sum().backward()
    for name, tensor, other in zip(names, found, exact, strict=True):
        if other.grad is None:
            continue  # not every kind uses W
        assert tensor.grad is not None, f"no gradient arrives at {name}"
        # float32 inside is accepted
        what = f"the gradient with respect to {name}"
        expect_close(tensor.grad, other.grad, rtol=1e-4, atol=1e-5, name=what)
