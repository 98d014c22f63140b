"""Write the grades of a class as a learning platform imports them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from autograder.errors import KitError
from autograder.exchange.class_grades import ClassGrades, StudentGrade
from autograder.exchange.intake_messages import counted, some
from autograder.exchange.roster import Clue, Roster, column_of, csv_rows
from autograder.report.read import write_whole
from autograder.report.wording import points
from autograder.submission.class_list import Student
from autograder.text import to_cell, visible

Rows: TypeAlias = list[list[str]]
_POSSIBLE = "Points Possible"


def export(
    grades: ClassGrades, platform: str, roster: Roster, gradebook: Path | None, path: Path
) -> list[str]:
    """Write ``path`` and return what a person should know; raises KitError.

    With ``gradebook``, which the platform exported, its rows and columns stay and only the grade
    is filled in.
    """
    if gradebook is None:
        rows, messages = _NEW[platform](grades), list[str]()
    else:
        rows, messages = _filled(grades, platform, roster, gradebook)
    separator = ";" if platform == "ilias" else ","
    stream = io.StringIO()
    sheet = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    sheet.writerows([_cell(cell) for cell in row] for row in rows)
    write_whole(path, stream.getvalue().encode("utf-8-sig"))
    return [*grades.messages, *messages]


def _cell(text: str) -> str:
    return text if text == "-" else to_cell(visible(text))


def _canvas(grades: ClassGrades) -> Rows:
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", grades.title]
    possible = [f"    {_POSSIBLE}", "", "", "", "", points(grades.maximum)]
    return [head, possible] + [
        [_last_first(s), s.id, "", s.login, s.section, _points(g)] for s, g in grades.grades.items()
    ]


def _moodle(grades: ClassGrades) -> Rows:
    head = ["Full name", "Username", "ID number", "Email address", grades.title,
            "Maximum grade", "Feedback comments"]  # fmt: skip
    return [head] + [
        [s.name, s.login, s.id, s.email, _points(g), points(grades.maximum), g.remark]
        for s, g in grades.grades.items()
    ]


def _ilias(grades: ClassGrades) -> Rows:
    head = ["update", "usr_id", "login", "lastname", "firstname", "status", "mark", "notice",
            "comment"]  # fmt: skip
    rows = [head]
    for s, g in grades.grades.items():
        first, last = _names(s)
        update = "" if g.points is None else "1"
        rows.append([update, s.id, s.login, last, first, "notgraded", _points(g), "", g.remark])
    return rows


def _gradescope(grades: ClassGrades) -> Rows:
    title = grades.title
    head = ["First Name", "Last Name", "SID", "Email", "Sections", title,
            f"{title} - Max Points", f"{title} - Submission Time"]  # fmt: skip
    return [head] + [
        [*_names(s), s.id, s.email, s.section, _points(g), points(grades.maximum), g.submitted]
        for s, g in grades.grades.items()
    ]


_NEW: Mapping[str, Callable[[ClassGrades], Rows]] = {
    "canvas": _canvas,
    "gradescope": _gradescope,
    "ilias": _ilias,
    "moodle": _moodle,
}


def _filled(
    grades: ClassGrades, platform: str, roster: Roster, gradebook: Path
) -> tuple[Rows, list[str]]:
    """Return the rows of a gradebook with the grades, and who is in only one of the two."""
    rows = csv_rows(gradebook)
    head = rows[0]
    column = _grade_column(head, grades.title, platform, gradebook)
    seen: set[Student] = set()
    strangers, twice = [], []
    for row in rows[1:]:
        row += [""] * (len(head) - len(row))
        if row[0].strip() == _POSSIBLE:
            row[column] = row[column] or points(grades.maximum)
            continue
        found = roster.find(_clue(head, row))
        if len(found) != 1:
            strangers.append(" ".join(row[:3]).strip())
        elif found[0] in seen:
            twice.append(found[0].key)
        else:
            seen.add(found[0])
            _fill(head, row, column, grades.grades[found[0]])
    missing = [student.key for student in roster.students if student not in seen]
    messages = [
        f"{counted(names, 'row' if names is strangers else 'student')} {what}: {some(names)}."
        for names, what in (
            (missing, f"missing in {gradebook.name}; add them there"),
            (twice, f"twice in {gradebook.name}; only the first row is filled"),
            (strangers, f"of {gradebook.name} left as they were: not found in the roster"),
        )
        if names
    ]
    return rows, messages


def _fill(head: Sequence[str], row: list[str], column: int, grade: StudentGrade) -> None:
    if grade.points is not None:
        row[column] = points(grade.points)
        if "update" in head:
            row[head.index("update")] = "1"
    for name in ("Feedback comments", "comment"):
        if name in head and grade.remark:
            row[head.index(name)] = grade.remark


def _grade_column(head: list[str], title: str, platform: str, gradebook: Path) -> int:
    """Return where the grade belongs; Canvas adds a number to the name of its column."""
    fixed = {"moodle": "Grade", "ilias": "mark"}.get(platform)
    if fixed in head:
        return head.index(fixed)
    names = [re.sub(r" \(\d+\)$", "", name) for name in head]
    if names.count(title) > 1:
        raise KitError(f"{gradebook} has several columns called {title!r}; remove all but one.")
    if title not in names:
        head.append(title)
        names.append(title)
    return names.index(title)


def _clue(head: Sequence[str], row: Sequence[str]) -> Clue:
    """Return what a row says about its student."""
    cells: dict[str, str] = {}
    for heading, cell in zip(head, row, strict=False):
        field = column_of(heading)
        if field and cell and field not in cells:
            cells[field] = cell
    name = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}"
    return Clue(cells.get("login", ""), cells.get("email", ""), cells.get("id", ""), name)


def _points(grade: StudentGrade) -> str:
    return "" if grade.points is None else points(grade.points)


def _names(student: Student) -> tuple[str, str]:
    """Return first and last name; a name without comma ends with the last one."""
    last, comma, first = student.name.partition(", ")
    if not comma:
        first, _, last = student.name.rpartition(" ")
    return first, last


def _last_first(student: Student) -> str:
    first, last = _names(student)
    return f"{last}, {first}" if first else last
