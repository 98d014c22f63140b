"""Normal forms for comparing code and prose: no spaces, comments or line breaks."""

from __future__ import annotations

import ast
import functools
import keyword
import re
from collections import deque
from collections.abc import Iterator

from autograder.course.source import syntax_tree

_CODE = re.compile(r"""(?:[^#"']|"[^"]*"|'[^']*')*""")
_PIECE = re.compile(
    r"""(?P<operand>[^\W\d]\w*|\d[\w.]*|"[^"]*"|'[^']*')|(?P<operator>[-+*/@%<>!=&|^~]+)"""
)
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")
_UNIT = re.compile(r"\s*(?:[-*|#]|\d+\.)")
_SHORT = 5


def split_comment(line: str) -> tuple[str, str]:
    """Return the code of a line and the text of its comment."""
    match = _CODE.match(line)
    end = match.end() if match else 0
    return line[:end].strip(), line[end:].strip().lstrip("#").strip()


def squeezed(code: str) -> str:
    """Return code without white space."""
    return "".join(code.split())


def weight(code: str) -> int:
    """Return the number of names, numbers, strings and operators in a line, without ``=``."""
    return sum(
        match.group() != "=" and not keyword.iskeyword(match.group())
        for match in _PIECE.finditer(code)
    )


def flat(text: str) -> str:
    """Return prose in lower case with single spaces."""
    return " ".join(text.lower().split())


def sentences(text: str) -> Iterator[str]:
    """Yield the flattened sentences of prose that are long enough to be distinctive."""
    unit: list[str] = []
    for line in [*text.splitlines(), ""]:
        if unit and (not line.strip() or _UNIT.match(line)):
            joined = " ".join(unit)
            yield from (flat(part) for part in _SENTENCE_END.split(joined) if _long(part))
            unit = []
        if line.strip():
            unit.append(re.sub(r"^\s*(?:[-*]|\d+\.|#+)\s+", "", line))


def _long(sentence: str) -> bool:
    return len(re.findall(r"\w+", sentence)) >= _SHORT


@functools.lru_cache(maxsize=1024)
def string_constants(text: str) -> tuple[tuple[int, str], ...]:
    """Return the line and the value of each string in Python text, adjacent literals joined.

    Text that is not valid Python has none.
    """
    if '"' not in text and "'" not in text:
        return ()
    try:
        todo = deque[ast.AST]([syntax_tree(text)])
    except (SyntaxError, ValueError):
        return ()
    found = []
    while todo:
        node = todo.popleft()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                found.append((node.lineno, node.value))
            continue
        for name in node._fields:
            below = getattr(node, name, None)
            if isinstance(below, ast.AST):
                todo.append(below)
            elif isinstance(below, list):
                todo.extend(item for item in below if isinstance(item, ast.AST))
    return tuple(found)
