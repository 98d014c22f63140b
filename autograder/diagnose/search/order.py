"""In which order edits are tried: by where a fault is likely, then by how small they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograder.diagnose.edits.code import Code

from .suspects import Place

_AGREES, _UNTOUCHED, _RAISED, _TIER = 5.0, 4.0, 2.5, 1.5

_ALIVE = 0.5  # agreement of a statement of which some values look untouched

Value = tuple[str, int, int]  # a file, first and last byte of an expression


@dataclass(frozen=True)
class Evidence:
    """What is known of a failed question: where it raised, what disturbances have shown.

    ``agreement`` has no entry for values of which nothing is known, such as indices.
    ``asked`` are the functions of the question, ``cleared`` the functions of passed questions.
    """

    codes: Mapping[str, Code]
    raised: Collection[Place]
    agreement: Mapping[Value, float]
    of_statement: Mapping[Place, float]
    asked: Collection[str]
    cleared: Collection[str]

    def weight(self, file: str, start: int, end: int, statements: tuple[int, ...]) -> float:
        """Return what a change of these bytes of ``statements`` costs more; less if negative."""
        code, statement = self.codes[file], statements[0]
        name = code.name_of_top(statement)
        value = 0.0
        if name not in self.asked or name in self.cleared:
            value = _TIER if name in self.asked or name not in self.cleared else 2 * _TIER
        if self.raised:
            last = code.last_line_of(statement)
            on_line = any(f == file and statement <= line <= last for f, line in self.raised)
            return value - (_RAISED if on_line else 0)
        if len(statements) > 1:  # each mends what depends on it
            known = [self.of_statement.get((file, line)) for line in statements]
            share = None if None in known else min(1.0, sum(each or 0.0 for each in known))
        else:
            share = self._share(file, start, end, statement)
        if share == 0 and (self.of_statement.get((file, statement)) or 0.0) >= _ALIVE:
            return value - _AGREES / 4  # such as an integer that is wrong with or without it
        if share is None:
            return value - _AGREES / 2
        return value - _AGREES * share + (_UNTOUCHED if share == 0 else 0)

    def _share(self, file: str, start: int, end: int, statement: int) -> float | None:
        """Return the agreement of the smallest value around some bytes, or of its statement."""
        around = [
            (last - first, share)
            for (name, first, last), share in self.agreement.items()
            if first <= start and end <= last and name == file
        ]
        return min(around)[1] if around else self.of_statement.get((file, statement))
