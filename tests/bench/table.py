"""The benchmark as one table, then the graders side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from .checks import CHECKS
from .grading import CLASS_SIZE
from .series import Series

MISSING, FAILED = "not installed", "failed"


def show(rows: Sequence[Series], console: Console) -> None:
    """Print every row with its median, range and number of repetitions, then the ratios."""
    table = Table("what", title="Medians")
    for name in ("median", "min to max", "n", "target"):
        table.add_column(name, justify="right")
    for row in rows:
        if not row.values:
            table.add_row(row.what, row.note, "", "", "")
            continue
        low, high = row.shown(min(row.values)), row.shown(max(row.values))
        table.add_row(
            row.what,
            f"{row.shown(row.median)} {row.unit}",
            f"{low} to {high}" if len(row.values) > 1 else "",
            str(len(row.values)),
            "" if row.target is None else f"≤ {row.shown(row.target)} {row.unit}",
        )
    console.print(table)
    found = ratios(rows)
    if not found:
        return
    table = Table("the same test cases", title="Side by side (medians)")
    for name in ("ours", "otter run", "times ours", "nbgrader autograde", "times ours"):
        table.add_column(name, justify="right")
    for what, seconds in found.items():
        ours = seconds["ours"]
        cells = [_seconds(ours)]
        for other in ("otter", "nbgrader"):
            value = seconds.get(other)
            cells += ["", ""] if value is None else [_seconds(value), f"{value / ours:,.0f}"]
        table.add_row(what, *cells)
    console.print(table)
    console.print(
        "One submission: ours after start-up, the others as one command. A class: ours measured as "
        f"one command; otter run {CLASS_SIZE} times its median; nbgrader as one command, its first "
        "and each further submission added up. All of them one submission at a time. "
        "otter run goes without rfc3987_syntax, which nbgrader installs and which slows it down."
    )


def ratios(rows: Sequence[Series]) -> dict[str, dict[str, float]]:
    """Return the seconds of each grader by what it graded, where there is something to compare."""
    medians = {row.key: row.median for row in rows if row.values}
    found = {}
    for check in CHECKS:
        one = _named(medians, check.name, ours="graded", otter="otter", nbgrader="nbgrader")
        if len(one) > 1:
            found[f"{check.name} check, one submission"] = one
        if f"{check.name}.class" in medians and len(one) > 1:
            many = {"ours": medians[f"{check.name}.class"]}
            if "otter" in one:
                many["otter"] = CLASS_SIZE * one["otter"]
            if "nbgrader" in one:
                further = medians[f"{check.name}.nbgrader_further"]
                many["nbgrader"] = one["nbgrader"] + (CLASS_SIZE - 1) * further
            found[f"{check.name} check, a class of {CLASS_SIZE}, start-up included"] = many
    return found


def _named(medians: Mapping[str, float], check: str, **keys: str) -> dict[str, float]:
    return {
        name: medians[f"{check}.{key}"] for name, key in keys.items() if f"{check}.{key}" in medians
    }


def _seconds(value: float) -> str:
    return f"{1000 * value:,.1f} ms" if value < 1 else f"{value:,.2f} s"
