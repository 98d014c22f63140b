"""Compare two recorded outcomes: numbers within rounding, everything else exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record
from checks import numbers

RTOL, ATOL = 1e-4, 1e-6  # float32 sums in another order differ by less, mistakes by far more


def same_records(
    first: Sequence[Record], second: Sequence[Record], names: Sequence[str] = ()
) -> bool:
    """Tell whether two sessions answered alike, in the requests about ``names`` if there are any.

    What else a case calls may be wrong for reasons of its own. That a name was looked up says
    nothing: it is done once for all cases of a worker.
    """
    first = [record for record in first if record.operation != "get"]
    second = [record for record in second if record.operation != "get"]
    if any(_about(record, names) for record in first):
        first = [record for record in first if _about(record, names)]
        second = [record for record in second if _about(record, names)]
    return len(first) == len(second) and all(
        a.operation == b.operation and alike(a.outcome, b.outcome)
        for a, b in zip(first, second, strict=True)
    )


def _about(record: Record, names: Sequence[str]) -> bool:
    return not record.names.isdisjoint(names)


def alike(first: Any, second: Any) -> bool:
    """Tell whether two values agree in type, structure and numbers."""
    if isinstance(first, Raised) and isinstance(second, Raised):
        return first.types == second.types and first.message == second.message
    if isinstance(first, torch.Tensor) and isinstance(second, torch.Tensor):
        return first.dtype == second.dtype and _close(numbers(first), numbers(second))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.dtype.kind == second.dtype.kind and _close(first, second)
    if isinstance(first, float | np.floating) and isinstance(second, float | np.floating):
        both_nan = math.isnan(first) and math.isnan(second)
        return both_nan or math.isclose(first, second, rel_tol=RTOL, abs_tol=ATOL)
    if type(first) is not type(second):
        return False
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(alike, first, second))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(
            alike(item, second[key]) for key, item in first.items()
        )
    if first is None or isinstance(first, bool | int | str | bytes | complex | slice):
        return bool(first == second)
    return True  # handles: what they refer to shows itself when it is used


def _close(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> bool:
    if first.shape != second.shape:
        return False
    if first.dtype.kind in "fc":
        return bool(np.allclose(first, second, rtol=RTOL, atol=ATOL, equal_nan=True))
    return bool(np.array_equal(first, second))
