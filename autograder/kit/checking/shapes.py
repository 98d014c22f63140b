"""Say the numbers in a shape error in the letters of the docstring, where that is certain."""

from __future__ import annotations

import dis
import re
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType, TracebackType

_ARGUMENT = re.compile(
    r"^\s*(\w+): (?:[^\n]|\n\s+(?!\w+: ))*?of shape `?\(([^)`]*)\)", re.MULTILINE
)
_SHAPE = re.compile(r"\((\d+,(?: ?\d+,?)*)\)")  # numpy writes (3,); torch's (3) is a size
_PAIRS = (  # two sizes that should be equal
    re.compile(r"size (\d+) is different from (\d+)"),
    re.compile(r"\(\d+x(\d+) and (\d+)x\d+\)"),  # torch may have flattened the other axes
    re.compile(r"\((\d+)\) must match the (?:existing )?size (?:of tensor b )?\((\d+)\)"),
    re.compile(r"batch_size \((\d+)\) to match target batch_size \((\d+)\)"),
)
_PRODUCT = re.compile(  # how numpy's `@` says it
    r"^matmul: Input operand \d has a mismatch in its core dimension \d, with gufunc signature "
    r"\S+ \(size (\d+) is different from (\d+)\)"
)
_ERRORS = (ValueError, IndexError, RuntimeError)


def in_letters(error: BaseException, files: Mapping[str, object]) -> str | None:
    """Return a sentence on the shapes that ``error`` names, or None.

    ``files`` holds the paths of the student's files that the traceback passes through. Letters are
    taken from the arguments that a function still has as they were given to it.
    """
    text = str(error)
    shapes = list(dict.fromkeys(_SHAPE.findall(text)))
    pair = next(filter(None, (pattern.search(text) for pattern in _PAIRS)), None)
    if not isinstance(error, _ERRORS) or not (shapes or pair):
        return None
    sizes = next(filter(None, map(_sizes, _frames(error.__traceback__, files))), None)
    if not sizes:
        return None
    legend = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
    if pair:
        said = [_letter(size, sizes) for size in pair.groups()]
        return f"Here {legend}: {said[0]} is different from {said[1]}." if all(said) else (
            f"Here {legend}."
        )  # fmt: skip
    said = [_shape(shape, sizes) for shape in shapes]
    if not all(said):
        return f"Here {legend}."
    return f"Here {legend}: the shapes are {' and '.join(filter(None, said))}."


def plain_error(text: str) -> str:
    """Return the text of an error of numpy or torch, in plain words where those are hard to read.

    >>> plain_error("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc "
    ...             "signature (n?,k),(k,m?)->(n?,m?) (size 4 is different from 3)")
    'matmul: the inner sizes of the product are 3 and 4, but they must be equal'
    """
    return _PRODUCT.sub(
        r"matmul: the inner sizes of the product are \2 and \1, but they must be equal", text
    )


def _frames(trace: TracebackType | None, files: Mapping[str, object]) -> Iterator[FrameType]:
    """Yield the frames of the student's functions, the innermost first."""
    found = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            found.append(trace.tb_frame)
        trace = trace.tb_next
    yield from reversed(found)


def _sizes(frame: FrameType) -> dict[str, int]:
    """Return letter = size for the documented arguments of a function; {} if they disagree."""
    code = frame.f_code
    documented = dict(_ARGUMENT.findall(_docstring(code)))
    given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    changed = {i.argval for i in dis.get_instructions(code) if i.opname.startswith("STORE")}
    sizes: dict[str, int] = {}
    for name in given:
        shape = getattr(frame.f_locals.get(name), "shape", None)
        letters = [letter.strip() for letter in documented.get(name, "").split(",")]
        letters = [letter for letter in letters if letter]
        if name in changed or not isinstance(shape, tuple) or len(shape) != len(letters):
            continue
        for letter, size in zip(letters, shape, strict=True):
            if letter.isidentifier() and sizes.setdefault(letter, size) != size:
                return {}
    return sizes


def _docstring(code: CodeType) -> str:
    first = code.co_consts[0] if code.co_consts else None
    return first if isinstance(first, str) else ""


def _shape(text: str, sizes: Mapping[str, int]) -> str | None:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    letters = [_letter(part, sizes) for part in parts]
    if not all(letters):
        return None
    return f"({', '.join(filter(None, letters))}{',' if len(parts) == 1 else ''})"


def _letter(size: str, sizes: Mapping[str, int]) -> str | None:
    """Return the one letter that has this size, the number 1 itself, or None."""
    if size == "1":
        return size
    found = [letter for letter, known in sizes.items() if known == int(size)]
    return found[0] if len(found) == 1 else None
