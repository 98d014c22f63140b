"""One grading run: its submissions, its jobs, results and reports."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.atomic import write_json
from autograder.backends.jobs import Backend, Job, new_seed
from autograder.backends.local import LocalPool
from autograder.batch import keep
from autograder.batch.changes import FILE as CHANGES
from autograder.batch.changes import list_change
from autograder.batch.lock import locked
from autograder.batch.progress import Count, shown
from autograder.batch.versions import course_versions
from autograder.course import Course
from autograder.errors import KitError
from autograder.exchange import table
from autograder.exchange.class_intake import collect
from autograder.exchange.roster import read_roster
from autograder.grade import attempts
from autograder.grade.preparation import modules_elsewhere
from autograder.grade.settings import Settings
from autograder.interrupts import Stopped, raised_at_sigterm
from autograder.marking import stored_entries
from autograder.report.class_page import write_class_reports
from autograder.report.wording import unsettled
from autograder.report.writers import Writers
from autograder.result import RESULT, Result
from autograder.running import Options, Run, list_submissions, renew_kept, write_files, write_grades
from autograder.similarity import given_texts, similar_pairs, write_pairs
from autograder.submission.class_list import read_class_list


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
    pdf_later: bool = False,
    search: bool = False,
    progress: bool = True,
    backend: Backend | None = None,
    device: str | None = None,
    roster: Path | None = None,
) -> list[Result]:
    """Grade ``submissions`` into ``run`` and return their results in order.

    Writes ``<name>/result.json``, ``results.json`` (Gradescope) and ``report.pdf`` a submission,
    ``grades.csv``, ``marks.csv``, ``class.pdf`` and ``class.html`` for all. Where ``run`` holds a
    run of the same target, results are kept whose submission, tests and grader are the same.
    """
    assignment = course.target(target)
    options = Options(processes, pdf, pdf_later, progress, backend or LocalPool(processes))
    students = read_roster(roster) if roster else None
    with _stoppable(run):
        header = run / "run.json"
        seed = _seed(header, target, seed)
        listed = read_class_list(run)
        planned, messages = collect(submissions, assignment, run, students, listed)
        write_json(header, {"target": target, "title": assignment.title, "seed": seed})
        settings = Settings(course.root, target, seed, level, device=device, search=search)
        marks = stored_entries(run)
        made = Run(run, assignment, settings, options, Console(stderr=True), listed, marks)
        list_submissions(made, [entry.handed for entry in planned])
        made.say(messages)
        jobs = [Job(p.handed.name, p.path, run / p.handed.name) for p in planned]
        _grade_and_report(made, course, jobs)
        _finish(made)
        return [made.results[job.name] for job in jobs if job.name in made.results]


@contextlib.contextmanager
def _stoppable(run: Path) -> Iterator[None]:
    """Keep other runs out of the folder; raise Stopped where this one is interrupted."""
    try:
        with locked(run), raised_at_sigterm(KeyboardInterrupt):
            yield
    except KeyboardInterrupt:
        raise Stopped("Stopped: what is graded is kept. Repeat the command to go on.") from None


def _seed(header: Path, target: str, seed: int | None) -> int:
    """Return the seed of the run; raises KitError rather than mixing two runs."""
    if not header.is_file():
        return new_seed() if seed is None else seed
    try:
        earlier: dict[str, Any] = json.loads(header.read_text(encoding="utf-8"))
        drawn, of = int(earlier["seed"]), earlier["target"]
    except (OSError, ValueError, KeyError, TypeError):
        raise KitError(f"{header} cannot be read; name another folder with --out.") from None
    if of != target:
        raise KitError(f"{header.parent} holds a run of {of}, not of {target}.")
    if seed not in (None, drawn):
        raise KitError(
            f"{header.parent} was graded with seed {drawn}; leave --seed out, "
            "or name another folder with --out."
        )
    return drawn


def _grade_and_report(made: Run, course: Course, jobs: Sequence[Job]) -> None:
    """Grade the jobs; reports are written by processes of their own, at once or afterwards."""
    if not made.options.pdf:
        _grade(made, course, jobs)
    elif made.options.pdf_later:
        _grade(made, course, jobs)
        write_grades(made)
        if made.reports:
            made.say([f"Everything is graded; writing {len(made.reports)} reports."])
            most = min(made.options.processes, len(made.reports))
            with Writers(most, most) as writers:
                for folder in made.reports:
                    writers.add(folder)
                made.faults += writers.finish()
    else:
        with Writers(1, made.options.processes) as made.writers:
            _grade(made, course, jobs)
            made.faults += made.writers.finish()


def _grade(made: Run, course: Course, jobs: Sequence[Job]) -> None:
    """Grade the jobs whose results cannot be kept; raises Stopped when it is interrupted."""
    versions = course_versions(course, made.settings)
    others = partial(modules_elsewhere, course, made.assignment)
    now = keep.Now(made.assignment, versions, made.settings.seed, others)
    made.decisions = [keep.decide(job, now) for job in jobs]
    made.say(keep.summary(made.decisions))
    made.results = {d.job.name: d.kept for d in made.decisions if d.kept is not None}
    renew_kept(made)
    todo = {d.job.name: d for d in made.decisions if d.kept is None}
    count, options = Count(len(todo)), made.options
    live = min(options.processes, len(todo)) > 1
    try:
        with shown(count, made.console, live, not options.progress) as show:

            def report(job: Job, result: Result) -> None:
                _list_change(made, todo[job.name], result)
                keep.record(todo[job.name], result, now)
                made.results[job.name] = result
                write_files(made, job, result)
                count.add(bool(unsettled(result)))
                show()

            if todo:
                options.backend.grade_all([d.job for d in todo.values()], made.settings, report)
    except KitError:
        if made.results:
            write_grades(made)
        raise
    except KeyboardInterrupt:
        write_grades(made)
        raise Stopped(
            f"Stopped: {count.done} of {count.total} submissions were graded. "
            "Repeat the command to go on."
        ) from None
    if todo and course_versions(course, made.settings) != versions:
        for decision in todo.values():
            keep.forget(decision.job)
        made.say(["The tests or the grader changed during this run; repeat the command."])
    stale = [
        name
        for name in made.listed
        if name not in made.results and (made.folder / name / RESULT).is_file()
        and not keep.is_current(made.folder / name, versions)
    ]  # fmt: skip
    if stale:
        made.say([
            f"{len(stale)} results are of other tests or another grader, and were not given "
            f"again: {', '.join(stale[:8])}. Give all submissions to renew them."
        ])  # fmt: skip


def _list_change(made: Run, decision: keep.Decision, result: Result) -> None:
    """Keep the line about a score that is not what it was."""
    if not unsettled(result):
        job = decision.job
        before, after = keep.score_before(job.folder), float(result["score"])
        line = list_change(made.folder, job.name, before, after, decision.reasons)
        made.changes += [line] if line else []


def _finish(made: Run) -> None:
    """Write what concerns the whole class, and say what is missing."""
    counting = write_grades(made)
    if counting:
        write_pairs(made.folder, similar_pairs(counting, given_texts(made.assignment)))
        write_class_reports(made.folder, pdf=made.options.pdf)
    made.say([f"Not done: {fault}" for fault in made.faults])
    if made.changes:
        made.say([f"Scores that changed, also in {made.folder / CHANGES}:", *made.changes])
    for decision in made.decisions:
        result, folder = made.results.get(decision.job.name), decision.job.folder
        if result and unsettled(result) and attempts.attempts(folder) >= attempts.MOST:
            made.say([
                f"{decision.job.name}: grading failed {attempts.MOST} times and is not tried "
                f"again. Read {folder}/{RESULT}; delete {folder}/{attempts.FILE} to try again."
            ])  # fmt: skip
    if made.options.progress:
        wide = None if made.console.is_terminal else 132
        Console(width=wide).print(table(counting))
