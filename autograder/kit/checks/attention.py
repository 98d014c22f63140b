"""Kinds of attention: which of them an answer offers, arguments for it, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .beside import run_beside
from .compare import expect_close, expect_shape
from .draw import rng

if TYPE_CHECKING:
    from torch import Tensor

KINDS = ("scaled_dot", "dot", "multiplicative")


def offered_kinds(function: Callable[..., Any], tensors: int = 2) -> Iterator[str]:
    """Yield the kinds of attention that ``function`` offers, one after another.

    It takes so many ``tensors``, then the kind and W. Where nothing is offered, the first kind is
    yielded all the same: calling the function says why.
    """
    none = True
    for kind in KINDS:
        if _offers(function, kind, tensors):
            none = False
            yield kind
    if none:
        yield KINDS[0]


def kind_or_another(function: Callable[..., Any], kind: str, tensors: int = 2) -> str:
    """Return ``kind`` if ``function`` offers it, else the first kind that it does offer."""
    if _offers(function, kind, tensors):
        return kind
    return next(offered_kinds(function, tensors))


def draw_vectors(**shapes: Sequence[int]) -> list[Tensor]:
    """Return a random float64 tensor for each shape; its name decides what is drawn."""
    import torch

    return [torch.from_numpy(rng(name).normal(size=shape)) for name, shape in shapes.items()]


def first_part(value: Any) -> Any:
    """Return a result without what an answer may return beside it."""
    return value[0] if isinstance(value, tuple) and value else value


def expect_gradients(
    answer: Callable[..., Any],
    oracle: Callable[..., Any],
    arguments: Sequence[Tensor],
    names: Sequence[str],
) -> None:
    """Fail unless the gradients of a random mix of the results are those of ``oracle``.

    An answer that is computed in numpy has no gradients, and passes.
    """
    import torch

    if isinstance(answer(*arguments), np.ndarray | list):
        return
    found = [tensor.detach().clone().requires_grad_() for tensor in arguments]
    exact = [tensor.detach().clone().requires_grad_() for tensor in arguments]
    result, expected = answer(*found), oracle(*exact)
    expect_shape(result, expected.shape)
    assert result.requires_grad, "the result is cut off from the arguments: it has no gradient"
    mix = torch.from_numpy(rng("mix").normal(size=tuple(expected.shape)))
    (result * mix).sum().backward()
    (expected * mix).sum().backward()
    for name, tensor, other in zip(names, found, exact, strict=True):
        if other.grad is None:
            continue  # not every kind uses W
        assert tensor.grad is not None, f"no gradient arrives at {name}"
        # float32 inside is accepted
        expect_close(tensor.grad, other.grad, rtol=1e-4, atol=1e-5, name=f"the gradient of {name}")


def _offers(function: Callable[..., Any], kind: str, tensors: int) -> bool:
    """Tell whether ``function`` does anything for ``kind``, right or wrong."""
    return bool(run_beside(_answers, function, kind, tensors))


def _answers(function: Any, kind: Any, tensors: Any) -> Any:
    import torch

    try:
        return function(*[torch.eye(2)] * tensors, kind=kind, W=torch.eye(2)) is not None
    except (NotImplementedError, ValueError, KeyError, UnboundLocalError):
        return False
    except Exception:
        return True
