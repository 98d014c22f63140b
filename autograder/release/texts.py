"""Normal forms for comparing code and prose: no spaces, comments or line breaks."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

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
