"""What must hold before a value can be right: it exists, is of the kind, shape and size expected.

Found by comparing what the student's code answered with what the reference answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record
from checks.values import Unusable, fitted, numbers, shape_in_words

_CALLS = ("call", "taped_call", "method", "run_beside", "attribute")


def broken_precondition(right: Sequence[Record], student: Sequence[Record]) -> str | None:
    """Return what is wrong with the first answer that differs in kind from the reference's.

    The words hold nothing that the student's code could choose freely. None if all answers are of
    the right kinds, and only their contents can be wrong. Where a case asks something else after a
    wrong answer than after a right one, the answers to it are not compared.
    """
    for wanted, found in zip(_answers(right), _answers(student), strict=False):
        if (wanted.operation, wanted.helper) != (found.operation, found.helper):
            return None
        if isinstance(wanted.outcome, Raised) or isinstance(found.outcome, Raised):
            return None
        named = found.operation in ("call", "taped_call") and found.names
        name = min(found.names) if named else "your code"
        fault = _fault(found.outcome, wanted.outcome, f"the result of {name}")
        if fault is not None:
            return f"Found: {fault}."
    return None


def is_degenerate(right: Sequence[Record], student: Sequence[Record]) -> bool:
    """Tell whether the answers say nothing: all None, empty, zero or constant, the right ones not.

    Many different errors, and code that is not written yet, give such answers.
    """
    degenerate = degenerate_parts(right, student)
    return bool(degenerate) and all(degenerate)


def degenerate_parts(right: Sequence[Record], student: Sequence[Record]) -> list[bool]:
    """Tell for each number or array of the answers whether it says nothing, but the right one does.

    Parts of which the right one says nothing either are left out.
    """
    pairs = [
        (wanted, found)
        for first, second in zip(_answers(right), _answers(student), strict=False)
        for wanted, found in _parts(first.outcome, second.outcome)
        if not _says_nothing(wanted)
    ]
    return [_says_nothing(found) for _, found in pairs]


def _answers(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.operation in _CALLS]


def _fault(found: Any, wanted: Any, name: str) -> str | None:
    if found is None and wanted is not None:
        return f"{name} is None (is a return statement missing?)"
    if isinstance(wanted, tuple | list) and isinstance(found, tuple | list):
        if isinstance(wanted, tuple) and len(found) != len(wanted):
            return f"{name} should have {len(wanted)} parts"
        for number, (one, other) in enumerate(zip(found, wanted, strict=False), 1):
            fault = _fault(one, other, f"part {number} of {name}")
            if fault is not None:
                return fault
        return None
    if isinstance(wanted, tuple) and not isinstance(found, tuple | list):
        return f"{name} should be a tuple of {len(wanted)} parts"
    one, other = _array(found), _array(wanted)
    if one is None or other is None:
        return None
    if fitted(one, other.shape).shape != other.shape:
        shape = shape_in_words(one.shape, other.shape)
        return f"{name} {shape}, but its shape should be {other.shape}"
    if not np.isfinite(one).all() and np.isfinite(other).all():
        return f"{name} contains NaN or infinity"
    return None


def _parts(wanted: Any, found: Any) -> list[tuple[Any, Any]]:
    """Return the numbers, arrays and other single values of two answers, side by side."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [pair for key in wanted for pair in _parts(wanted[key], found.get(key))]
    if isinstance(wanted, tuple | list) and isinstance(found, tuple | list):
        if len(wanted) == len(found) and wanted:
            return [p for w, f in zip(wanted, found, strict=True) for p in _parts(w, f)]
    return [(wanted, found)]


def _says_nothing(value: Any) -> bool:
    if value is None or (isinstance(value, list | tuple | str | dict) and not value):
        return True
    array = _array(value)
    if array is None:
        return not isinstance(value, list | tuple | str | dict | Raised)
    if array.size <= 1:
        return not array.any()
    return bool((array == array.flat[0]).all())


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a number, array or tensor as an array, None for anything else."""
    if isinstance(value, list | tuple):
        return None
    try:
        array: np.ndarray[Any, Any] = numbers(value)
        return array
    except Unusable:
        return None
