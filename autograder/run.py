"""One grading run: its jobs, a progress bar, results and reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.atomic import write_json
from autograder.backends.jobs import Backend, Job, new_seed, plan_jobs
from autograder.backends.local import LocalPool
from autograder.course import Assignment, Course
from autograder.errors import KitError
from autograder.exchange import gradescope_results, table, write_grades_csv
from autograder.grade import attempts
from autograder.grade.settings import Settings
from autograder.marking import settle, stored_entries
from autograder.marks import MarksError, total_of, write_total
from autograder.report.class_report import write_class_pdf
from autograder.report.pdf import write_pdf
from autograder.report.read import ReportError, read_result, read_results
from autograder.result import RESULT, Result
from autograder.submission.intake import digest_at


def grade_run(
    course: Course,
    target: str,
    submissions: Sequence[Path],
    run: Path,
    *,
    processes: int,
    seed: int | None = None,
    level: str = "auto",
    pdf: bool = True,
    search: bool = False,
    resume: bool = False,
    progress: bool = True,
    backend: Backend | None = None,
    device: str | None = None,
) -> list[Result]:
    """Grade ``submissions`` into ``run`` and return their results in order.

    Writes ``<name>/result.json``, ``results.json`` (Gradescope) and ``report.pdf`` a submission,
    ``grades.csv``, ``marks.csv`` and ``class.pdf`` for all. Earlier results are never overwritten.
    """
    assignment = course.target(target)
    header = run / "run.json"
    earlier = _earlier(header, target, resume)
    if seed is None:
        seed = int(earlier["seed"]) if earlier else new_seed()
    elif earlier and seed != earlier["seed"]:
        raise KitError(f"{run} was graded with seed {earlier['seed']}; leave --seed out to resume.")
    jobs = plan_jobs(submissions, run)
    kept = {job.name: _kept(job, assignment) for job in jobs} if resume else {}
    todo = [job for job in jobs if kept.get(job.name) is None]
    run.mkdir(parents=True, exist_ok=True)
    write_json(header, {"target": target, "title": assignment.title, "seed": seed})
    settings = Settings(course.root, target, seed, level, device=device, search=search)
    console = Console(stderr=True)
    marks = stored_entries(run)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, disable=not progress or not console.is_terminal,
        auto_refresh=min(processes, len(todo)) > 1,  # by a thread: not in a process that forks
    ) as bar:  # fmt: skip
        faults: list[str] = []
        task = bar.add_task("grading", total=len(todo))

        def report(job: Job, result: Result) -> None:
            write_json(job.folder / "results.json", gradescope_results(result))
            write_total(job.folder, total_of(result, marks))
            if pdf:
                try:
                    write_pdf(job.folder)
                except ReportError as error:
                    faults.append(str(error))
            bar.advance(task)
            bar.refresh()

        backend = backend or LocalPool(processes)
        graded = backend.grade_all(todo, settings, report) if todo else []
    done = {job.name: result for job, result in zip(todo, graded, strict=True)}
    results = [done.get(job.name) or kept[job.name] for job in jobs]
    present = [result for result in results if result is not None]
    try:
        settle(run, read_results(run))
    except (MarksError, ReportError) as error:
        faults.append(str(error))
        write_grades_csv(present, run / "grades.csv")
    if pdf:
        write_class_pdf(run)
    for fault in faults:
        console.print(f"Not done: {fault}", highlight=False)
    for job, result in zip(jobs, results, strict=True):
        if result and _failed(result) and attempts.attempts(job.folder) >= attempts.MOST:
            console.print(
                f"{job.name}: grading failed {attempts.MOST} times and is not tried again. Read "
                f"{job.folder}/{RESULT}; delete {job.folder}/{attempts.FILE} to try again.",
                highlight=False, soft_wrap=True,
            )  # fmt: skip
    if progress:
        Console(width=None if console.is_terminal else 132).print(table(present))
    return present


def _earlier(header: Path, target: str, resume: bool) -> dict[str, Any] | None:
    """Return what an earlier run wrote; raises KitError rather than mixing two runs."""
    if not header.is_file():
        return None
    if not resume:
        raise KitError(
            f"{header.parent} already holds a run; add --resume to complete it, "
            "or name another folder with --out."
        )
    content: dict[str, Any] = json.loads(header.read_text(encoding="utf-8"))
    if content.get("target") != target:
        raise KitError(f"{header.parent} holds a run of {content.get('target')}, not of {target}.")
    return content


def _kept(job: Job, assignment: Assignment) -> Result | None:
    """Return the earlier result of a job; None if it needs a regrade and may have one.

    A result of other files, of a changed submission or of another one of the same name, is not
    kept.
    """
    if not (job.folder / RESULT).is_file():
        return None
    result: Result = read_result(job.folder)
    failed, graded = _failed(result), result["submission"]["sha256"]
    if failed and attempts.attempts(job.folder) < attempts.MOST:
        return None
    is_unknown = failed and not graded  # the grader failed before it could tell
    if is_unknown or graded == digest_at(job.path, assignment):
        return result
    attempts.forget(job.folder)  # they were for other files
    return None


def _failed(result: Result) -> bool:
    """Tell whether a result says that the grader failed."""
    return any(
        question["outcome"] == "grader_error"
        for problem in result["problems"]
        for question in problem["questions"]
    )
