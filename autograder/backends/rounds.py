"""Grade jobs in batches in another place; the jobs of a lost batch are graded again."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from autograder.backends.batch import Batch
from autograder.backends.jobs import Job, Report
from autograder.errors import KitError
from autograder.grade.attempts import attempts
from autograder.grade.settings import Settings
from autograder.result import Result

ROUNDS = 3
_MOST_NAMES = 5


class Running(Protocol):
    """Batches that are being graded."""

    @property
    def batches(self) -> Sequence[Batch]:
        """Return them all."""

    def is_alive(self) -> bool:
        """Tell whether more results may come."""

    def stop(self) -> None:
        """End what still runs."""

    def last_words(self) -> str:
        """Return a sentence on how the batches ended, and where to read more."""


class Place(Protocol):
    """Where batches run."""

    @property
    def pause(self) -> float:
        """Return the seconds between two looks at the results."""

    def start(self, jobs: Sequence[Job], settings: Settings, folder: Path) -> Running:
        """Start to grade ``jobs``; ``folder``, new and in the run's own, holds the batches."""


def grade_in_rounds(
    place: Place, jobs: Sequence[Job], settings: Settings, report: Report
) -> list[Result]:
    """Grade ``jobs`` and return their results in order; ``report`` is called for each.

    Jobs without a result, because their container or node was lost, are tried in another round,
    the ones that were being graded then at its end. Raises KitError if some are left.
    """
    if not jobs:
        return []
    done: dict[str, Result] = {}
    run = jobs[0].folder.parent
    run.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".batches-", dir=run))
    try:
        told = _grade(place, jobs, settings, report, folder, done)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    missing = [job.name for job in jobs if job.name not in done]
    if missing:
        raise KitError(f"{_listed(missing)} could not be graded. {told} Run again with --resume.")
    shutil.rmtree(folder, ignore_errors=True)
    return [done[job.name] for job in jobs]


def _grade(
    place: Place,
    jobs: Sequence[Job],
    settings: Settings,
    report: Report,
    folder: Path,
    done: dict[str, Result],
) -> str:
    """Grade what is not ``done`` in some rounds; return how the last one ended."""
    told = ""
    for number in range(1, ROUNDS + 1):
        todo = [job for job in jobs if job.name not in done]
        if not todo:
            break
        todo.sort(key=lambda job: attempts(job.folder) if number > 1 else 0)
        running = place.start(todo, settings, folder / f"round{number}")
        try:
            _follow(running, place.pause, {job.name: job for job in todo}, done, report)
        finally:
            running.stop()
        told = running.last_words()
    return told


def _follow(
    running: Running, pause: float, jobs: dict[str, Job], done: dict[str, Result], report: Report
) -> None:
    """Report results as they come, until nothing more can come."""
    while True:
        may_come = running.is_alive()  # asked first, so that no last result is missed
        for batch in running.batches:
            if refusal := batch.refusal():
                raise KitError(refusal)
            for job in batch.jobs:
                if job.name not in done and (result := batch.result(job)) is not None:
                    done[job.name] = result
                    report(jobs[job.name], result)
        if not may_come or jobs.keys() <= done.keys():
            return
        time.sleep(pause)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
