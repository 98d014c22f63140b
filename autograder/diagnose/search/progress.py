"""Changes that make a part of what is wrong right: where several faults are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.diagnose.edits.code import Edit
from autograder.remote.sessions import Record
from checks import numbers

from .suspects import answers, differing_entries, parts

_LEAST_GAIN, _SHAPE, _CLOSE = 0.05, 0.25, 0.25  # of one value
_OF_A_CASE = 1_000.0
_MOST_ENTRIES = 20_000  # of the answers that are compared; more takes too long
_MOST_VALUES = 40


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
        found, right = answers(records), answers(self.right)
        total, left = 0.0, _MOST_VALUES
        for one, other in zip(found, right, strict=False):
            if one.operation != other.operation:
                break
            pairs = list(zip(parts(one.outcome), parts(other.outcome), strict=False))[:left]
            total += sum(_worth(a, b) for a, b in pairs)
            left -= len(pairs)
        return total


def _worth(found: Any, right: Any) -> float:
    """Return what a value is worth: one of the right shape is better than an exception."""
    wrong = differing_entries(found, right)
    if not wrong.size or wrong.size > _MOST_ENTRIES:
        return 0.0
    worth = 1.0 - float(wrong.mean())
    if not wrong.ndim or not wrong.any():
        return worth + (_SHAPE + _CLOSE if wrong.ndim else 0.0)
    one, other = numbers(found).astype(float), numbers(right).astype(float)
    with np.errstate(all="ignore"):
        error = float(np.linalg.norm(one - other) / (np.linalg.norm(other) or 1.0))
    return worth + _SHAPE + _CLOSE * max(0.0, 1.0 - error if np.isfinite(error) else 0.0)
