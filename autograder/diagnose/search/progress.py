"""Changes that make a part of what is wrong right: where several faults are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.diagnose.edits.code import Edit
from autograder.remote.sessions import Record

from .suspects import differing

_LEAST_GAIN = 0.05  # of one value
_OF_A_CASE = 1_000.0
_MOST_ENTRIES = 20_000  # of the answers that are compared; more takes too long


@dataclass
class Progress:
    """How far each change comes: by failed cases that pass, else by values that come right."""

    right: Sequence[Record]  # what the reference answers in the first failed case
    _base: float = 0.0
    _gains: list[tuple[float, int, Edit]] = field(default_factory=list)  # largest first
    _visited: set[Edit] = field(default_factory=set)

    def start(self, records: Sequence[Record]) -> None:
        """Measure the unchanged code."""
        self._base = self._rightness(records)

    def note(self, edit: Edit, passed: int, records: Sequence[Record], above: float = 0.0) -> None:
        """Keep an edit that passes ``passed`` cases if it gains more than ``above``."""
        gain = passed * _OF_A_CASE if passed else self._rightness(records) - self._base
        if gain > above + _LEAST_GAIN:
            self._gains.append((-gain, len(self._gains), edit))

    @property
    def has_any(self) -> bool:
        """Whether some edit helps."""
        return bool(self._gains)

    def best(self) -> tuple[Edit, float] | None:
        """Return the edit that gains most of those not returned yet, with its gain."""
        left = [each for each in self._gains if each[2] not in self._visited]
        if not left:
            return None
        gain, _, edit = min(left, key=lambda each: each[:2])
        self._visited.add(edit)
        return edit, -gain

    def _rightness(self, records: Sequence[Record]) -> float:
        differences = differing(records, self.right).values()
        if sum(entries.size for entries in differences) > _MOST_ENTRIES:
            return 0.0
        return sum(1.0 - float(entries.mean()) for entries in differences if entries.size)
