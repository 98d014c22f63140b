"""The verdicts of the release gate as a table and sentences."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from autograder.prove.gate import Verdict


def show(verdicts: Mapping[str, Verdict], console: Console | None = None) -> None:
    """Print a row for each problem, then what is wrong, or that all may be released."""
    console = console or Console(highlight=False)
    table = Table("problem", "reference", "skeleton", "mistakes caught", "leaks", "drift")
    for name, verdict in verdicts.items():
        score, maximum = verdict.reference
        caught = len(verdict.caught) - len(verdict.escaped)
        table.add_row(
            name,
            f"{score:g} of {maximum:g}",
            f"{verdict.skeleton:g}",
            f"{caught} of {len(verdict.caught)}",
            str(len(verdict.leaks)),
            str(len(verdict.drift)),
        )
    console.print(table)
    faults = [f"{name}: {fault}" for name, v in verdicts.items() for fault in v.faults()]
    for fault in faults:
        console.print(f"{fault}.", markup=False, soft_wrap=True)
    if any(verdict.drift for verdict in verdicts.values()):
        console.print("`python build_assignment.py build ASSIGNMENT` renews student/.")
    console.print("Not ready for release." if faults else "Ready for release.")
