"""Jobs, one submission each, and what a backend is: something that grades jobs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.grade.settings import Settings
from autograder.result import Result
from autograder.submission.intake import safe_name

# What a run folder holds besides jobs.
RUN_FILES = ("run.json", "grades.csv", "class.pdf", "marks.csv", "marks.sqlite")


@dataclass(frozen=True)
class Job:
    """One submission in, one folder with result.json out."""

    name: str
    path: Path
    folder: Path


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


def plan_jobs(paths: Iterable[Path], run: Path) -> list[Job]:
    """Name each submission after its file; equal names, and names of ours, get a number."""
    jobs, used = [], set(RUN_FILES)
    for path in paths:
        base = safe_name(path.name if path.is_dir() else path.stem)
        name, number = base, 2
        while name.lower() in used:  # some file systems ignore case
            name, number = f"{base}-{number}", number + 1
        used.add(name.lower())
        jobs.append(Job(name, path, run / name))
    return jobs
