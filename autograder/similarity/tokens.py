"""Code as tokens in which layout, comments and the names of a student's own variables are gone."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

GRAM = 10  # tokens in a row that are compared
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<string>(?i:[rbuf]{0,2})(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<line>\n)"
    r"|(?P<operator>\*\*=?|//=?|->|:=|[-+*/%@&|^<>=!]=|<<|>>|[^\s\w])",
    re.DOTALL,
)
_PYTHON = frozenset({*keyword.kwlist, *dir(builtins), "self"})


class Token(NamedTuple):
    """A token and the number of its line, from 0."""

    text: str
    line: int


def tokens(source: str, known: Collection[str]) -> list[Token]:
    """Return the tokens of Python code; a name that is not ``known`` becomes ``_``.

    Nothing has to be valid Python. Attributes keep their names.
    """
    found: list[Token] = []
    line = 0
    for match in _TOKEN.finditer(source):
        kind, text = match.lastgroup, match[0]
        if kind == "name" and text not in known and text not in _PYTHON:
            text = text if found and found[-1].text == "." else "_"
        if kind not in ("comment", "line"):
            found.append(Token(text, line))
        line += text.count("\n")
    return found


def grams(found: list[Token]) -> Iterator[int]:
    """Yield a number for each run of ``GRAM`` tokens; equal runs have equal numbers."""
    texts = [token.text for token in found]
    for start in range(len(texts) - GRAM + 1):
        yield hash(tuple(texts[start : start + GRAM]))


def names_in(text: str) -> set[str]:
    """Return every name in a Python text."""
    return {match[0] for match in _TOKEN.finditer(text) if match.lastgroup == "name"}
