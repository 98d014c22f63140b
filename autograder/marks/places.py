"""What can be marked in a run, and the check that an entry fits there."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from .entries import (
    COMMENT,
    LATE,
    LATE_PERCENT,
    LONGEST_COMMENT,
    OVERRIDE,
    TOTAL,
    Entry,
    Key,
    MarksError,
)

_LINE = re.compile(r"(?P<file>.{1,200}):(?P<line>[1-9][0-9]{0,6})")
_HIGHEST = 1_000_000.0


class Places:
    """The criteria and questions of every submission of a run, by name.

    ``deducted`` are the submissions that lose points by the assignment's rules for lateness.
    """

    def __init__(
        self, results: Iterable[Mapping[str, Any]], deducted: Collection[str] = ()
    ) -> None:
        self._deducted = frozenset(deducted)
        self.criteria: dict[Key, tuple[float, str]] = {}
        self._questions: dict[str, set[str]] = {}
        for result in sorted(results, key=lambda result: str(result["submission"]["name"])):
            submission = result["submission"]["name"]
            known = self._questions.setdefault(submission, {TOTAL})
            for problem in result["problems"]:
                known |= {f"{problem['name']}.{q['name']}" for q in problem["questions"]}
                for entry in problem["written"]:
                    label = f"{problem['name']}.{entry['name']}"
                    known.add(label)
                    for number, criterion in enumerate(entry["criteria"], 1):
                        key = Key(submission, label, str(number))
                        self.criteria[key] = criterion["points"], criterion["text"]

    def check(self, key: Key, entry: Entry) -> None:
        """Raise MarksError with one sentence if ``entry`` is not possible at ``key``."""
        if key.submission not in self._questions:
            raise MarksError(f"there is no submission {key.submission!r} in this run")
        if key.question not in self._questions[key.submission]:
            raise MarksError(f"there is no question {key.question!r} of {key.submission}")
        if len(entry.comment) > LONGEST_COMMENT:
            raise MarksError(f"the comment is longer than {LONGEST_COMMENT} characters")
        lowest, highest = self._range(key)
        if entry.points is None:
            return
        if not math.isfinite(entry.points) or not lowest <= entry.points <= highest:
            raise MarksError(
                f"{entry.points:g} points are not between {lowest:g} and {highest:g}"
                if highest
                else "a comment has no points"
            )
        if key.criterion == OVERRIDE and not entry.comment.strip():
            raise MarksError("an override needs a reason; write it as its comment")
        replaces_rule = key.criterion in (LATE, LATE_PERCENT) and key.submission in self._deducted
        if replaces_rule and not entry.comment.strip():
            raise MarksError(
                "this replaces what the late policy costs and needs a reason; "
                "write it as its comment"
            )

    def _range(self, key: Key) -> tuple[float, float]:
        """Return the lowest and the highest points at ``key``."""
        if key in self.criteria:
            return 0.0, self.criteria[key][0]
        of_total = key.question == TOTAL
        ranges = {OVERRIDE: _HIGHEST, COMMENT: 0.0}
        if of_total:
            ranges |= {LATE: _HIGHEST, LATE_PERCENT: 100.0}
        if key.criterion in ranges:
            return 0.0, ranges[key.criterion]
        if not of_total and _LINE.fullmatch(key.criterion):
            return 0.0, 0.0
        raise MarksError(f"{key.question} has no criterion {key.criterion!r}")

    def shown(self, key: Key) -> str:
        """Return the criterion of ``key`` with its points and text, for a spreadsheet."""
        if key not in self.criteria:
            return key.criterion
        points, text = self.criteria[key]
        return f"{key.criterion} (max {points:g}): {' '.join(text.split())[:120]}"

    def __iter__(self) -> Iterator[Key]:
        return iter(self.criteria)
