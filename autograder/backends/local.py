"""Grade jobs on this machine, one after another or in several processes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.backends.jobs import Job, Report
from autograder.backends.processes import Processes
from autograder.course import Course
from autograder.grade.settings import Settings
from autograder.result import Result

if TYPE_CHECKING:
    from autograder.grade.judging import Judge


@dataclass(frozen=True)
class LocalPool:
    """A backend with this many grading processes; each has a zygote of its own."""

    processes: int = 1

    def grade_all(self, jobs: Sequence[Job], settings: Settings, report: Report) -> list[Result]:
        """Grade ``jobs`` and return their results in order; ``report`` is called for each."""
        count = min(self.processes, len(jobs))
        results: dict[str, Result] = {}
        for job, result in _in_pool(jobs, settings, count) if count > 1 else _here(jobs, settings):
            results[job.name] = result
            report(job, result)
        return [results[job.name] for job in jobs]


def _here(jobs: Sequence[Job], settings: Settings) -> Iterator[tuple[Job, Result]]:
    with contextlib.closing(_opened(settings)) as judge:
        for job in jobs:
            yield job, judge.grade(job.path, job.folder, job.name, job.keep)


def _opened(settings: Settings) -> Judge:
    """Open a judge; only a process that grades imports torch, which takes seconds."""
    from autograder.grade.opening import open_judge

    return open_judge(settings)


def _in_pool(jobs: Sequence[Job], settings: Settings, count: int) -> Iterator[tuple[Job, Result]]:
    with tempfile.TemporaryFile(prefix="replays-") as file:  # without a name: nothing can be left
        replays = Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        settings = replace(settings, replays=replays)
        with Processes(count, settings, _libraries(settings)) as processes:
            yield from processes.grade(jobs)


def _libraries(settings: Settings) -> list[str]:
    """Return what all processes that grade import."""
    from autograder.grade import opening

    torch = opening.needs_torch(Course(settings.course_root).target(settings.target))
    return [*(["torch"] if torch else []), opening.__name__]
