"""Find wrong answers that follow correctly from an earlier error, which is penalised only once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Functions = Mapping[str, Callable[..., Any]]


def carried_from(
    answers: Sequence[Any],
    examples: Sequence[Any],
    follow: Callable[[Functions, Any], Any],
    own: Functions,
    right: Functions,
) -> list[str] | None:
    """Return which of the student's own functions lead to ``answers``; None if no choice does.

    ``follow`` takes functions by name and an example, and returns the answer that follows from
    them. Every choice between the ``right`` functions and the student's ``own`` is tried, with the
    fewest own functions first; right answers give an empty list. Wrong answers that are equal for
    all examples follow from nothing, since constants do not use the earlier functions.
    """
    for choice in sorted(itertools.product((False, True), repeat=len(right)), key=sum):
        mine = [name for name, chosen in zip(right, choice, strict=True) if chosen]
        functions = {**right, **{name: own[name] for name in mine}}
        following = _answers(follow, functions, examples)
        varies = any(not _same(following[0], other) for other in following[1:])
        if (varies or not mine) and following and all(map(_same, answers, following)):
            return mine
    return None


def _answers(
    follow: Callable[[Functions, Any], Any], functions: Functions, examples: Sequence[Any]
) -> list[Any]:
    """Return the answer that follows for each example; an empty list if a function fails."""
    try:
        return [np.asarray(follow(functions, example), float) for example in examples]
    except Exception:  # other cases judge this error
        return []


def _same(first: Any, second: Any) -> bool:
    """Return whether two answers agree within the accuracy of float32."""
    if np.shape(first) != np.shape(second):
        return False
    return np.allclose(first, second, rtol=1e-4, atol=1e-5, equal_nan=True)
