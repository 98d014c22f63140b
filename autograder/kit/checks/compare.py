"""Comparisons whose failure says what was compared, where it differs and by how much."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def _array(value: Any, name: str) -> np.ndarray:
    """Return a number, array or tensor as an array, or fail with a sentence."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, bool | int | float | complex | np.ndarray | np.generic | list | tuple):
        try:
            array = np.asarray(value)
        except ValueError:
            raise AssertionError(f"{name} is a ragged {type(value).__name__}") from None
        if array.dtype.kind in "biufc":
            return array
    raise AssertionError(f"{name} should hold numbers, but it is {_described(value)}")


def _described(value: Any) -> str:
    if value is None:
        return "None (is a return statement missing?)"
    return f"of type {type(value).__name__}"


def expect_parts(value: Any, *names: str) -> list[Any]:
    """Return the parts of a returned tuple; fail unless there is one for each of ``names``."""
    wanted = f"a tuple of {len(names)}: {', '.join(names)}"
    if not isinstance(value, list | tuple):
        raise AssertionError(f"the result should be {wanted}, but it is {_described(value)}")
    assert len(value) == len(names), f"the result has {len(value)} parts; it should be {wanted}"
    return list(value)


def expect_shape(
    value: Any, shape: Sequence[int], name: str = "the result", axes: str = ""
) -> None:
    """Fail unless ``value`` has exactly ``shape``; ``axes`` names them, e.g. ``(N, T, H)``."""
    actual = _array(value, name).shape
    wanted = f"{tuple(shape)}" + (f" = {axes}" if axes else "")
    assert actual == tuple(shape), f"{name} has shape {actual}, but it should be {wanted}"


def expect_dtype(value: Any, kinds: str, name: str = "the result") -> None:
    """Fail unless the dtype's kind is one of ``kinds`` (numpy's letters: f float, i integer)."""
    dtype = _array(value, name).dtype
    words = {"f": "floating point", "i": "integer", "u": "unsigned integer", "b": "boolean"}
    wanted = " or ".join(words.get(kind, kind) for kind in kinds)
    assert dtype.kind in kinds, f"{name} has dtype {dtype}, but it should be {wanted}"


def expect_finite(value: Any, name: str = "the result") -> None:
    """Fail if any entry is NaN or infinite."""
    array = _array(value, name)
    bad = int(np.size(array) - np.count_nonzero(np.isfinite(array)))
    assert bad == 0, f"{name} has {bad} of {array.size} entries that are NaN or infinite"


def expect_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    name: str = "the result",
) -> None:
    """Fail unless shapes agree (a single number may have any shape) and all entries are close."""
    got, want = _array(actual, name), _array(expected, "the expected value")
    if want.size == 1 and got.size == 1:
        got = got.reshape(want.shape)
    expect_shape(got, want.shape, name)
    expect_finite(got, name)
    difference = np.abs(got.astype(np.complex128) - want.astype(np.complex128))
    wrong = difference > atol + rtol * np.abs(want)
    if not wrong.any():
        return
    worst = np.unravel_index(int(np.argmax(np.where(wrong, difference, -1))), want.shape)
    values = f"{got[worst]:.6g}, but it should be {want[worst]:.6g}"
    if want.size == 1:
        raise AssertionError(f"{name} is {values}")
    index = tuple(int(i) for i in worst)
    raise AssertionError(
        f"{name}: {int(wrong.sum())} of {want.size} entries are wrong; the largest error is at "
        f"index {index}: {values}"
    )


def expect_any(*checks: Callable[[], None]) -> None:
    """Run checks until one passes; raise what the first of them raised if none does.

    For answers that follow correctly from an earlier error: the first check is for the right
    answer, the others for what follows from the student's own results.
    """
    first: Exception | None = None
    for check in checks:
        try:
            return check()
        except Exception as error:  # the student's own code may raise anything
            first = first or error
    if first is not None:
        raise first
