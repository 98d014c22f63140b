"""Comparisons whose failure says what was compared, where it differs and by how much."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .values import CannotJudge, Unusable, fitted, numbers, shape_in_words, type_in_words


def expect_parts(value: Any, *names: str) -> list[Any]:
    """Return the parts of a returned tuple; fail unless there is one for each of ``names``."""
    wanted = f"a tuple of {len(names)}: {', '.join(names)}"
    if not isinstance(value, list | tuple):
        raise Unusable(f"the result should be {wanted}, but it is {type_in_words(value)}.")
    if len(value) != len(names):
        raise Unusable(
            f"the result has {len(value)} parts; it should be {wanted}.",
            told=f"the result should be {wanted}; it has {'more' * (len(value) > len(names))}"
            f"{'fewer' * (len(value) < len(names))} parts.",
        )
    return list(value)


def expect_shape(
    value: Any, shape: Sequence[int], name: str = "the result", axes: str = ""
) -> None:
    """Fail unless ``value`` has exactly ``shape``; ``axes`` names them, e.g. ``(N, T, H)``."""
    actual = numbers(value, name).shape
    if actual != tuple(shape):
        _refuse_shape(actual, tuple(shape), name, axes, is_the_test=True)


def expect_dtype(value: Any, kinds: str, name: str = "the result") -> None:
    """Fail unless the dtype's kind is one of ``kinds`` (numpy's letters: f float, i integer)."""
    dtype = numbers(value, name).dtype
    words = {"f": "floating point", "i": "integer", "u": "unsigned integer", "b": "boolean"}
    wanted = " or ".join(words.get(kind, kind) for kind in kinds)
    if dtype.kind not in kinds:
        raise Unusable(f"{name} has dtype {dtype}, but it should be {wanted}", is_the_test=True)


def expect_finite(value: Any, name: str = "the result") -> None:
    """Fail if any entry is NaN or infinite."""
    _expect_finite(numbers(value, name), name, is_the_test=True)


def expect_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    name: str = "the result",
) -> None:
    """Fail unless all entries are close.

    Additional axes of length one are ignored: the shape has its own case (``expect_shape``) and
    costs points only there. A single number may have any shape.
    """
    want = numbers(expected, "the expected value")
    got = as_shaped(actual, want.shape, name)
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


def as_shaped(value: Any, shape: Sequence[int], name: str = "the result") -> np.ndarray:
    """Return ``value`` as a finite array of ``shape``, without additional axes of length one."""
    array = fitted(numbers(value, name), tuple(shape))
    if array.shape != tuple(shape):
        _refuse_shape(array.shape, tuple(shape), name)
    _expect_finite(array, name)
    return array


def expect_any(*checks: Callable[[], None]) -> None:
    """Run checks until one passes; raise what the first of them raised if none does.

    For several right answers, such as two valid conventions. For answers that follow from an
    earlier error, use ``carried.expect_right_or_following``. A check that cannot judge ends the
    case: the grader's failure is never a zero.
    """
    first: Exception | None = None
    for check in checks:
        try:
            return check()
        except CannotJudge:
            raise
        except Exception as error:  # the student's own code may raise anything
            first = first or error
    if first is not None:
        raise first


def _expect_finite(array: np.ndarray, name: str, is_the_test: bool = False) -> None:
    bad = int(array.size - np.count_nonzero(np.isfinite(array)))
    if bad:
        raise Unusable(
            f"{name} has {bad} of {array.size} entries that are NaN or infinite",
            told=f"{name} contains NaN or infinity",
            is_the_test=is_the_test,
        )


def _refuse_shape(
    actual: tuple[int, ...],
    wanted: tuple[int, ...],
    name: str,
    axes: str = "",
    is_the_test: bool = False,
) -> None:
    right = f"{wanted}" + (f" = {axes}" if axes else "")
    raise Unusable(
        f"{name} has shape {actual}, but it should be {right}",
        told=f"{name} {shape_in_words(actual, wanted)}, but its shape should be {right}",
        is_the_test=is_the_test,
    )
