"""Attempts, and the rules for several of them, for groups and for late submissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from autograder.course import Assignment
from autograder.exchange.layouts import Packed
from autograder.submission.class_list import HandedIn, Student

AttemptRule: TypeAlias = Literal["last", "best"]


@dataclass(frozen=True)
class Rules:
    """What an assignment says about time, attempts and groups.

    ``groups`` is the largest number of students who hand in together; None is any number.
    """

    due: datetime | None = None
    attempts: AttemptRule = "last"
    groups: int | None = None

    @classmethod
    def of(cls, assignment: Assignment) -> Rules:
        """Return the rules of an assignment."""
        rules = assignment.hand_in
        return cls(rules.due, rules.attempts, rules.groups)


@dataclass(frozen=True)
class Attempt:
    """One attempt, and whose it is; ``is_known`` says that the roster has all its students."""

    packed: Packed
    folder: Path | None  # of the export; None for a submission of its own
    path: Path  # as the command gives it
    students: tuple[Student, ...]
    is_known: bool

    @property
    def source(self) -> str:
        """Where its files are: in the folder or zip of the command."""
        inner = self.packed.folder or (self.packed.parts[0].path if self.packed.parts else "")
        return str(self.path / inner.rstrip("/")) if self.folder else str(self.path)

    @property
    def person(self) -> str:
        """What is the same for all attempts of one person or group, and for no other."""
        if self.is_known:
            return " ".join(sorted(student.key for student in self.students))
        return f"{self.packed.key}/{self.packed.title}" if self.packed.key else self.source


def in_order(times: Sequence[datetime | None], names: Sequence[str]) -> list[int]:
    """Return the places of attempts, first to last: by time where every time is known.

    Otherwise the names decide, where ``x-10`` follows ``x-9``.
    """
    known = [time for time in times if time is not None]
    if len(known) == len(times):
        return sorted(range(len(times)), key=lambda i: (known[i], _natural(names[i])))
    return sorted(range(len(times)), key=lambda i: _natural(names[i]))


def to_grade(count: int, rule: AttemptRule) -> range:
    """Return which of ``count`` ordered attempts are graded: the last one, or all of them."""
    return range(count - 1, count) if rule == "last" else range(count)


def choose_best(entries: Iterable[HandedIn], scores: Mapping[str, float]) -> dict[str, HandedIn]:
    """Return the entries by name; of each person the best attempt counts, the last of equals."""
    people: dict[str, list[HandedIn]] = {}
    for entry in entries:
        people.setdefault(entry.person, []).append(entry)
    chosen: dict[str, HandedIn] = {}
    for group in people.values():
        best = max(group, key=lambda entry: (scores.get(entry.name, -1.0), entry.attempt))
        chosen |= {e.name: msgspec.structs.replace(e, counts=e is best) for e in group}
    return chosen


def is_late(flag: bool | None, submitted: datetime | None, due: datetime | None) -> bool | None:
    """Tell whether a submission came late; None where nothing says so.

    The time of the hand-in decides where it is known, else the flag of the platform. A ``due``
    date without a time zone is in the time zone of this machine.
    """
    if submitted is not None and due is not None:
        return submitted.astimezone(UTC) > due.astimezone(UTC)
    return flag


def _natural(name: str) -> list[tuple[int, int | str]]:
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for character in f"{name}\0":
        if character.isdecimal():
            digits += character
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, character))
    return parts
