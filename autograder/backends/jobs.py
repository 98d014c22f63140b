"""Jobs, one submission each, and what a backend is: something that grades jobs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.grade.settings import Settings
from autograder.result import Result

# What a run folder holds besides jobs.
RUN_FILES = (
    "run.json", "grades.csv", "class.pdf", "class.html", "marks.csv", "marks.sqlite", "changes.csv",
    "submissions.json", "similar.json", "handed_in", "lock",
    "canvas.csv", "gradescope.csv", "ilias.csv", "moodle.csv",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One submission in, one folder with result.json out.

    ``keep`` are problems whose questions are taken from the result that the folder holds.
    """

    name: str
    path: Path
    folder: Path
    keep: tuple[str, ...] = ()


Report = Callable[[Job, Result], None]


class Backend(Protocol):
    """A place where jobs run."""

    def grade_all(self, jobs: Sequence[Job], settings: Settings, report: Report) -> list[Result]:
        """Grade ``jobs`` and return their results in order.

        Each result is on disk, and ``report`` is called with it, as soon as its job is done.
        """


def new_seed() -> int:
    """Return a seed that nobody can predict."""
    return secrets.randbelow(2**53)


def free_name(base: str, used: Container[str]) -> str:
    """Return ``base``, or with a number where its lower case is in ``used``."""
    name, number = base, 2
    while name.casefold() in used:  # some file systems ignore case
        name, number = f"{base}-{number}", number + 1
    return name
