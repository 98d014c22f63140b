"""Write the grades of a class as a table: CSV for a gradebook, a view for the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.course.late import duration
from autograder.report.read import write_whole
from autograder.report.wording import (
    OUTCOMES,
    is_unsettled,
    labelled_questions,
    points,
    score_in_words,
    score_of,
    unsettled,
)
from autograder.submission.class_list import HandedIn
from autograder.text import clipped, to_cell, visible

Result = Mapping[str, Any]
_MOST_COLUMNS = 8
_ABOUT = ("login", "name", "email", "id", "section", "handed_in", "attempt", "source")


def write_grades_csv(
    results: Iterable[Result],
    path: Path,
    totals: Mapping[str, Result] | None = None,
    listed: Mapping[str, HandedIn] | None = None,
) -> Path:
    """Write one row per submission: a score per question, their total, and the final points.

    ``totals`` are the totals with all marks by submission. A question that is not marked or needs
    a regrade has an empty cell, and so has every sum that would count it. ``listed`` says whose
    the submissions are and where they come from.
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
    ends = ["total", "max", "late", "final", "final_max", "grade", "notes"]
    header = ["submission", *about, *questions, *written, *ends]
    sheet.writerow([to_cell(visible(name)) for name in header])
    for result in ordered:
        scores = dict(labelled_questions(result))
        row = [result["submission"]["name"]]
        row += [people.get(row[0], {}).get(key, "") for key in about]
        total = (totals or {}).get(result["submission"]["name"], {})
        marked = {q["name"]: q for q in total.get("questions", [])}
        row += [_score(scores[label], marked.get(label)) if label in scores else ""
                for label in questions]  # fmt: skip
        row += [_optional(marked.get(label, {}).get("score")) for label in written]
        row += ["" if unsettled(result) else points(result["score"]), points(result["max_score"])]
        row += [_optional(total.get(key)) for key in ("late", "total", "max")]
        row += [total.get("grade") or "", _notes(result, total)]
        sheet.writerow([to_cell(visible(value)) for value in row])
    return write_whole(path, stream.getvalue().encode())


def _person(entry: HandedIn) -> dict[str, str]:
    """Return the cells that say whose a submission is; of a group, all members."""
    fields = ("login", "name", "email", "id", "section")
    cells = {
        field: "; ".join(filter(None, dict.fromkeys(getattr(s, field) for s in entry.students)))
        for field in fields
    }
    late = "late" if entry.late else ""
    if late and entry.lateness and entry.lateness.by:
        late = f"{duration(entry.lateness.by)} late"
    attempt = f"{entry.attempt} of {entry.attempts}" if entry.attempts > 1 else ""
    cells |= {"handed_in": late, "attempt": attempt, "source": entry.source}
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
    title = Text(visible(ordered[0]["title"])) if ordered else None
    view = Table(title=title, title_justify="left")
    view.add_column(first, overflow="fold")
    for heading in columns:
        text, is_total = Text(visible(heading)), heading == "total"
        view.add_column(text, justify="right", overflow="fold", no_wrap=is_total)
    for name, row in zip(submissions, rows, strict=True):
        view.add_row(Text(visible(name)), *row)
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
    return sorted(results, key=lambda result: str(result["submission"]["name"]))


def _columns(labels: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(labels))


def _score(question: Result, marked: Result | None) -> str:
    """Return the points of an autograded question; a person may have replaced them."""
    if marked is not None and marked["override"] is not None:
        return points(marked["score"])
    return "" if is_unsettled(question) else points(question["score"])


def _optional(value: float | None) -> str:
    return "" if value is None else points(value)


def _compact(question: Mapping[str, Any]) -> Text:
    if is_unsettled(question):
        return Text("regrade", style="bold yellow")
    outcome = question["outcome"]
    score = score_in_words(question)
    if outcome == "passed":
        return Text(score, style="green")
    if outcome == "failed":
        return Text(score, style="red")
    word = OUTCOMES[outcome]
    if question["score"] > 0:
        word = f"{score} {word}"
    return Text(word, style="dim" if outcome in ("not_attempted", "skipped") else "red")


def _notes(result: Result, total: Result) -> str:
    notes = [f"regrade {label}" for label in unsettled(result)]
    reasons = [(q["name"], q["override"]) for q in total.get("questions", [])]
    reasons += [("total", total.get("override")), ("late", total.get("late_reason") or None)]
    notes += [f"{name}: {clipped(why, 200)}" for name, why in reasons if why is not None]
    notes += [
        f"{label} {OUTCOMES[question['outcome']]}"
        for label, question in labelled_questions(result)
        if question["outcome"] not in ("passed", "failed") and not is_unsettled(question)
    ]
    return "; ".join([*notes, *result["submission"]["notes"]])
