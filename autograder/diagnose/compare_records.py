"""Compare two recorded outcomes: numbers within rounding, everything else exactly.

Or by value only: a list or a tuple, an array of one or another kind, with or without axes of length
one. Two students who make the same mistake may return their numbers in different forms.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record
from checks import numbers
from checks.values import Unusable

_NUMBERS = bool | int | float | complex | np.generic | np.ndarray
RTOL, ATOL = 1e-4, 1e-6  # float32 sums in another order differ by less, mistakes by far more


def same_records(
    first: Sequence[Record],
    second: Sequence[Record],
    names: Sequence[str] = (),
    by_value: bool = False,
) -> bool:
    """Tell whether two sessions answered alike, in the requests about ``names`` if there are any.

    What else a case calls may be wrong for reasons of its own. That a name was looked up says
    nothing: it is done once for all cases of a worker.
    """
    first = [record for record in first if record.operation != "get"]
    second = [record for record in second if record.operation != "get"]
    if chosen := about(first, names):
        first, second = chosen, about(second, names)
    return len(first) == len(second) and all(
        a.operation == b.operation and alike(a.outcome, b.outcome, by_value)
        for a, b in zip(first, second, strict=True)
    )


def about(records: Sequence[Record], names: Sequence[str]) -> list[Record]:
    """Return the requests that concern one of ``names``."""
    return [record for record in records if not record.names.isdisjoint(names)]


def alike(first: Any, second: Any, by_value: bool = False) -> bool:
    """Tell whether two values agree in type, structure and numbers, or in their numbers only."""
    try:
        return _alike(first, second, by_value)
    except Unusable:  # numbers that no check could use, such as an integer of a thousand bits
        return type(first) is type(second) is int and first == second


def _alike(first: Any, second: Any, by_value: bool) -> bool:
    if by_value and _is_numbers(first) and _is_numbers(second):
        return _close(_plain(first), _plain(second))
    if isinstance(first, Raised) and isinstance(second, Raised):
        return first.types == second.types and first.message == second.message
    if is_tensor(first) and is_tensor(second):
        return first.dtype == second.dtype and _close(numbers(first), numbers(second))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.dtype.kind == second.dtype.kind and _close(first, second)
    if isinstance(first, float | np.floating) and isinstance(second, float | np.floating):
        both_nan = math.isnan(first) and math.isnan(second)
        return both_nan or math.isclose(first, second, rel_tol=RTOL, abs_tol=ATOL)
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return (by_value or type(first) is type(second)) and (
            len(first) == len(second)
            and all(alike(a, b, by_value) for a, b in zip(first, second, strict=True))
        )
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(
            alike(item, second[key], by_value) for key, item in first.items()
        )
    if first is None or isinstance(first, bool | int | str | bytes | complex | slice):
        return bool(first == second)
    return True  # handles: what they refer to shows itself when it is used


def _is_numbers(value: Any) -> bool:
    return isinstance(value, _NUMBERS) or is_tensor(value)


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a tensor; before torch is imported there are none."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _plain(value: Any) -> np.ndarray[Any, Any]:
    """Return numbers without axes of length one, as float64 or complex."""
    array = numbers(value)
    array = array.reshape([length for length in array.shape if length != 1])
    return array if array.dtype.kind == "c" else array.astype(np.float64)


def _close(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> bool:
    if first.shape != second.shape:
        return False
    if first.dtype.kind in "fc":
        largest = float(np.max(np.abs(second), initial=1.0, where=np.isfinite(second)))
        return bool(np.allclose(first, second, rtol=RTOL, atol=ATOL * largest, equal_nan=True))
    return bool(np.array_equal(first, second))
