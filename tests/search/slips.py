"""Slips of the hand: lines lost or exchanged, names confused. Tokens alone, no syntax tree."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Collection, Iterator

_MOST_PAIRS = 6  # of names in one line


def slips(text: str, lines: Collection[int]) -> Iterator[tuple[str, str]]:
    """Yield wrong texts with a name, one slip each, in ``lines``."""
    rows = text.splitlines(keepends=True)
    seen = {text}
    for number in sorted(lines):
        for what, changed in _of_line(rows, number - 1):
            wrong = "".join(changed)
            if wrong not in seen and _runs(wrong):
                seen.add(wrong)
                yield f"line {number}: {what}", wrong


def _of_line(rows: list[str], at: int) -> Iterator[tuple[str, list[str]]]:
    row = rows[at]
    if not row.strip() or row.lstrip().startswith(("#", '"', "def ", "class ", "@")):
        return
    indent = row[: len(row) - len(row.lstrip())]
    yield "lost", [*rows[:at], f"{indent}pass\n", *rows[at + 1 :]]
    following = rows[at + 1] if at + 1 < len(rows) else ""
    if following.strip() and following.startswith(indent) and following[len(indent)] != " ":
        yield "exchanged with the next", [*rows[:at], following, row, *rows[at + 2 :]]
    names = list(_names(row))
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if a[0] != b[0]]
    for (one, at_one), (other, at_other) in pairs[:_MOST_PAIRS]:
        first = row[:at_one] + other + row[at_one + len(one) :]
        last = row[:at_other] + one + row[at_other + len(other) :]
        for changed in (first, last):
            yield f"{one} or {other}", [*rows[:at], changed, *rows[at + 1 :]]


def _names(row: str) -> Iterator[tuple[str, int]]:
    """Yield the variables of a line with their columns: no attributes, modules or functions."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(row.strip() + "\n").readline))
    except (tokenize.TokenError, IndentationError):  # a part of a longer statement
        return
    for before, token, after in zip([None, *tokens], tokens, tokens[1:], strict=False):
        is_name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
        is_part = before is not None and before.string == "."
        if is_name and not is_part and after.string not in (".", "("):
            yield token.string, token.start[1] + len(row) - len(row.lstrip())


def _runs(text: str) -> bool:
    try:
        compile(text, "slip", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
