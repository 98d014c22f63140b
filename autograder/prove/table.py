"""The verdicts of the release gate as tables and sentences."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.prove.verdict import Verdict


def show(
    verdicts: Mapping[str, Verdict], console: Console | None = None, named: bool = False
) -> None:
    """Print a row for each problem, what was not run, and what is wrong.

    ``named`` adds how many known mistakes the diagnosis names.
    """
    console = console or Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    columns = ["problem", "reference", "skeleton", "right answers", "mistakes caught"]
    table = Table(*columns, *(["named"] if named else []), "leaks", "drift", box=SIMPLE_HEAD)
    table.columns[0].no_wrap = True
    for name, verdict in verdicts.items():
        score, maximum = verdict.reference
        count = len(verdict.mistakes)
        right = sum(not lost for lost in verdict.right_answers.values())
        table.add_row(
            name,
            f"{score:g} of {maximum:g}",
            f"{verdict.skeleton:g}",
            f"{right} of {len(verdict.right_answers)}",
            f"{count - len(verdict.escaped)} of {count}",
            *([f"{len(verdict.named)} of {count}"] if named else []),
            str(len(verdict.leaks)),
            str(len(verdict.drift)),
        )
    console.print(table)
    skipped: dict[str, list[str]] = {}
    for name, verdict in verdicts.items():
        for part in verdict.not_run:
            skipped.setdefault(part, []).append(name)
    for part, names in skipped.items():
        where = "" if len(names) == len(verdicts) else f" ({', '.join(names)})"
        console.print(f"Not run: {part}{where}.", markup=False, soft_wrap=True)
    if skipped:
        console.print("--all runs everything.")
    faults = [f"{name}: {fault}" for name, v in verdicts.items() for fault in v.faults()]
    for fault in faults:
        console.print(f"{fault}.", markup=False, soft_wrap=True)
    if any(verdict.drift for verdict in verdicts.values()):
        console.print("`python build_assignment.py build ASSIGNMENT` renews student/.")
    console.print("Not ready for release." if faults else "Ready for release.")


def show_mistakes(verdicts: Mapping[str, Verdict], console: Console) -> None:
    """Print a table for each problem: which case catches which known mistake, and its names."""
    for name, verdict in verdicts.items():
        again = any(catch.again for catch in verdict.mistakes.values())
        columns = ["mistake", "question", "caught by", "named as"]
        table = Table(*columns, *(["penalised again by"] if again else []), title=name)
        for mistake, catch in verdict.mistakes.items():
            named = ", ".join("itself" if found == mistake else found for found in catch.named)
            caught = "\n".join(catch.cases) or "[red]ESCAPED[/red]"
            more = ["\n".join(catch.again)] if again else []
            table.add_row(mistake, catch.question, caught, named or "not named", *more)
        console.print(table)
    count = sum(len(verdict.mistakes) for verdict in verdicts.values())
    escaped = sum(len(verdict.escaped) for verdict in verdicts.values())
    named_ = sum(len(verdict.named) for verdict in verdicts.values())
    console.print(f"{count} known mistakes, {escaped} escaped, {named_} named as themselves.")
