"""Measure everything in one run and print it; nothing is judged here."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from autograder.atomic import write_json
from autograder.errors import KitError

from . import (
    building,
    class_size,
    costs,
    grading,
    history,
    measures,
    nbgrader_run,
    otter_run,
    problems,
    profiling,
    references,
    reports,
    table,
)
from .checks import CHECKS
from .series import BenchError, Series

QUICK, FULL, OTHERS = 2, 30, 3  # repetitions: a quick run, a full run, the other graders
CLASSES = (
    ("rnn_layers", 100), ("rnn_layers", 300), ("rnn_layers", 1000), ("simple_cnn", 100),
)  # fmt: skip
_PACKAGES = {otter_run: "otter-grader", nbgrader_run: "nbgrader"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--quick",
    is_flag=True,
    help="Two repetitions, without the other graders and the longest training.",
)
@click.option("--class", "classes", multiple=True, metavar="[PROBLEM:]COUNT",
              help="Measure only whole classes, such as 100 or simple_cnn:100.")  # fmt: skip
@click.option("--measures", "only_measures", is_flag=True,
              help="Measure only what each measure against hostile submissions costs.")  # fmt: skip
@click.option("--costs", "only_costs", is_flag=True,
              help="Measure nothing: print what the last benchmark says of costs.")  # fmt: skip
@click.option("--profile", "profiled", type=click.Path(path_type=Path, dir_okay=False),
              help="Measure nothing else: write a page (HTML) that shows where the time of "
              "submissions goes.")  # fmt: skip
@click.option("--file", "last", type=click.Path(path_type=Path, dir_okay=False),
              default=history.FILE, show_default=True,
              help="Where the last benchmark is, and this one goes.")  # fmt: skip
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False),
              help="Write all values of this benchmark into this file too.")  # fmt: skip
def main(
    quick: bool,
    classes: tuple[str, ...],
    only_measures: bool,
    only_costs: bool,
    profiled: Path | None,
    last: Path,
    path: Path | None,
) -> None:
    """Measure this kit, and otter run and nbgrader autograde on the same checks, side by side."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    before = history.read(last)
    if only_costs:
        costs.show(before["rows"], console)
        return
    if profiled is not None:
        try:
            profiling.write_page(profiled)
        except (BenchError, KitError) as error:
            raise click.ClickException(str(error)) from None
        return
    wanted = [_class(text) for text in classes]
    with tempfile.TemporaryDirectory(prefix="bench-") as root:
        if only_measures:
            rows = _measures(Path(root), FULL)
        elif wanted:
            rows = _classes(wanted, Path(root))
        else:
            rows = _everything(quick, Path(root))
    console.print(", ".join(f"{name} {value}" for name, value in machine().items()))
    table.show(rows, console)
    history.show(before, rows, console)
    content = as_json(rows)
    costs.show(content["rows"], console)
    last.parent.mkdir(parents=True, exist_ok=True)
    write_json(last, history.merged(before, content))
    if path is not None:
        write_json(path, content)
    sys.exit(1 if any(row.note == table.FAILED for row in rows) else 0)


def _everything(quick: bool, folder: Path) -> list[Series]:
    times, students = (QUICK, 1) if quick else (FULL, grading.CLASS_SIZE)
    rows: list[Series] = []
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
    rows += _taken("problems", problems.measure(folder / "problems", times, everything=not quick))
    rows += _measures(folder, times)
    rows += _taken("building", building.measure(folder / "build", min(times, 10)))
    rows += _taken("reports", reports.measure(folder / "reports", times))
    return rows + ([] if quick else _classes(CLASSES, folder))


def _measures(folder: Path, times: int) -> list[Series]:
    measured = measures.measure(folder / "measures", min(times, 10))
    return _taken("measures against hostile submissions", measured)


def _classes(wanted: Sequence[tuple[str, int]], folder: Path) -> list[Series]:
    rows: list[Series] = []
    for name, count in wanted:
        place = folder / f"{name}-{count}"
        rows += _taken(f"a class of {count}, {name}", class_size.measure(name, count, place))
    return rows


def _class(text: str) -> tuple[str, int]:
    name, _, count = text.rpartition(":")
    if not count.isdecimal() or int(count) < 2:
        raise click.BadParameter(f"{text!r} is not a class; write 100 or simple_cnn:100.")
    return name or "rnn_layers", int(count)


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
