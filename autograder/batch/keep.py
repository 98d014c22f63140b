"""Decide what of an earlier run is kept, by content, and say why the rest runs again."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.atomic import write_json
from autograder.backends.jobs import Job
from autograder.batch.versions import CourseVersions, Parts, submission_versions
from autograder.course import Assignment
from autograder.errors import SubmissionError
from autograder.grade import attempts
from autograder.report.read import ReportError, read_result
from autograder.report.wording import unsettled
from autograder.result import RESULT, Result
from autograder.submission import intake
from autograder.submission.unpack import digest_of_unreadable

FILE = "versions.json"
NEW, FAILED, FILES = "new", "the grader failed", "the submission has changed"


@dataclass(frozen=True)
class Record:
    """What a result was made from; ``result`` is the digest of the file result.json."""

    result: str
    score: float | None
    seed: int
    assignment: str
    submission: str
    files: Mapping[str, str]
    questions: Mapping[str, Parts]

    @classmethod
    def read(cls, folder: Path) -> Record | None:
        """Return the record in ``folder``; None where it is missing or of another result."""
        record = cls.last(folder)
        with contextlib.suppress(OSError):
            if record and record.result == _digest(folder / RESULT):
                return record
        return None

    @classmethod
    def last(cls, folder: Path) -> Record | None:
        """Return the last record in ``folder``, whatever result.json is now."""
        try:
            return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Now:
    """What grading would be made from now."""

    assignment: Assignment
    course: CourseVersions
    seed: int
    others: Callable[[], Mapping[str, str]]  # modules of other problems, for a submission's faults

    def of(self, path: Path, earlier: Record | None) -> tuple[str, Mapping[str, str]]:
        """Return the digest of the submission at ``path``, in all and for each problem.

        Where nothing has changed since the ``earlier`` record, it is not computed once more.
        """
        try:
            submission = intake.read(path, self.assignment, noted=False)
        except SubmissionError as error:
            whole = digest_of_unreadable(path)
            fault = f"{whole} {error}"
            return whole, {entry.problem.name: fault for entry in self.assignment.entries}
        if (
            earlier is not None
            and earlier.submission == submission.sha256
            and earlier.assignment == self.course.assignment
            and earlier.questions == self.course.questions
            and intake.is_complete(submission, self.assignment)  # else other problems matter
        ):
            return submission.sha256, earlier.files
        return submission.sha256, submission_versions(submission, self.assignment, self.others)


@dataclass(frozen=True)
class Decision:
    """What happens to a job: its result is kept, or it runs for ``reasons``."""

    job: Job
    kept: Result | None
    reasons: tuple[str, ...]
    submission: str
    files: Mapping[str, str]


def decide(job: Job, now: Now) -> Decision:
    """Compare the record of an earlier result with what grading would be made from now."""
    result, record = _earlier(job.folder), Record.read(job.folder)
    whole, files = now.of(job.path, record)
    if result is None or record is None:
        return _again(job, NEW if result is None else "nothing records its versions", whole, files)
    if record.seed != now.seed:
        return _again(job, "it has another seed", whole, files)
    changed = _changes(record, now, files)
    has_failed = bool(unsettled(result))
    if has_failed and not changed and attempts.attempts(job.folder) < attempts.MOST:
        return Decision(job, None, (FAILED,), whole, files)
    is_same = record.submission == whole and record.assignment == now.course.assignment
    if not changed and (is_same or has_failed):
        return Decision(job, result, (), whole, files)
    attempts.forget(job.folder)  # they were for other files or tests
    keep = tuple(name for name in files if name not in changed and not has_failed)
    reasons = [reason for found in changed.values() for reason in found]
    if not changed:
        reasons = [FILES if record.submission != whole else "the assignment has changed"]
    return Decision(Job(job.name, job.path, job.folder, keep), None, tuple(reasons), whole, files)


def record(decision: Decision, result: Result, now: Now) -> None:
    """Record what ``result`` was made from, unless its files changed meanwhile."""
    folder, graded = decision.job.folder, result["submission"]["sha256"]
    if graded not in ("", decision.submission):
        return
    made = Record(
        _digest(folder / RESULT),
        score_before(folder) if unsettled(result) else float(result["score"]),
        now.seed,
        now.course.assignment,
        decision.submission,
        decision.files,
        now.course.questions,
    )
    write_json(folder / FILE, vars(made))


def forget(job: Job) -> None:
    """Let a job run again next time, and compare its score with the one that it has now."""
    if last := Record.last(job.folder):
        write_json(job.folder / FILE, vars(replace(last, result="")))


def is_current(folder: Path, course: CourseVersions) -> bool:
    """Tell whether the result in ``folder`` was made by the same tests and the same grader."""
    found = Record.read(folder)
    return found is not None and found.questions == course.questions


def changed_parts(old: Parts | None, new: Parts) -> list[str]:
    """Return which parts differ."""
    if old is None:
        return ["new question"]
    return [part for part, digest in new.items() if old.get(part) != digest]


def _changes(record: Record, now: Now, files: Mapping[str, str]) -> dict[str, list[str]]:
    """Return problem = why its questions run again."""
    changed: dict[str, list[str]] = {}
    for label, parts in now.course.questions.items():
        problem = label.partition(".")[0]
        if differing := changed_parts(record.questions.get(label), parts):
            shared = [part for part in differing if part in ("grader", "settings", "reference")]
            own = [part for part in differing if part not in shared]
            reasons = [f"{part} of {label}" for part in own] + [f"the {part}" for part in shared]
            changed.setdefault(problem, []).extend(f"{reason} changed" for reason in reasons)
    for problem in {label.partition(".")[0] for label in record.questions.keys()
                    - now.course.questions.keys()}:  # fmt: skip
        changed.setdefault(problem, []).append(f"a question of {problem} was removed")
    for problem, digest in files.items():
        if record.files.get(problem) != digest:
            changed.setdefault(problem, []).append(FILES)
    return {problem: list(dict.fromkeys(reasons)) for problem, reasons in changed.items()}


def _again(job: Job, reason: str, whole: str, files: Mapping[str, str]) -> Decision:
    if reason != NEW:
        attempts.forget(job.folder)
    return Decision(job, None, (reason,), whole, files)


def _earlier(folder: Path) -> Result | None:
    try:
        return read_result(folder)
    except ReportError:
        return None


def score_before(folder: Path) -> float | None:
    """Return the last final score that was recorded, or None."""
    last = Record.last(folder)
    return last.score if last else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def summary(decisions: list[Decision]) -> list[str]:
    """Return what is kept and why the rest runs, in a few lines."""
    kept = sum(decision.kept is not None for decision in decisions)
    counts: dict[str, int] = {}
    for decision in decisions:
        for reason in dict.fromkeys(decision.reasons):
            counts[reason] = counts.get(reason, 0) + 1
    again = {reason: count for reason, count in counts.items() if reason != NEW}
    if not kept and not again:
        return []
    lines = [f"Results kept: {kept} of {len(decisions)}."]
    lines += [f"Graded again: {count}, because {reason}." for reason, count in again.items()]
    if new := counts.get(NEW):
        lines.append(f"Graded for the first time: {new}.")
    return lines
