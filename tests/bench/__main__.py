"""Measure everything in one run and print it; nothing is judged here."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from autograder.errors import KitError

from . import building, grading, nbgrader_run, otter_run, problems, references, reports, table
from .checks import CHECKS
from .series import BenchError, Series

QUICK, FULL, OTHERS = 2, 30, 3  # repetitions: a quick run, a full run, the other graders
_PACKAGES = {otter_run: "otter-grader", nbgrader_run: "nbgrader"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--quick",
    is_flag=True,
    help="Two repetitions, without the other graders and the longest training.",
)
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False),
              help="Write all values into this file.")  # fmt: skip
def main(quick: bool, path: Path | None) -> None:
    """Measure this kit, and otter run and nbgrader autograde on the same checks, side by side."""
    times, students = (QUICK, 1) if quick else (FULL, grading.CLASS_SIZE)
    rows: list[Series] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as root:
        folder = Path(root)
        for check in CHECKS:
            place = folder / f"ours-{check.name}"
            measured = grading.measure(check, place, times, students)
            rows += _taken(f"{check.name} check: our grader", measured)
        if not quick:
            for grader, package in _PACKAGES.items():
                for check in CHECKS:
                    what = f"{check.name} check: {grader.WHAT}"
                    if _version(package) == table.MISSING:
                        rows.append(Series(what, what, "s", (), note=table.MISSING))
                        continue
                    place = folder / f"{package}-{check.name}"
                    rows += _taken(what, grader.measure(check, place, OTHERS))
        rows += _taken("references", references.measure(min(times, 10)))
        rows += _taken(
            "problems", problems.measure(folder / "problems", times, everything=not quick)
        )
        rows += _taken("building", building.measure(folder / "build", min(times, 10)))
        rows += _taken("reports", reports.measure(folder / "reports", times))
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(", ".join(f"{name} {value}" for name, value in machine().items()))
    table.show(rows, console)
    if path is not None:
        path.write_text(json.dumps(as_json(rows), indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if any(row.note == table.FAILED for row in rows) else 0)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "Linux": platform.release(),
        "Python": platform.python_version(),
    } | {name: _version(name) for name in ("torch", "numpy", *_PACKAGES.values())}


def as_json(rows: Iterable[Series]) -> dict[str, Any]:
    """Return all values in seconds and bytes."""
    rows = list(rows)
    return {
        "machine": machine(),
        "rows": {
            row.key: {"what": row.what, "values": row.values, "target": row.target,
                      "median": row.median if row.values else None, "note": row.note}
            for row in rows
        },
        "side_by_side": table.ratios(rows),
    }  # fmt: skip


def _taken(what: str, found: Iterable[Series]) -> list[Series]:
    """Return the rows of one part; where it fails, those it had and one that says so."""
    click.echo(f"Measuring {what} ...", err=True)
    rows: list[Series] = []
    try:
        rows.extend(found)
    except (BenchError, KitError) as error:
        click.echo(f"{what} could not be measured: {error}", err=True)
        rows.append(Series(what, what, "s", (), note=table.FAILED))
    return rows


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return table.MISSING


if __name__ == "__main__":
    main(prog_name="python -m tests.bench")
