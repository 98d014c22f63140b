"""Commands about a whole class: compare two runs, export its grades."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from autograder.course import Course


@click.command()
@click.argument("before", metavar="RUN_A", type=click.Path(path_type=Path, exists=True,
                file_okay=False))  # fmt: skip
@click.argument("after", metavar="RUN_B", type=click.Path(path_type=Path, exists=True,
                file_okay=False))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "sheet", type=click.Path(path_type=Path, dir_okay=False),
              help="Write a row per changed case into this file.")  # fmt: skip
@click.option("--pdf", "report", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the table as PDF into this file.")  # fmt: skip
def compare(
    before: Path, after: Path, as_json: bool, sheet: Path | None, report: Path | None
) -> None:
    """Show who gained and lost from RUN_A to RUN_B, in which case and why.

    Exit status 1 when anything has changed.
    """
    import msgspec
    from rich.console import Console

    from autograder.compare import show
    from autograder.compare.changes import compare_runs

    changes = compare_runs(before, after)
    if sheet:
        show.write_csv(changes, sheet)
    if report:
        show.write_pdf(changes, (str(before), str(after)), report)
    has_changed = any(change.kind != "same" for change in changes)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(changes), indent=1))
    else:
        if has_changed:
            Console(width=None if sys.stdout.isatty() else 140).print(show.table(changes))
        click.echo(show.summary(changes))
    sys.exit(1 if has_changed else 0)


@click.command()
@click.argument("problem")
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--least", type=click.IntRange(min=1), default=2, show_default=True,
              help="How many submissions must need the same repair.")  # fmt: skip
@click.pass_obj
def suggest(course: Course, problem: str, run: Path, least: int) -> None:
    """Print drafts of known mistakes of PROBLEM from what `grade --search` found in RUN.

    Each is an edit of the reference; write its title and explanation yourself.
    """
    from autograder.diagnose.suggest import as_toml, drafts
    from autograder.report import read_results
    from autograder.report.repairs import single_repairs

    chosen = course.problem(problem)
    found = drafts(chosen, single_repairs(read_results(run), chosen.name), least)
    click.echo("\n\n".join(as_toml(chosen, draft) for draft in found))
    if not found:
        click.echo(
            f"No repair of {problem} is needed by {least} or more submissions of {run}; "
            "was it graded with --search?", err=True,
        )  # fmt: skip


@click.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--format", "platform", required=True,
              type=click.Choice(["canvas", "gradescope", "ilias", "moodle"]),
              help="The platform that imports the grades.")  # fmt: skip
@click.option(
    "--roster",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="A CSV of the students (email, login, id, name, section).",
)
@click.option("--gradebook", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="What the platform exported: only the grade is filled in.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False),
              help="The file to write; default: <format>.csv in RUN.")  # fmt: skip
def export(
    run: Path, platform: str, roster: Path, gradebook: Path | None, out: Path | None
) -> None:
    """Write the grades of RUN for every student, as a learning platform imports them."""
    from autograder.exchange import exports
    from autograder.exchange.class_grades import class_grades
    from autograder.exchange.roster import read_roster

    students = read_roster(roster)
    path = out or run / f"{platform}.csv"
    messages = exports.export(class_grades(run, students), platform, students, gradebook, path)
    for line in messages:
        click.echo(line, err=True)
    click.echo(f"Wrote {path} with {len(students.students)} students.")
