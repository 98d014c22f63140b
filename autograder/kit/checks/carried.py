"""Answers that are wrong only because an earlier answer is: the error has lost its points there."""

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
    """Return which of the student's own functions lead to ``answers``; None if nothing does.

    ``follow`` takes functions by name and an example, and returns the answer that follows from
    them. Each function may be the ``right`` one or the student's ``own``; the fewer of their own
    the better, and none if the answers are right. Wrong answers that are the same for all examples
    follow from nothing: whoever returns constants everywhere has not used the earlier answers.
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
    """Return what follows for each example; nothing if the functions do not work together."""
    try:
        return [np.asarray(follow(functions, example), float) for example in examples]
    except Exception:  # whatever is wrong there has cases of its own
        return []


def _same(first: Any, second: Any) -> bool:
    """Tell whether two answers agree within what float32 loses."""
    if np.shape(first) != np.shape(second):
        return False
    return np.allclose(first, second, rtol=1e-4, atol=1e-5, equal_nan=True)
