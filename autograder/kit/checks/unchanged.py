"""Fail where a student's function changes its arguments in place."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .beside import run_beside
from .carried import changed_arguments, differ
from .copies import is_tensor
from .values import CannotJudge


def expect_unchanged(
    function: Callable[..., Any], *arguments: Any, names: Sequence[str] = ()
) -> None:
    """Call ``function(*arguments)`` and fail if it changes one of the arguments in place.

    A case cannot see that by itself: the student's code gets copies. ``names`` are what the
    handout calls the arguments. A function that computes nothing fails too.
    """
    after = run_beside(_call_and_return_arguments, function, list(arguments))
    for i, (before, now) in enumerate(zip(arguments, after, strict=True)):
        name = names[i] if i < len(names) else f"its argument {i + 1}"
        assert _same(before, now), (
            f"the function changes {name} in place; compute with a copy and leave {name} unchanged"
        )
    expect_computed(function, arguments)


def expect_computed(function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    """Fail where ``function(*arguments)`` is None, or the same for other numbers."""
    answer = function(*arguments)
    assert answer is not None, "the function returns None"
    changed = changed_arguments(arguments)
    assert not changed or any(_depends(function, answer, other) for other in changed), (
        "the function returns the same for other arguments"
    )


def _depends(function: Callable[..., Any], answer: Any, arguments: Sequence[Any]) -> bool:
    try:
        return differ(answer, function(*arguments))
    except CannotJudge:
        raise
    except Exception:  # numbers that the function refuses, or an object of which nothing is known
        return True


def _call_and_return_arguments(function: Any, arguments: Any) -> Any:
    given = list(arguments)
    function(*given)
    return given


def _same(before: Any, now: Any) -> bool:
    """Tell whether plain data is the same; the student's own objects are not looked into."""
    if isinstance(before, list | tuple):
        return (
            isinstance(now, list | tuple)
            and isinstance(now, list) is isinstance(before, list)
            and len(now) == len(before)
            and all(map(_same, before, now))
        )
    if isinstance(before, dict):
        return (
            isinstance(now, dict)
            and list(before) == list(now)
            and all(_same(item, now[key]) for key, item in before.items())
        )
    if is_tensor(before):
        return is_tensor(now) and _same_numbers(before.detach(), now.detach())
    if isinstance(before, np.ndarray):
        return isinstance(now, np.ndarray) and _same_numbers(before, now)
    return True  # a number or a string cannot be changed


def _same_numbers(before: Any, now: Any) -> bool:
    if before.dtype != now.dtype or before.shape != now.shape:
        return False
    return bool(((before == now) | ((before != before) & (now != now))).all())
