"""Grade many submissions: one folder and one result.json each, resumable, on several cores."""

from __future__ import annotations

import functools
import gc
import multiprocessing
import secrets
import signal
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import KitError
from autograder.grade.grader import Grader
from autograder.grade.results import Result, write_json
from autograder.remote.workers import Zygote
from autograder.submission.intake import safe_name
from autograder.warm import warm_up

PRELOAD = ("numpy",)


@dataclass(frozen=True)
class Job:
    """One submission in, one folder with result.json out."""

    name: str
    path: Path
    folder: Path


@dataclass(frozen=True)
class Settings:
    """What all jobs of a run share; everything that a replay needs."""

    course_root: Path
    target: str
    seed: int
    level: str
    diagnose: bool = True


def new_seed() -> int:
    """Return a seed that nobody could have known."""
    return secrets.randbelow(2**53)


def plan_jobs(paths: Iterable[Path], run: Path) -> list[Job]:
    """Name each submission after its file; equal names get a number."""
    jobs, used = [], set()
    for path in paths:
        base = safe_name(path.name if path.is_dir() else path.stem)
        name, number = base, 2
        while name in used:
            name, number = f"{base}-{number}", number + 1
        used.add(name)
        jobs.append(Job(name, path, run / name))
    return jobs


def preload_of(assignment: Assignment) -> list[str]:
    """Return the libraries that a zygote for this assignment imports ahead."""
    wanted = [*PRELOAD, *(name for entry in assignment.entries for name in entry.problem.preload)]
    return list(dict.fromkeys(wanted))


@functools.cache
def prepare_examiner() -> None:
    """Make this process ready to judge: one thread, so that sums have one order anywhere."""
    warm_up(["torch"])
    gc.freeze()  # the libraries stay: no collection need look at them again and again


def open_grader(settings: Settings) -> Grader:
    """Start a zygote and return a grader on it; close ``grader.zygote`` afterwards."""
    prepare_examiner()
    course = Course(settings.course_root)
    assignment = course.target(settings.target)
    zygote = Zygote(preload_of(assignment), settings.level)
    return Grader(course, assignment, zygote, settings.seed, settings.diagnose)


def grade_all(
    jobs: Sequence[Job],
    settings: Settings,
    processes: int = 1,
    report: Callable[[Job, Result], None] = lambda job, result: None,
) -> list[Result]:
    """Grade ``jobs`` and return their results in order; each is on disk as soon as it is done."""
    results: dict[str, Result] = {}
    if processes <= 1 or len(jobs) <= 1:
        grader = open_grader(settings)
        with grader.zygote:
            for job in jobs:
                results[job.name] = _grade(grader, job)
                report(job, results[job.name])
    else:
        prepare_examiner()
        context = multiprocessing.get_context("fork")  # the libraries are imported once
        with ProcessPoolExecutor(
            min(processes, len(jobs)), context, initializer=_open, initargs=(settings,)
        ) as pool:
            running = {pool.submit(_grade_in_pool, job): job for job in jobs}
            for future in as_completed(running):
                job = running[future]
                results[job.name] = future.result()
                report(job, results[job.name])
    return [results[job.name] for job in jobs]


_grader: Grader | KitError | None = None


def _open(settings: Settings) -> None:
    global _grader
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides
    try:
        _grader = open_grader(settings)
    except KitError as error:
        _grader = error


def _grade_in_pool(job: Job) -> Result:
    if isinstance(_grader, Grader):
        return _grade(_grader, job)
    raise _grader or KitError("A grading process has no grader; run again.")


def _grade(grader: Grader, job: Job) -> Result:
    """Grade one job; a fault of ours becomes a result that asks for a regrade, never a zero."""
    try:
        return grader.grade(job.path, job.folder, job.name)
    except KitError:
        raise
    except Exception as error:
        result = grader.fault(job.path, job.name, f"{type(error).__name__}: {error}")
        job.folder.mkdir(parents=True, exist_ok=True)
        (job.folder / "grader_error.txt").write_text(traceback.format_exc(), encoding="utf-8")
        write_json(job.folder / "result.json", result)
        return result
