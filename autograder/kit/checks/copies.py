"""Copies of plain data, as the wire between the grader and a worker makes them."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np


def detached_copy(value: Any) -> Any:
    """Return ``value`` with every array and tensor in it copied, without gradients."""
    return each_part(value, _detached)


def tracked_copy(value: Any) -> Any:
    """Return ``value`` with every array and tensor in it copied; gradients flow through."""
    return each_part(value, _tracked)


def each_part(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return ``value`` with ``change`` applied to all that is no list, tuple or dict in it."""
    kind = type(value)
    if kind in (list, tuple):
        return kind(each_part(item, change) for item in value)
    if kind is dict:
        return {key: each_part(item, change) for key, item in value.items()}
    return change(value)


def is_tensor(value: Any) -> bool:
    """Say whether ``value`` is a tensor, without importing torch for it."""
    torch = sys.modules.get("torch")
    return torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)


def _detached(value: Any) -> Any:
    if is_tensor(value):
        return value.detach().clone()
    return value.copy(order="C") if type(value) is np.ndarray else value


def _tracked(value: Any) -> Any:
    """Leave a leaf that wants a gradient as it is: torch forbids changing it in place."""
    if is_tensor(value) and value.requires_grad and sys.modules["torch"].is_grad_enabled():
        return value if value.is_leaf else value.clone()
    return _detached(value)
