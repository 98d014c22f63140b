"""Gradients of pairs of functions, compared with autograd or with finite differences.

A forward function returns its results and then a cache; a backward function takes the gradients
of a loss with respect to the results, and the cache, and returns the gradients of the arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .beside import run_beside
from .compare import as_shaped, expect_close, expect_parts
from .draw import rng

STEP = 0.02  # of length one; differences of fourth order are off by about its fourth power
WEIGHTS = {1: 8 / 12, -1: -8 / 12, 2: -1 / 12, -2: 1 / 12}


def results_of(forward: Callable[..., Any], arguments: Sequence[Any], *names: str) -> list[Any]:
    """Return the results of ``forward``, one for each name; the cache stays where it is."""
    return expect_parts(run_beside(_without_cache, forward, arguments), *names, "cache")[:-1]


def gradients_of(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    arguments: Sequence[Any],
    upstream: Sequence[np.ndarray],
    names: Sequence[str],
) -> list[Any]:
    """Return the gradients that ``backward`` computes for ``arguments``, one for each name."""
    return expect_parts(run_beside(_there_and_back, forward, backward, arguments, upstream), *names)


def gradients_of_the_first(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    passes: Sequence[Sequence[Any]],
    upstream: Sequence[np.ndarray],
    names: Sequence[str],
) -> list[Any]:
    """Return the gradients of the first of several forward passes, asked for after the last."""
    return expect_parts(
        run_beside(_back_through_first, forward, backward, passes, upstream), *names
    )


def autograd(
    function: Callable[..., Any], arguments: Sequence[np.ndarray], upstream: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Return the gradients of every argument, by torch in float64.

    ``function`` maps tensors to a tensor or a tuple of tensors; ``upstream`` holds the gradients
    of a loss with respect to these.
    """
    import torch

    inputs = [torch.from_numpy(np.array(array, np.float64)).requires_grad_() for array in arguments]
    outputs = function(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    cotangents = [torch.from_numpy(np.array(array, np.float64)) for array in upstream]
    gradients = torch.autograd.grad(outputs, inputs, cotangents, materialize_grads=True)
    return [gradient.numpy() for gradient in gradients]


def expect_autograd(
    function: Callable[..., Any],
    arguments: Sequence[np.ndarray],
    upstream: Sequence[np.ndarray],
    gradients: Sequence[Any],
    names: Sequence[str],
) -> None:
    """Fail unless ``gradients`` agree with :func:`autograd`; float32 inside is accepted."""
    expected = autograd(function, arguments, upstream)
    for name, found, wanted in zip(names, gradients, expected, strict=True):
        expect_close(found, wanted, rtol=1e-4, atol=1e-5, name=name)


def expect_slopes(
    forward: Callable[..., Any],
    arguments: Sequence[Any],
    upstream: Sequence[Any],
    gradients: Sequence[Any],
    names: Sequence[str],
) -> None:
    """Fail unless each gradient agrees with finite differences of ``forward``.

    The first ``len(gradients)`` arguments are moved, one at a time, along a random direction. The
    steps are long enough for code that computes in float32.
    """
    directions, points, found = [], [], []
    for i, (gradient, name) in enumerate(zip(gradients, names, strict=True)):
        found.append(as_shaped(gradient, np.shape(arguments[i]), name))
        direction = rng(f"direction {i}").normal(size=np.shape(arguments[i]))
        directions.append(direction / np.linalg.norm(direction))
        for step in WEIGHTS:
            moved = arguments[i] + step * STEP * directions[i]
            points.append([*arguments[:i], moved, *arguments[i + 1 :]])
    results = run_beside(_results, forward, points, len(upstream))
    losses = [
        sum(_weighted(part, weight) for part, weight in zip(parts, upstream, strict=True))
        for parts in results
    ]
    for i, (gradient, name) in enumerate(zip(found, names, strict=True)):
        changes = losses[len(WEIGHTS) * i : len(WEIGHTS) * (i + 1)]
        slope = np.dot(list(WEIGHTS.values()), changes) / STEP
        predicted = np.sum(gradient * directions[i])
        what = f"{name} along a random direction, compared with finite differences,"
        expect_close(predicted, slope, rtol=1e-3, atol=2e-4, name=what)


def _weighted(part: Any, weight: Any) -> float:
    array = as_shaped(part, np.shape(weight), "a result of the forward pass")
    return float(np.sum(array * weight))


def _without_cache(forward: Any, arguments: Any) -> Any:
    parts = forward(*arguments)
    return [*parts[:-1], None] if isinstance(parts, (list, tuple)) and parts else parts


def _there_and_back(forward: Any, backward: Any, arguments: Any, upstream: Any) -> Any:
    *_, cache = forward(*arguments)
    return backward(*upstream, cache)


def _back_through_first(forward: Any, backward: Any, passes: Any, upstream: Any) -> Any:
    caches = [forward(*arguments)[-1] for arguments in passes]
    return backward(*upstream, caches[0])


def _results(forward: Any, points: Any, count: int) -> Any:
    return [list(forward(*arguments)[:count]) for arguments in points]
