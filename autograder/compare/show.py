"""Show a comparison as a table, as CSV or as PDF."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.compare.changes import KINDS, CaseChange, Change
from autograder.report.read import ReportError, write_whole
from autograder.report.typeset import LayoutError, typeset
from autograder.report.wording import OUTCOMES, breakable, points
from autograder.text import visible

_MOST_CASES = 4
_HEADER = (
    "submission", "kind", "before", "after", "question", "case", "outcome before",
    "outcome after", "points before", "points after", "because",
)  # fmt: skip


def summary(changes: Sequence[Change]) -> str:
    """Return how many gained, lost and stayed, in one sentence."""
    counts = Counter(change.kind for change in changes)
    parts = [f"{counts[kind]} {kind}" for kind in KINDS if counts[kind]]
    return f"{len(changes)} submissions: {', '.join(parts)}."


def table(changes: Iterable[Change]) -> Table:
    """Return a table of everything that is not the same."""
    view = Table(title_justify="left")
    for heading in ("submission", "before", "after", "change", "cases", "because"):
        view.add_column(heading, overflow="fold")
    for row in _rows(changes):
        view.add_row(*map(Text, row))
    return view


def write_csv(changes: Iterable[Change], path: Path) -> None:
    """Write a row per changed case, and one for each changed submission without any."""
    stream = io.StringIO()
    sheet = csv.writer(stream, lineterminator="\n")
    sheet.writerow(_HEADER)
    for change in changes:
        if change.kind == "same":
            continue
        start = [change.submission, change.kind, _points(change.before), _points(change.after)]
        for case in change.cases or [CaseChange("", "", "", "", None, None)]:
            row = [case.question, case.case, case.before or "", case.after or ""]
            row += [_points(case.points_before), _points(case.points_after)]
            sheet.writerow([*start, *row, "; ".join(change.reasons)])
    write_whole(path, stream.getvalue().encode())


def write_pdf(changes: Sequence[Change], runs: tuple[str, str], path: Path) -> None:
    """Write the comparison as a PDF for the files of a course."""
    view: dict[str, Any] = {
        "title": f"{visible(runs[0])} and {visible(runs[1])}",
        "summary": summary(changes),
        "rows": [[breakable(cell) for cell in row] for row in _rows(changes)],
    }
    try:
        write_whole(path, typeset("compare.typ", view, {}))
    except LayoutError as error:
        raise ReportError(f"{path} cannot be laid out: {error}.") from None


def _rows(changes: Iterable[Change]) -> list[list[str]]:
    return [
        [visible(change.submission), _points(change.before), _points(change.after),
         _difference(change), _cases(change), "; ".join(change.reasons)]
        for change in changes
        if change.kind != "same"
    ]  # fmt: skip


def _cases(change: Change) -> str:
    lines = [
        f"{case.question} {case.case}: {_ended(case.before, case.points_before)} → "
        f"{_ended(case.after, case.points_after)}"
        for case in change.cases[:_MOST_CASES]
    ]
    left_out = len(change.cases) - _MOST_CASES
    return "\n".join([*lines, *([f"and {left_out} more"] if left_out > 0 else [])])


def _ended(outcome: str | None, earned: float | None) -> str:
    """Return how a case ended, with its points: cases that pass may be worth something else."""
    if not outcome:
        return "none"
    word = OUTCOMES.get(outcome, outcome)
    return word if earned is None else f"{word} ({points(earned)})"


def _difference(change: Change) -> str:
    if change.kind.startswith("only") or change.before is None or change.after is None:
        return change.kind
    sign = "+" if change.after > change.before else "−"
    return f"{sign}{points(abs(change.after - change.before))}" if change.kind in (
        "gained", "lost") else change.kind  # fmt: skip


def _points(value: float | None) -> str:
    return "" if value is None else points(value)
