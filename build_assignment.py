"""The instructor's command: list, build and check assignments, or run the demonstration."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from autograder.command_line import HELP, Commands, course_option
from autograder.course import Assignment, Course, Problem
from autograder.release.drift import drift, rewrite
from autograder.release.leaks import scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import collect
from autograder.release.student import student_tree


@click.group(cls=Commands, context_settings=HELP)
@course_option
def main() -> None:
    """Make student packages from reference solutions, and prove that they are sound."""


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(course: Course, as_json: bool) -> None:
    """Show the assignments and the problems they are made of."""
    rows, faults = course.readable(course.assignment_names())
    problems, others = course.readable(course.problem_names())
    if as_json:
        assignments = {
            row.name: {"title": row.title, "problems": [e.problem.name for e in row.entries]}
            for row in rows
        }
        names = [problem.name for problem in problems]
        click.echo(json.dumps({"assignments": assignments, "problems": names}, indent=1))
    else:
        _show(rows, problems)
    _finish({str(fault) for fault in (*faults, *others)})


def _show(rows: list[Assignment], problems: list[Assignment]) -> None:
    for row in rows:
        click.echo(f"{row.name}  {row.title}")
        for entry in row.entries:
            parts = [f"{len(entry.problem.questions)} autograded questions"]
            parts += [f"{len(entry.problem.written)} written"] if entry.problem.written else []
            click.echo(f"  {entry.problem.name}  {entry.problem.title} ({', '.join(parts)})")
    used = {entry.problem.name for row in rows for entry in row.entries}
    if unused := [problem.name for problem in problems if problem.name not in used]:
        click.echo(f"Problems in no assignment: {', '.join(unused)}")


def _finish(faults: set[str]) -> None:
    """Show the faults of files that cannot be read, and exit with status 2 if there are any."""
    for fault in sorted(faults):
        click.echo(f"Error: {fault}", err=True)
    if faults:
        sys.exit(2)


@main.command()
@click.argument("assignments", nargs=-1, required=True, metavar="ASSIGNMENT...")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"),
              show_default=True, help="Where the packages go.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an object each.")
@click.pass_obj
def build(course: Course, assignments: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Build the packages of each ASSIGNMENT (or problem) and renew student/.

    NAME.zip is for students, NAME-autograder.zip for Gradescope and `otter run`,
    NAME-instructor.zip for you; NAME-release.md says what is in them.
    """
    targets = [course.target(name) for name in dict.fromkeys(assignments)]
    sound = [_build(course, target, out, as_json) for target in targets]
    sys.exit(0 if all(sound) else 1)


def _build(course: Course, target: Assignment, out: Path, as_json: bool) -> bool:
    """Build one assignment; return whether its packages give nothing away."""
    from autograder.publish.build import build_release

    say: Callable[[str], None] = (lambda _: None) if as_json else click.echo
    say(f"Building {target.name}: {target.title}")
    release = build_release(course, target)
    archive = release.files[f"{target.name}.zip"]
    say(f"  package: {len(release.student)} files, {len(archive) / 1024:.0f} KB as a zip")
    leaks = [str(leak) for leak in release.leaks]
    summary: dict[str, Any] = {"assignment": target.name, "zip": None, "bytes": len(archive),
                               "files": sorted(release.student), "leaks": leaks, "student": [],
                               "written": []}  # fmt: skip
    if leaks:
        for leak in leaks:
            click.echo(f"  leak: {leak}", err=True)
        found = f"{_count(len(leaks), 'leak')}; nothing of {target.name} was written."
        click.echo(f"Refused: {found}", err=True)
    else:
        say("  leak scan: nothing private in it")
        for problem in (entry.problem for entry in target.entries):
            fresh = student_tree(course.problem(problem.name))
            touched = rewrite(course.root / "student" / problem.name, fresh)
            summary["student"] += touched
            for line in touched or [f"{problem.name} is up to date"]:
                say(f"  student: {line}")
        for path in release.write(out):
            summary["written"].append(str(path))
            say(f"Wrote {path} ({_whom(path.name, target.name)})")
        summary["zip"] = summary["written"][0]
    if as_json:
        click.echo(json.dumps(summary, indent=1))
    return not leaks


def _whom(file: str, name: str) -> str:
    """Return for whom a file of a release is."""
    uses = {
        ".zip": "for students",
        "-autograder.zip": "for Gradescope and `otter run`",
        "-instructor.zip": "private: solutions and marking",
        "-release.md": "what is in them",
    }
    return uses[file.removeprefix(name)]


