"""Calls of a student's objects that gradients flow through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from autograder.remote.sessions import Session
from autograder.wire import Leaf, tensors


def taped_call(
    session: Session,
    target: Any,
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    wanted: Sequence[torch.Tensor],
    named: Mapping[str, torch.Tensor],
) -> Any:
    """Call ``target`` so that gradients reach ``wanted``, among its arguments, and ``named``."""
    if not torch.is_grad_enabled():
        return session.request("call", target, list(arguments), keywords)
    taped = _TapedCall(session, target, _marked(list(arguments)), _marked(keywords), list(named))
    outputs = _Taped.apply(taped, *wanted, *named.values())
    return _replaced(taped.value, iter(outputs))


class _TapedCall:
    """One call that the worker keeps a tape of."""

    def __init__(
        self, session: Session, target: Any, arguments: Any, keywords: Any, names: list[str]
    ) -> None:
        self.session = session
        self._request = (target, arguments, keywords, names)
        self.value: Any = None
        self.tape: Any = None

    def run(self) -> tuple[list[torch.Tensor], list[bool]]:
        answer = self.session.request("taped_call", *self._request)
        self.value, self.tape, flags = answer
        return list(tensors(self.value)), flags


class _Taped(torch.autograd.Function):
    """Differentiate through the student's process, as often as asked."""

    @staticmethod
    def forward(ctx: Any, taped: _TapedCall, *leaves: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs, flags = taped.run()
        ctx.taped, ctx.flags = taped, flags
        ctx.shapes = [(leaf.shape, leaf.dtype) for leaf in leaves]
        ctx.mark_non_differentiable(
            *(out for out, flag in zip(outputs, flags, strict=True) if not flag)
        )
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        sent = [c if flag else None for c, flag in zip(cotangents, ctx.flags, strict=True)]
        gradients = ctx.taped.session.request("vjp", ctx.taped.tape, sent)
        for gradient, (shape, dtype) in zip(gradients, ctx.shapes, strict=True):
            if gradient is not None and (gradient.shape != shape or gradient.dtype != dtype):
                raise AssertionError("a gradient does not have the shape and dtype of its input")
        return (None, *gradients)


def _marked(value: Any) -> Any:
    """Return ``value`` with the tensors that want a gradient marked as leaves."""
    if type(value) in (list, tuple):
        return type(value)(_marked(item) for item in value)
    if type(value) is dict:
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, torch.Tensor) and value.requires_grad:
        return Leaf(value.detach())
    return value


def _replaced(value: Any, fresh: Iterator[torch.Tensor]) -> Any:
    """Return ``value`` with each tensor replaced, in order, by its differentiable twin."""
    if type(value) in (list, tuple):
        return type(value)(_replaced(item, fresh) for item in value)
    if type(value) is dict:
        return {key: _replaced(item, fresh) for key, item in value.items()}
    return next(fresh) if isinstance(value, torch.Tensor) else value
