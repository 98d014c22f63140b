"""Values that no check expects: random trees of every kind that crosses the wire."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograder.remote import proxies
from autograder.wire import Decoder, Encoder, WireError

LEAVES: dict[str, Callable[[random.Random], Any]] = {
    "None": lambda draw: None,
    "a truth value": lambda draw: draw.random() < 0.5,
    "a small number": lambda draw: draw.choice([0, 1, -1, 0.0, -0.0, 0.5, 2]),
    "no finite number": lambda draw: draw.choice([float("nan"), float("inf"), float("-inf")]),
    "a large float": lambda draw: draw.choice([1e308, -1e308, 5e-324]),
    "a large integer": lambda draw: draw.choice([2**63, -(2**64), 10**40, 10**4000]),
    "a complex number": lambda draw: draw.choice([1j, complex("nan"), complex("inf")]),
    "a text": lambda draw: draw.choice(["", "0.5", "nan", "\0", "\ud800", "a\u2028b", "٣", "[1]"]),
    "a long text": lambda draw: "x" * draw.choice([10**4, 10**6]),
    "bytes": lambda draw: draw.choice([b"", b"\xff\xfe", b"1"]),
    "a slice": lambda draw: slice(None, draw.choice([None, 3, "a"]), None),
    "a long list": lambda draw: [draw.choice([0, "a", 1.5])] * draw.choice([10**3, 10**5]),
    "nested lists": lambda draw: _nested(draw.randrange(2, 28)),
    "ragged lists": lambda draw: [[1.0, 2.0], [3.0], 4.0, None],
    "a long dict": lambda draw: {f"k{i}": i for i in range(draw.choice([3, 4000]))},
    "a dict of numbers": lambda draw: {1: 2.0, None: 3, "a": np.zeros(2)},
    "an array": lambda draw: np.asarray(draw.choice([0.0, 1.0, np.nan]) * np.ones(_shape(draw))),
    "an array of another kind": lambda draw: np.ones(
        _shape(draw), draw.choice(["bool", "int8", "uint64", "float16", "complex128"])
    ),
    "an empty array": lambda draw: np.zeros(draw.choice([(0,), (0, 3), (3, 0), (2, 0, 4)])),
    "a large array": lambda draw: np.zeros(draw.choice([10**6, (1000, 1000), (1, 4 * 10**6)])),
    "a numpy number": lambda draw: draw.choice([np.float32("nan"), np.int64(3), np.bool_(True)]),
    "a tensor": lambda draw: draw.choice([0.0, 1.0, float("nan")]) * torch.ones(_shape(draw)),
    "a tensor of another kind": lambda draw: torch.ones(
        _shape(draw), dtype=draw.choice([torch.bool, torch.int8, torch.bfloat16, torch.complex64])
    ),
    "an empty tensor": lambda draw: torch.zeros(draw.choice([(0,), (0, 3), (3, 0)])),
    "a large tensor": lambda draw: torch.zeros(draw.choice([(10**6,), (1000, 1000)])),
    "a dtype": lambda draw: draw.choice([np.dtype("int8"), torch.float16, np.float64]),
}


def _shape(draw: random.Random) -> tuple[int, ...]:
    return tuple(draw.randrange(1, 5) for _ in range(draw.randrange(5)))


def _nested(depth: int) -> Any:
    value: Any = 1.0
    for _ in range(depth):
        value = [value]
    return value


def tree(draw: random.Random, depth: int = 0) -> Any:
    """Return a random value: a leaf, or a container of a few random values."""
    if depth < 3 and draw.random() < 0.25:
        parts = [tree(draw, depth + 1) for _ in range(draw.randrange(4))]
        kind = draw.choice([list, tuple, dict])
        return {f"k{i}": part for i, part in enumerate(parts)} if kind is dict else kind(parts)
    return LEAVES[draw.choice(list(LEAVES))](draw)


def changed(value: Any, draw: random.Random) -> Any:
    """Return ``value`` with one change, near the right answer or far from it."""
    if draw.random() < 0.3:
        return tree(draw)
    if type(value) in (list, tuple) and value:
        return _changed_items(list(value), type(value), draw)
    if type(value) is dict and value:
        key = draw.choice(list(value))
        rest = {name: item for name, item in value.items() if name != key}
        return rest if draw.random() < 0.3 else {**rest, key: changed(value[key], draw)}
    if isinstance(value, np.ndarray | torch.Tensor):
        return _changed_array(value, draw)
    if type(value) in (int, float):
        return draw.choice([str(value), [value], np.array(value), -value, value * 1e300, not value])
    return tree(draw)


def _changed_items(items: list[Any], kind: type, draw: random.Random) -> Any:
    at = draw.randrange(len(items))
    what = draw.randrange(5)
    if what == 0:
        del items[at]
    elif what == 1:
        items.insert(at, tree(draw))
    elif what == 2:
        items = items * draw.choice([2, 1000]) if len(items) < 100 else items * 2
    else:
        items[at] = changed(items[at], draw)
    return kind(items)


def _changed_array(value: Any, draw: random.Random) -> Any:
    number = value.detach().numpy() if isinstance(value, torch.Tensor) else value
    with np.errstate(all="ignore"):
        other = draw.choice([
            lambda: number.astype(draw.choice(["float16", "int64", "complex128", "bool"])),
            lambda: number * draw.choice([np.nan, np.inf, 1e300]),
            lambda: number[None],
            lambda: number.reshape(-1),
            lambda: number.T,
            lambda: number[:0] if number.ndim else number,
            lambda: np.concatenate([number, number]) if number.ndim else number,
            lambda: number.tolist(),
            lambda: np.broadcast_to(number, (50, *number.shape)).copy(),
            lambda: number.mean() if number.size else number,
        ])()  # fmt: skip
    if isinstance(value, torch.Tensor) and isinstance(other, np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(other)) if draw.random() < 0.8 else other
    return other


def as_received(session: Any, value: Any) -> Any:
    """Return ``value`` as a session would receive it; None if it cannot cross the wire."""
    encoder = Encoder(session._reference)
    try:
        encoded = encoder.encode(value)
        blobs = [memoryview(bytes(blob)) for blob in encoder.blobs]
        return Decoder(blobs, lambda handle: proxies.wrap(session, handle)).decode(encoded)
    except (WireError, TypeError):
        return None
