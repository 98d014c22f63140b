"""A run under its lock: its submissions, what is decided about them, their totals and grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.console import Console

from autograder.atomic import write_json
from autograder.backends.jobs import Backend, Job
from autograder.batch import keep
from autograder.course import Assignment
from autograder.exchange import gradescope_results, write_grades_csv
from autograder.exchange.attempts import choose_best
from autograder.grade.settings import Settings
from autograder.marking import settle
from autograder.marks import MarksError, Total, read_total, total_of, write_total
from autograder.marks.entries import Entries
from autograder.report.pdf import REPORT
from autograder.report.read import ReportError, read_result
from autograder.report.writers import Writers
from autograder.result import RESULT, Result
from autograder.submission.class_list import HandedIn, write_class_list


@dataclass(frozen=True)
class Options:
    """How a run is made; ``pdf_later`` writes reports when everything is graded."""

    processes: int
    pdf: bool
    pdf_later: bool
    progress: bool
    backend: Backend


@dataclass
class Run:
    """A run under its lock: the list of its submissions, and what is decided about each job."""

    folder: Path
    assignment: Assignment
    settings: Settings
    options: Options
    console: Console
    listed: dict[str, HandedIn]
    marks: Entries
    decisions: list[keep.Decision] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)  # folders whose report is written at the end
    writers: Writers | None = None

    def report(self, folder: Path) -> None:
        """Have the report of a submission written."""
        if self.writers is not None:
            self.writers.add(folder)
        elif self.options.pdf:
            self.reports.append(folder)

    def total(self, result: Result) -> Total:
        """Return the total of a result, with the marks of this run and what lateness costs."""
        handed = self.listed.get(result["submission"]["name"])
        return total_of(result, self.marks, handed.lateness if handed else None)

    def say(self, lines: Sequence[str]) -> None:
        """Print lines for a person."""
        for line in lines:
            self.console.print(line, highlight=False, soft_wrap=True, markup=False)


def list_submissions(made: Run, handed: Sequence[HandedIn]) -> None:
    """Add the submissions to the list of the run; one that has another name now loses the old."""
    now = {entry.source: entry.name for entry in handed}
    stale = [name for name, e in made.listed.items() if now.get(e.source, name) != name]
    for name in stale:
        del made.listed[name]
    made.listed |= {entry.name: entry for entry in handed}
    write_class_list(made.folder, made.listed.values())


def write_files(made: Run, job: Job, result: Result) -> None:
    write_json(job.folder / "results.json", gradescope_results(result))
    write_total(job.folder, made.total(result))
    made.report(job.folder)


def renew_kept(made: Run) -> None:
    """Write the totals of kept results that marks or due dates have changed, and their reports."""
    for name, result in made.results.items():
        folder = made.folder / name
        try:
            before = read_total(folder)
        except MarksError:
            before = None
        total = made.total(result)
        if msgspec.to_builtins(total) != before:
            write_total(folder, total)
        elif (folder / REPORT).is_file():
            continue
        made.report(folder)


def write_grades(made: Run) -> list[Result]:
    """Write the table of all results that the run holds, and return those that count."""
    results = dict(made.results)
    for name in made.listed:
        if name not in results and (made.folder / name / RESULT).is_file():
            results[name] = read_result(made.folder / name)
    totals = {name: made.total(result) for name, result in results.items()}
    scores = {
        name: result["score"] if (points := totals[name].without_written) is None else points
        for name, result in results.items()
    }
    made.listed = choose_best(made.listed.values(), scores)
    write_class_list(made.folder, made.listed.values())
    counting = [result for name, result in results.items() if made.listed[name].counts]
    try:
        settle(made.folder, counting)
    except (MarksError, ReportError) as error:
        made.faults.append(str(error))
        write_grades_csv(counting, made.folder / "grades.csv", listed=made.listed)
    return counting
