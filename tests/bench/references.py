"""References beside torch's own layers, in turns, so that both meet the same machine."""

from __future__ import annotations

import os
import runpy
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from autograder.course import default_course

from .series import Series

N, T, D, H = 64, 50, 256, 256
ENCODER = {"N": 32, "T": 64, "d_model": 256, "H": 8, "d_ff": 1024}
Action = Callable[[], object]


def measure(times: int) -> Iterator[Series]:
    """Yield the LSTM in numpy and the encoder layer with what torch's take, and the ratios."""
    threads = torch.get_num_threads()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    try:
        sizes = f"N = {N}, T = {T}, D = H = {H}, float32"
        what = f"LSTM forward and backward, {sizes}"
        yield from _beside_torch("lstm", what, (_reference_lstm(), _torch_lstm()), times)
        for dropout in (0.1, 0.0):
            sizes = f"N = {ENCODER['N']}, T = {ENCODER['T']}, d_model = {ENCODER['d_model']}"
            what = f"encoder layer forward and backward, {sizes}, dropout {dropout:g}"
            key = f"encoder_layer.dropout_{dropout:g}"
            yield from _beside_torch(key, what, _encoders(dropout), times, target=1.3)
    finally:
        torch.set_num_threads(threads)


def _beside_torch(
    key: str, what: str, both: Sequence[Action], times: int, target: float | None = None
) -> Iterator[Series]:
    pairs = [(_seconds(both[0]), _seconds(both[1])) for _ in range(times + 2)][2:]
    mine, others = zip(*pairs, strict=True)
    yield Series(f"{key}.reference", f"{what}: reference", "ms", mine)
    yield Series(f"{key}.torch", f"{what}: torch", "ms", others)
    ratios = tuple(a / b for a, b in pairs)
    yield Series(f"{key}.ratio", f"{what}: times torch", "x", ratios, target)


def _seconds(action: Action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _arrays() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    shapes = ((T, N, D), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,), (T, N, H))
    scale = (1, 1, D**-0.5, H**-0.5, 1, 1)
    drawn = zip(shapes, scale, strict=True)
    return [(s * generator.normal(size=shape)).astype(np.float32) for shape, s in drawn]


def _reference_lstm() -> Action:
    path = default_course().solutions / "rnn_layers" / "rnn_layers.py"
    layers: dict[str, Any] = runpy.run_path(str(path))
    *arguments, dh = _arrays()

    def both() -> object:
        _, cache = layers["lstm_forward"](*arguments)
        return layers["lstm_backward"](dh, cache)

    return both


def _torch_lstm() -> Action:
    x, h0, *_, dh = map(torch.from_numpy, _arrays())
    layer = torch.nn.LSTM(D, H)
    x.requires_grad_()
    states = h0[None].requires_grad_(), torch.zeros(1, N, H)

    def both() -> object:
        layer.zero_grad()
        return layer(x, states)[0].backward(dh)

    return both


def _encoders(dropout: float) -> tuple[Action, Action]:
    path = default_course().solutions / "encoder_layer" / "encoder_layer.py"
    n, t, d_model, heads, d_ff = ENCODER.values()
    ours = runpy.run_path(str(path))["EncoderLayer"](d_model, heads, d_ff, dropout)
    theirs = torch.nn.TransformerEncoderLayer(d_model, heads, d_ff, dropout, batch_first=True)
    return _forward_and_backward(ours, n, t, d_model), _forward_and_backward(theirs, n, t, d_model)


def _forward_and_backward(layer: torch.nn.Module, n: int, t: int, d_model: int) -> Action:
    x, upstream = torch.randn(n, t, d_model, requires_grad=True), torch.randn(n, t, d_model)

    def both() -> object:
        layer.zero_grad()
        return layer(x).backward(upstream)

    return both
