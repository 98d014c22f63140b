"""Ask for what the name of the zip needs, where somebody sits at a terminal."""

from __future__ import annotations

import re
import sys

from .rules import LETTERS, PART, Rules

_ATTEMPTS = 3


def for_name(rules: Rules) -> str:
    """Return the name of the zip with its places filled; '' if nobody can be asked."""
    name = rules.archive or ""
    if not rules.places() or not _somebody_is_there():
        return ""
    print(f"The zip is called {name}.")
    for place in rules.places():
        answer = _answer(place)
        if not answer:
            return ""
        name = name.replace(f"<{place}>", answer, 1)
    return name


def _somebody_is_there() -> bool:
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def _answer(place: str) -> str:
    """Return what is typed for a place; '' after too many attempts or at the end of the input."""
    for _ in range(_ATTEMPTS):
        try:
            answer = input(f"Your {place}: ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return ""
        if re.fullmatch(PART, answer):
            return answer
        print(LETTERS)
    return ""
