"""Judge a backward pass on a right cache, where the student's forward pass makes a wrong one.

How a cache is laid out is up to the student. So this is learned: the forward pass runs on arguments
for which also a wrong one may be right (zeros, ones, closed gates), and each array of its cache is
compared with the intermediate values of the right pass. A cache of the same layout is then filled
with the right values. Only a right backward pass computes right gradients from it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .beside import run_beside
from .carried import differ
from .compare import expect_any
from .gradients import results_of

MOST_ARRAYS = 100  # in a cache; anybody may have written it
MOST_CACHES = 48  # that are tried; each costs a call of the backward pass
MOST_ROLES = 3  # of one array, where the comparison leaves several
RTOL, ATOL = 1e-4, 1e-6

Roles = Mapping[str, np.ndarray]
Stacks = Mapping[tuple[int, ...], tuple[list[str], np.ndarray]]  # by shape


@dataclass(frozen=True)
class RightPass:
    """What is known of a right forward pass.

    ``results(*arguments)`` are its results, ``roles(*arguments)`` what its cache may hold, by name.
    ``easier`` are arguments for which also a wrong pass may be right.
    """

    results: Callable[..., Sequence[np.ndarray]]
    roles: Callable[..., Roles]
    easier: Sequence[Sequence[np.ndarray]]


def expect_right_from_cache(
    functions: tuple[Callable[..., Any], Callable[..., Any]],
    arguments: Sequence[np.ndarray],
    *,
    right: RightPass,
    ask: Callable[[Callable[..., Any]], Any],
    compare: Callable[[Any], None],
    then: Sequence[np.ndarray] | None = None,
) -> None:
    """Fail unless the student's forward pass is wrong, and the backward pass right all the same.

    ``functions`` are forward and backward. ``ask`` gets the backward pass on a right cache, calls
    it with upstream gradients and returns its gradients; ``compare`` fails where these are wrong.
    With ``then``, another forward pass on these arguments comes first. The cache must be plain
    data: arrays, numbers, tuples, lists, dicts. What the code answers here is no evidence of what
    is wrong with it.
    """
    forward, backward = functions
    unrecorded = getattr(type(forward), "__unrecorded__", nullcontext)
    with unrecorded(forward):
        wanted = list(right.results(*arguments))
        names = [f"result {number}" for number in range(len(wanted))]
        found = results_of(forward, list(map(np.array, arguments)), *names)
        assert differ(found, wanted), "the forward pass is right"
        caches = list(_right_caches(forward, arguments, right))
        assert caches, "nothing in the cache can be replaced"
        if then is not None:
            forward(*map(np.array, then))
        expect_any(*(partial(_expect_from, backward, cache, ask, compare) for cache in caches))


def _expect_from(
    backward: Callable[..., Any], cache: Any, ask: Callable[..., Any], compare: Callable[..., None]
) -> None:
    compare(ask(lambda *upstream: backward(*upstream, cache)))


def _right_caches(
    forward: Callable[..., Any], arguments: Sequence[np.ndarray], right: RightPass
) -> Iterator[Any]:
    """Yield right caches in the layout of the student's, the likeliest first."""
    passes = [arguments, *right.easier]
    caches = run_beside(_caches_of, forward, [list(map(np.array, given)) for given in passes])
    leaves = [list(itertools.islice(_arrays_in(cache), MOST_ARRAYS + 1)) for cache in caches]
    if not 0 < len(leaves[0]) <= MOST_ARRAYS:
        return
    roles = [_with_transposes(right.roles(*given)) for given in passes]
    wanted, by_shape = roles[0], list(map(_by_shape, roles))
    options = []
    for place, array in enumerate(leaves[0]):
        votes: Counter[str] = Counter()
        for found, values in zip(leaves, by_shape, strict=True):
            if len(found) == len(leaves[0]):
                votes.update(_names_of(found[place], values))
        names = [name for name, _ in votes.most_common(MOST_ROLES)]
        names = names or [name for name in wanted if wanted[name].shape == array.shape]
        options.append([wanted[name] for name in names] or [array])
    for choice in itertools.islice(itertools.product(*options), MOST_CACHES):
        yield _filled(caches[0], iter(choice))


def _caches_of(forward: Any, passes: Any) -> Any:
    found = []
    for arguments in passes:
        try:
            found.append(forward(*arguments)[-1])
        except Exception:
            if not found:
                raise
            found.append(None)
    return found


def _with_transposes(roles: Roles) -> dict[str, np.ndarray]:
    return {**roles, **{f"{name}.T": array.T for name, array in roles.items() if array.ndim > 1}}


def _by_shape(roles: Roles) -> Stacks:
    """Return the names and the stacked values of the roles of each shape."""
    names: dict[tuple[int, ...], list[str]] = {}
    for name, value in roles.items():
        names.setdefault(value.shape, []).append(name)
    return {shape: (some, np.stack([roles[n] for n in some])) for shape, some in names.items()}


def _names_of(array: np.ndarray, stacks: Stacks) -> list[str]:
    """Return the roles whose value is this array; none if all its numbers are equal."""
    if array.shape not in stacks or not array.size or np.ptp(array) < ATOL:
        return []
    names, values = stacks[array.shape]
    close = np.isclose(array, values, rtol=RTOL, atol=ATOL).reshape(len(names), -1).all(axis=1)
    return [name for name, is_close in zip(names, close, strict=True) if is_close]


def _arrays_in(cache: Any) -> Iterator[np.ndarray]:
    """Yield the arrays of nested tuples, lists and dicts in order."""
    if isinstance(cache, dict):
        cache = list(cache.values())
    if isinstance(cache, list | tuple):
        for part in cache:
            yield from _arrays_in(part)
    elif isinstance(cache, np.ndarray) and cache.dtype.kind == "f":
        yield cache


def _filled(cache: Any, arrays: Iterator[np.ndarray]) -> Any:
    """Return the cache with other arrays in the same places."""
    if isinstance(cache, dict):
        return {name: _filled(part, arrays) for name, part in cache.items()}
    if isinstance(cache, list | tuple):
        return type(cache)(_filled(part, arrays) for part in cache)
    if isinstance(cache, np.ndarray) and cache.dtype.kind == "f":
        return np.array(next(arrays))
    return cache
