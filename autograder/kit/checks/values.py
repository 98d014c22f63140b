"""Take a value that a student's code returned as numbers, with limits.

No other function of the checks or of a test file converts such a value to an array: a list of
long strings would become an array of gigabytes.
"""

from typing import Any

import numpy as np

NUMBER_LIMIT = 2**26  # numbers in one value: what a frame of the wire can hold
LIST_LIMIT = 200_000  # numbers in nested lists, which are read one by one
DEPTH_LIMIT = 16
_KINDS = "biufc"
_NUMBERS = (bool, int, float, complex)
_KNOWN_TYPES = frozenset(
    "NoneType bool int float complex str bytes list tuple dict slice set ndarray Tensor Parameter "
    "function type module generator range".split()
)


class Unusable(AssertionError):
    """A value that cannot be compared: it is None, of another type or shape, or not finite.

    ``told`` says so in words that are safe for a hidden case: no number in it was chosen by the
    student's code. ``is_the_test`` is true where the case tests exactly this.
    """

    def __init__(self, text: str, told: str | None = None, is_the_test: bool = False) -> None:
        super().__init__(text)
        self.told = text if told is None else told
        self.is_the_test = is_the_test


class NotHandedIn(AssertionError):
    """A file that the student's code writes is not there: this part is not attempted yet."""


class CannotJudge(Exception):
    """A case that cannot tell right from wrong here: the grader's failure, never a zero."""


class Recognised(Unusable):
    """A failure in which the case itself recognises a known mistake, by name; ``text`` says it.

    For code that draws at random: a replay of the mistake draws other numbers, but a property of
    what came back (the same order twice, a point that occurs twice) shows the mistake.
    """

    def __init__(self, mistake: str, text: str) -> None:
        super().__init__(text, is_the_test=True)
        self.mistake = mistake


class Absent:
    """Stands for a function of an earlier question that the student's code does not define.

    A case that can judge without it does; a case that calls it fails with a sentence.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        raise Unusable(f"there is no {self._name}, which this check uses")

    def __elsewhere__(self, at_least: float) -> None:
        return None


def numbers(value: Any, name: str = "the result") -> np.ndarray:
    """Return a number, array, tensor or nested list of numbers as an array.

    Raises Unusable, with a sentence, for everything else.
    """
    if type(value) is np.ndarray or isinstance(value, np.generic):
        array = np.asarray(value)
    elif hasattr(type(value), "detach") and not hasattr(type(value), "_proxy_of"):
        tensor = value.detach().cpu()
        array = tensor.float().numpy() if "bfloat16" in str(tensor.dtype) else tensor.numpy()
    elif isinstance(value, _NUMBERS):
        array = np.asarray(_bounded(value, name))
    elif isinstance(value, list | tuple):
        array = _from_lists(value, name)
    else:
        raise _no_numbers(value, name)
    if array.dtype.kind not in _KINDS:
        raise _no_numbers(value, name)
    if array.size > NUMBER_LIMIT:
        raise Unusable(f"{name} has {array.size} entries, far too many", f"{name} is far too large")
    return array


def fitted(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return ``array`` without additional axes of length one, unchanged if that does not fit."""
    if array.shape == shape:
        return array
    if array.size == 1 == np.prod(shape):
        return array.reshape(shape)
    without = [n for n in array.shape if n != 1]
    if array.ndim > len(shape) and without == [n for n in shape if n != 1]:
        return array.reshape(shape)
    return array


def type_in_words(value: Any) -> str:
    """Return ``None``, with the likely reason, or the type of ``value``."""
    if value is None:
        return "None (is a return statement missing?)"
    return f"of type {_type_name(value)}"


def shape_in_words(actual: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return a shape as ``has shape (2, 3)`` if all its lengths are known ones, else its axes."""
    if len(actual) <= 4 and set(actual) <= {*wanted, 1}:
        return f"has shape {actual}"
    count = len(actual)
    return f"has {count} {'axis' if count == 1 else 'axes'} of other lengths"


def _type_name(value: Any) -> str:
    """Return the name of a type; a proxy of the grader is called by what it stands for."""
    named = getattr(type(value), "_type_name_of", None)
    return str(named(value)) if named else type(value).__name__


def _no_numbers(value: Any, name: str) -> Unusable:
    known = _type_name(value) in _KNOWN_TYPES
    told = type_in_words(value) if known else "an object of another type"
    return Unusable(
        f"{name} should hold numbers, but it is {type_in_words(value)}",
        f"{name} should hold numbers, but it is {told}",
    )


def _bounded(value: Any, name: str) -> Any:
    """Return a Python number; an integer beyond 64 bits becomes a float."""
    if type(value) is int and value.bit_length() > 63:
        if value.bit_length() > 1023:
            raise Unusable(
                f"{name} is an integer of {value.bit_length()} bits", f"{name} is far too large"
            )
        return float(value)
    return value


def _from_lists(value: Any, name: str) -> np.ndarray:
    """Return nested lists of numbers, arrays or tensors as one array; all must fit together."""
    count = 0

    def read(item: Any, depth: int) -> Any:
        nonlocal count
        count += 1
        if depth > DEPTH_LIMIT or count > LIST_LIMIT:
            raise Unusable(f"{name} is a list with too many parts")
        if isinstance(item, list | tuple):
            return [read(part, depth + 1) for part in item]
        return numbers(item, f"an entry of {name}")

    try:
        return np.array(read(value, 0))
    except ValueError:
        raise Unusable(f"{name} is a ragged {type(value).__name__}") from None
