"""Write the grades of a class as a table: CSV for a gradebook, a view for the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.report.read import write_whole
from autograder.report.wording import (
    OUTCOMES,
    is_unsettled,
    labelled_questions,
    points,
    score_of,
    unsettled,
)
from autograder.submission.class_list import HandedIn
from autograder.text import cleaned, clipped, visible

Result = Mapping[str, Any]
_MOST_COLUMNS = 8
_ABOUT = ("login", "name", "email", "id", "section", "late", "attempt", "source")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_grades_csv(
    results: Iterable[Result], path: Path, listed: Mapping[str, HandedIn] | None = None
) -> Path:
    """Write one row per submission: a score per question, an empty cell per written question.

    If a question needs a regrade, its cell and the total of its submission are empty. ``listed``
    says whose the submissions are and where they come from.
    """
    ordered = _by_name(results)
    questions = _columns(label for result in ordered for label, _ in labelled_questions(result))
    written = _columns(
        f"{problem['name']}.{entry['name']}"
        for result in ordered
        for problem in result["problems"]
        for entry in problem["written"]
    )
    stream = io.StringIO()
    sheet = csv.writer(stream, lineterminator="\n")
    people = {name: _person(entry) for name, entry in (listed or {}).items()}
    about = [key for key in _ABOUT if any(person.get(key) for person in people.values())]
    header = ["submission", *about, *questions, *written, "total", "max", "notes"]
    sheet.writerow([safe_cell(name) for name in header])
    for result in ordered:
        scores = dict(labelled_questions(result))
        row = [result["submission"]["name"]]
        row += [people.get(row[0], {}).get(key, "") for key in about]
        row += [_score(scores[label]) if label in scores else "" for label in questions]
        row += [""] * len(written)
        row += ["" if unsettled(result) else points(result["score"]), points(result["max_score"])]
        row.append(_notes(result))
        sheet.writerow([safe_cell(value) for value in row])
    return write_whole(path, stream.getvalue().encode())


def _person(entry: HandedIn) -> dict[str, str]:
    """Return the cells that say whose a submission is; of a group, all members."""
    fields = ("login", "name", "email", "id", "section")
    cells = {
        field: "; ".join(filter(None, dict.fromkeys(getattr(s, field) for s in entry.students)))
        for field in fields
    }
    late = {True: "late", False: "", None: ""}[entry.late]
    attempt = f"{entry.attempt} of {entry.attempts}" if entry.attempts > 1 else ""
    cells |= {"late": late, "attempt": attempt, "source": entry.source}
    return {key: visible(cell) for key, cell in cells.items()}


def table(results: Iterable[Result]) -> Table:
    """Return a table for the terminal: a row per submission, a column per question, the total.

    With too many questions for columns, each question is a row if there are few submissions;
    otherwise each problem is a column.
    """
    ordered = _by_name(results)
    labels = _columns(label for result in ordered for label, _ in labelled_questions(result))
    names = [label.partition(".")[2] for label in labels]
    headings = [
        name if names.count(name) == 1 else label for label, name in zip(labels, names, strict=True)
    ]
    scores = [dict(labelled_questions(result)) for result in ordered]
    cells = [[_compact(s[label]) if label in s else Text("") for label in labels] for s in scores]
    if len(labels) > _MOST_COLUMNS and len(ordered) > _MOST_COLUMNS:
        headings = _columns(problem["name"] for result in ordered for problem in result["problems"])
        cells = [[_of_problem(result, name) for name in headings] for result in ordered]
    rows = [(*row, _total(result)) for row, result in zip(cells, ordered, strict=True)]
    submissions = [clipped(result["submission"]["name"], 60) for result in ordered]
    first, columns = "submission", [*headings, "total"]
    if len(labels) > _MOST_COLUMNS >= len(ordered):
        first, columns, submissions = "question", submissions, columns
        rows = list(zip(*rows, strict=True))
    view = Table(title=Text(ordered[0]["title"]) if ordered else None, title_justify="left")
    view.add_column(first, overflow="fold")
    for heading in columns:
        view.add_column(Text(heading), justify="right", overflow="fold", no_wrap=heading == "total")
    for name, row in zip(submissions, rows, strict=True):
        view.add_row(Text(name), *row)
    return view


def _total(result: Result) -> Text:
    if unsettled(result):
        return Text("needs a regrade", style="bold yellow")
    return Text(score_of(result["score"], result["max_score"]), style="bold")


def _of_problem(result: Result, name: str) -> Text:
    for problem in result["problems"]:
        if problem["name"] == name:
            if any(map(is_unsettled, problem["questions"])):
                return Text("regrade", style="bold yellow")
            return Text(score_of(problem["score"], problem["max_score"]))
    return Text("")


def _by_name(results: Iterable[Result]) -> list[Result]:
    return sorted((cleaned(result) for result in results), key=lambda r: r["submission"]["name"])


def _columns(labels: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(labels))


def _score(question: Mapping[str, Any]) -> str:
    return "" if is_unsettled(question) else points(question["score"])


def _compact(question: Mapping[str, Any]) -> Text:
    if is_unsettled(question):
        return Text("regrade", style="bold yellow")
    outcome = question["outcome"]
    score = score_of(question["score"], question["max_score"])
    if outcome == "passed":
        return Text(score, style="green")
    if outcome == "failed":
        return Text(score, style="red")
    word = OUTCOMES[outcome]
    if question["score"] > 0:
        word = f"{score} {word}"
    return Text(word, style="dim" if outcome in ("not_attempted", "skipped") else "red")


def _notes(result: Result) -> str:
    notes = [f"regrade {label}" for label in unsettled(result)]
    notes += [
        f"{label} {OUTCOMES[question['outcome']]}"
        for label, question in labelled_questions(result)
        if question["outcome"] not in ("passed", "failed") and not is_unsettled(question)
    ]
    return "; ".join([*notes, *result["submission"]["notes"]])


def safe_cell(value: str) -> str:
    """Prevent a spreadsheet from reading a cell as a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value
