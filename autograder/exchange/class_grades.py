"""The grade of every student of a roster, whether they handed in or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.exchange.intake_messages import counted, some
from autograder.exchange.roster import Clue, Roster
from autograder.marks import read_total
from autograder.report.read import read_result, result_folders
from autograder.report.wording import unsettled
from autograder.submission.class_list import HandedIn, Student, read_class_list


@dataclass(frozen=True)
class StudentGrade:
    """What a student gets; ``points`` is None without a submission or before a regrade."""

    student: Student
    points: float | None = None
    remark: str = "No submission."
    submitted: str = ""


@dataclass
class ClassGrades:
    """The grades of a class in the order of its roster, and what a person should know of them."""

    title: str
    maximum: float
    grades: dict[Student, StudentGrade]
    messages: list[str] = field(default_factory=list)


def class_grades(run: Path, roster: Roster) -> ClassGrades:
    """Return the grades of a run for every student; raises ReportError where it has no result."""
    listed = read_class_list(run)
    folders = result_folders(run)
    results = {folder.name: read_result(folder) for folder in folders}
    totals = {folder.name: read_total(folder) for folder in folders}
    first = next(iter(results.values()))
    with_written = all(
        unsettled(result) or _final(totals[name]) is not None for name, result in results.items()
    )
    found = ClassGrades(first["title"], _maximum(first, with_written), {})
    unknown, twice = [], []
    for name, result in results.items():
        entry = listed.get(name, HandedIn(name=name, source=name))
        students = _students(entry, roster)
        unknown += [] if students else [name]
        for student in students:
            grade = _grade(student, entry, result, totals[name], with_written)
            earlier = found.grades.get(student)
            twice += [student.key] if earlier else []
            if earlier is None or (grade.points or 0.0) > (earlier.points or 0.0):
                found.grades[student] = grade
    graded = found.grades
    found.grades = {s: graded.get(s, StudentGrade(s)) for s in roster.students}
    absent = [student.key for student in roster.students if student not in graded]
    again = [s.key for s, grade in graded.items() if grade.points is None]
    found.messages += _lines(
        (absent, "student", "without a submission; the grade is left empty"),
        (again, "student", "whose submission needs a regrade; the grade is left empty"),
        (twice, "student", "with two submissions that count; the better one is taken"),
        (unknown, "submission", "of nobody on the roster; not exported"),
    )
    if not with_written:
        found.messages.append("The written questions have no points yet; they are not included.")
    return found


def _grade(
    student: Student,
    entry: HandedIn,
    result: Mapping[str, Any],
    total: Mapping[str, Any] | None,
    with_written: bool,
) -> StudentGrade:
    if unsettled(result):
        return StudentGrade(student, None, "Needs a regrade.", entry.submitted or "")
    if total is None:
        remark, final = "Late." if entry.late else "", float(result["score"])
    else:
        remark = _lateness(entry, total)
        final = total["total" if with_written else "without_written"]
    return StudentGrade(student, final, remark, entry.submitted or "")


def _lateness(entry: HandedIn, total: Mapping[str, Any]) -> str:
    """Return what the student reads about lateness."""
    return str(total["late_reason"] or ("Late." if entry.late or total["late"] else ""))


def _final(total: Mapping[str, Any] | None) -> float | None:
    """Return the final points of a submission, all marks included; None while one is missing."""
    return None if total is None or total["total"] is None else float(total["total"])


def _maximum(result: Mapping[str, Any], with_written: bool) -> float:
    entries = [entry for problem in result["problems"] for entry in problem["written"]]
    written = sum(entry["max_points"] for entry in entries)
    return float(result["max_score"] + (written if with_written else 0.0))


def _students(entry: HandedIn, roster: Roster) -> list[Student]:
    """Return the students of the roster who handed in ``entry``."""
    clues = [Clue(s.login, s.email, s.id, s.name) for s in entry.students]
    matches = [roster.find(clue) for clue in clues or [Clue(text=entry.name)]]
    return list(dict.fromkeys(match[0] for match in matches if len(match) == 1))


def _lines(*kinds: tuple[Iterable[str], str, str]) -> list[str]:
    lines = []
    for names, noun, what in kinds:
        if unique := sorted(set(names)):
            lines.append(f"{counted(unique, noun)} {what}: {some(unique)}.")
    return lines
