"""What several checks of cross-attention use: kinds, random vectors, results in their shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from checks import expect_any, expect_shape, rng, run_beside
from checks.values import Absent

KINDS = ("scaled_dot", "dot", "multiplicative")


def offered_kinds(function: Callable[..., Any], tensors: int = 2) -> Iterator[str]:
    """Yield each kind of attention that ``function`` supports.

    ``function`` takes ``tensors`` tensors, then ``kind`` and ``W``. If it supports no kind, the
    first kind is yielded: calling the function then shows the reason.
    """
    found = False
    for kind in KINDS:
        if offers(function, kind, tensors):
            found = True
            yield kind
    if not found:
        yield KINDS[0]


def expect_for_some_kind(
    function: Callable[..., Any], check: Callable[[str], None], tensors: int = 2
) -> None:
    """Run ``check`` on each kind that ``function`` supports until it passes; fail if it never does.

    Only one kind is required, so an error in another one is penalised only in the case for it.
    """
    expect_any(*(partial(check, kind) for kind in offered_kinds(function, tensors)))


def kinds_of(digits_attention: Any, attention_weights: Any, data: Any, W: Tensor) -> list[str]:
    """Return the kinds of attention that ``attention_weights`` computes for digits.

    If it is missing, return the kinds that ``digits_attention`` supports: a missing function, and a
    kind that fails, cost points in their own question only.
    """
    if not isinstance(attention_weights, Absent):
        one, ten = data[0][:1].flatten(1), data[0][:10].flatten(1)
        kinds = list(offered_kinds(attention_weights))
        return [kind for kind in kinds if computes(attention_weights, one, ten, W, kind)] or kinds
    found = []
    for kind in KINDS:
        try:
            digits_attention(*data, kind=kind, W=W, seed=0)
        except (NotImplementedError, ValueError, KeyError, UnboundLocalError):
            continue
        found.append(kind)
    return found or [KINDS[0]]


def computes(attention_weights: Any, query: Tensor, keys: Tensor, W: Tensor, kind: str) -> bool:
    """Tell whether ``attention_weights`` returns something, right or wrong, for these tensors."""
    try:
        return attention_weights(query, keys, kind=kind, W=W) is not None
    except Exception:  # whatever the student's code raises is judged in its own question
        return False


def offers(function: Callable[..., Any], kind: str, tensors: int = 2) -> bool:
    """Tell whether ``function`` returns something for ``kind``, right or wrong."""
    return bool(run_beside(_answers, function, kind, tensors))


def draw_vectors(**shapes: Sequence[int]) -> list[Tensor]:
    """Return a random float64 tensor for each shape; its name decides what is drawn."""
    return [torch.from_numpy(rng(name).normal(size=shape)) for name, shape in shapes.items()]


def first_part(value: Any) -> Any:
    """Return the first part of a returned tuple, and any other result as it is."""
    return value[0] if isinstance(value, tuple) and value else value


def result(kind: str) -> str:
    """Return what messages call a result."""
    return f'the result for kind "{kind}"'


def weights_of(attention_weights: Any, query: Tensor, keys: Tensor, W: Tensor, kind: str) -> Any:
    """Return the weights; fail unless they have the right shape."""
    found = first_part(attention_weights(query, keys, kind=kind, W=W))
    expect_shape(found, (len(query), len(keys)), result(kind), "(Q, S)")
    return found


def sums_of(attend: Any, query: Tensor, keys: Tensor, values: Tensor, W: Tensor, kind: str) -> Any:
    """Return the weighted sums; fail unless they have the right shape."""
    found = first_part(attend(query, keys, values, kind=kind, W=W))
    expect_shape(found, (len(query), values.shape[1]), result(kind), "(Q, V)")
    return found


def equal_weights(attend: Any) -> Any:
    """Return a function in place of a wrong attention_weights: all sources get the same weight."""
    import torch

    def attention_weights(query: Any, keys: Any, kind: Any = None, W: Any = None) -> Any:
        return torch.full((len(query), len(keys)), 1 / len(keys), dtype=query.dtype)

    return {"attention_weights": attention_weights}


def _answers(function: Any, kind: Any, tensors: Any) -> Any:
    import torch

    try:
        return function(*[torch.eye(2)] * tensors, kind=kind, W=torch.eye(2)) is not None
    except (NotImplementedError, ValueError, KeyError, UnboundLocalError):
        return False
    except Exception:
        return True