@main.command("drift")
@click.pass_obj
def drift_(course: Course) -> None:
    """Scan every package for leaks and compare student/ with a fresh build; write nothing."""
    found: list[str] = []
    assignments, faults = course.readable(course.assignment_names())
    for assignment in assignments:
        archive = zip_bytes(assignment_tree(course, assignment), assignment.name)
        secrets = collect(course, [entry.problem for entry in assignment.entries])
        found += [f"leak: {leak}" for leak in scan(f"{assignment.name}.zip", archive, secrets)]
    problems, others = course.readable(course.problem_names())
    for target in problems:
        (entry,) = target.entries
        folder = course.root / "student" / entry.problem.name
        found += [f"drift: {line}" for line in drift(folder, student_tree(entry.problem))]
    for line in found:
        click.echo(line)
    if any(line.startswith("drift") for line in found):
        click.echo("`python build_assignment.py build ASSIGNMENT` updates student/.")
    _finish({str(fault) for fault in (*faults, *others)})
    sys.exit(1 if found else 0)


@main.command()
@click.argument("problem")
@click.option("--like", metavar="OTHER", help="Copy the problem OTHER instead of the template.")
@click.pass_obj
def new(course: Course, problem: str, like: str | None) -> None:
    """Create PROBLEM with one question of each kind to change; it passes `check` at once."""
    from autograder.release.new import create_problem

    files = create_problem(course, problem, like)
    click.echo(f"Wrote {_count(len(files), 'file')} to {course.solutions / problem}:")
    for path in files:
        click.echo(f"  {path.relative_to(course.solutions / problem)}")
    click.echo("Next:")
    click.echo(f"  change the files, then: python build_assignment.py build {problem}")
    click.echo(f"  prove the problem:      python build_assignment.py check {problem}")
    click.echo("  add it to an assignment in autograder/assignments/")


@main.command()
@click.argument("names", metavar="[PROBLEM ...]", nargs=-1)
@click.option("--all", "everything", is_flag=True,
              help="Run everything: also the parts that the table lists as not run.")  # fmt: skip
@click.option("--diagnose", is_flag=True, help="Say too how many mistakes the diagnosis names.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--seeds", type=click.IntRange(min=1), default=None,
              help="Only grade the right answers, with this many draws of the inputs.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=None,
              help="Processes that grade; default: one a core.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def check(
    course: Course,
    names: tuple[str, ...],
    everything: bool,
    diagnose: bool,
    seed: int,
    seeds: int | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Put problems (or the problems of an assignment; default: all) through the release gate."""
    from autograder.progress import progress_bar
    from autograder.prove import gate

    if names:
        targets, faults = [course.target(name) for name in names], set[str]()
    else:
        targets, errors = course.readable(course.problem_names())
        faults = {str(error) for error in errors}
    problems = {entry.problem.name: entry.problem for t in targets for entry in t.entries}
    processes = jobs or os.cpu_count() or 1
    bar = partial(progress_bar, "checking", 1.0, quiet=as_json)
    if seeds is not None:
        lost = _lost_by_seeds(course, list(problems.values()), seeds, processes, bar, as_json)
        _finish(faults)
        sys.exit(1 if lost else 0)
    options = gate.Options(seed, diagnose, everything)
    verdicts = gate.check_problems(course, list(problems.values()), options, processes, bar)
    totals = {
        key: sum(len(getattr(verdict, key)) for verdict in verdicts.values())
        for key in ("drift", "leaks", "escaped")
    }
    ok = not any(verdict.faults() for verdict in verdicts.values())
    if as_json:
        found = {name: verdict.as_json() for name, verdict in verdicts.items()}
        click.echo(json.dumps({"problems": found, "ok": ok, "totals": totals}, indent=1))
    else:
        from autograder.prove.table import show

        show(verdicts, named=diagnose)
    _finish(faults)
    sys.exit(0 if ok else 1)


def _lost_by_seeds(
    course: Course, problems: list[Problem], seeds: int, processes: int, bar: Any, as_json: bool
) -> bool:
    """Print what right answers lose over ``seeds`` draws of the inputs; return whether any does."""
    from autograder.prove.seeds import grade_seeds

    found = grade_seeds(course, problems, seeds, processes, bar)
    if as_json:
        click.echo(json.dumps({name: vars(of) for name, of in found.items()}, indent=1))
    else:
        for name, of in found.items():
            what = f"{_count(of.answers, 'right answer')}, {_count(seeds, 'seed')}"
            click.echo(f"{name}: {what}: {_count(len(of.lost), 'case')} lost.")
            for line in of.lost:
                click.echo(f"  {line}")
    return any(of.lost for of in found.values())


@main.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), show_default=True,
              default=Path("runs/demo"), help="Where the results go.")  # fmt: skip
def demo(out: Path) -> None:
    """Build an assignment, grade sample submissions and write the reports."""
    importlib.import_module("autograder.demo").run_demo(out)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


if __name__ == "__main__":
    main(prog_name="python build_assignment.py")
