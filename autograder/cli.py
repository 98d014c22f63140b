"""Commands for the person who grades; every error is one sentence."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from autograder.course import Course, default_course
from autograder.errors import KitError
from data import DataError

_LEVELS = ("auto", "strict", "none")


class Commands(click.Group):
    """Turns an error meant for a person into one sentence and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (KitError, DataError) as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--course", "root", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="The folder of another course; default: this one.")  # fmt: skip
@click.pass_context
def main(ctx: click.Context, root: Path | None) -> None:
    """Grade submissions in confinement, and prove that the grading is sound."""
    ctx.obj = Course(root.resolve()) if root else default_course()


@main.command()
@click.argument("target", metavar="ASSIGNMENT_OR_PROBLEM")
@click.argument("submissions", nargs=-1, required=True, metavar="SUBMISSION...",
                type=click.Path(path_type=Path, exists=True))  # fmt: skip
@click.option("--out", "run", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="The folder for results and reports; one folder a submission.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=None,
              help="Submissions graded at a time; default: one a core.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=None,
              help="Draw the inputs of an earlier run; default: new ones, recorded.")  # fmt: skip
@click.option("--isolation", type=click.Choice(_LEVELS), default="auto", show_default=True,
              help="strict: every layer or a refusal; none: only your own code.")  # fmt: skip
@click.option("--pdf/--no-pdf", default=True, help="Write a report PDF per submission.")
@click.option("--resume", is_flag=True, help="Keep the results that --out already holds.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def grade(
    course: Course,
    target: str,
    submissions: tuple[Path, ...],
    run: Path,
    jobs: int | None,
    seed: int | None,
    isolation: str,
    pdf: bool,
    resume: bool,
    as_json: bool,
) -> None:
    """Grade SUBMISSIONs (zips, folders or files) to an assignment or to one problem."""
    from autograder.run import grade_run

    results = grade_run(
        course, target, submissions, run,
        processes=jobs or os.cpu_count() or 1, seed=seed, level=isolation, pdf=pdf,
        resume=resume, progress=not as_json,
    )  # fmt: skip
    if as_json:
        summary = [
            {key: result[key] for key in ("score", "max_score", "seed")}
            | {"submission": result["submission"]["name"], "outcomes": _outcomes(result)}
            for result in results
        ]
        click.echo(json.dumps({"run": str(run), "results": summary}, indent=1))
    needs_regrade = any("grader_error" in _outcomes(result).values() for result in results)
    sys.exit(3 if needs_regrade else 0)


@main.command()
@click.argument("result", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("submission", type=click.Path(path_type=Path, exists=True))
@click.pass_obj
def replay(course: Course, result: Path, submission: Path) -> None:
    """Grade SUBMISSION with the seed of an earlier RESULT folder and compare the two."""
    from autograder.regrade import replay_result

    differences = replay_result(course, result, submission)
    for line in differences:
        click.echo(line)
    if not differences:
        click.echo(f"{result / 'result.json'}: the same result again.")
    sys.exit(1 if differences else 0)


@main.command()
@click.argument("problems", nargs=-1, metavar="[PROBLEM ...]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def mistakes(course: Course, problems: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Show which case catches which known mistake; exit status 1 when one escapes."""
    from rich.console import Console
    from rich.table import Table

    from autograder.prove.sources import Catch, catch_mistakes

    found: dict[str, list[Catch]] = {}
    for name in problems or course.problem_names():
        found[name] = catch_mistakes(course, course.problem(name), seed)
    everything = [catch for catches in found.values() for catch in catches]
    escaped = [catch.mistake for catch in everything if catch.escaped]
    if as_json:
        content: dict[str, Any] = {
            name: {catch.mistake: {"cases": catch.cases, "hidden": catch.hidden,
                                   "named": catch.diagnoses} for catch in catches}
            for name, catches in found.items()
        }  # fmt: skip
        click.echo(json.dumps({"problems": content, "escaped": escaped}, indent=1))
    else:
        console = Console(width=None if sys.stdout.isatty() else 140)
        for name, catches in found.items():
            table = Table("mistake", "question", "caught by", "named as", title=name)
            for catch in catches:
                named = ", ".join(
                    "itself" if found == catch.mistake else found for found in catch.diagnoses
                )
                caught = "\n".join(catch.cases) or "[red]ESCAPED[/red]"
                table.add_row(catch.mistake, catch.question, caught, named or "not named")
            console.print(table)
        itself = sum(catch.mistake in catch.diagnoses for catch in everything)
        console.print(
            f"{len(everything)} known mistakes, {len(escaped)} escaped, "
            f"{itself} named as themselves."
        )
    sys.exit(1 if escaped else 0)


@main.command()
@click.argument("problem")
@click.option("--seeds", type=click.IntRange(min=5), default=10, show_default=True,
              help="How many runs of the reference to measure.")  # fmt: skip
@click.pass_obj
def calibrate(course: Course, problem: str, seeds: int) -> None:
    """Measure the reference of PROBLEM and write its thresholds into calibration.toml."""
    from autograder.prove import calibrate as calibration

    chosen = course.problem(problem)
    path = chosen.folder / "calibration.toml"
    measured = calibration.measure(course, chosen, range(seeds), click.echo)
    older = path.read_text(encoding="utf-8") if path.is_file() else ""
    click.echo(calibration.write(path, measured, older))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Say what this machine offers for grading, and what to do about what is missing."""
    from autograder.backends.doctor import inspect_machine, print_findings

    findings = inspect_machine()
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in findings], indent=1))
    else:
        print_findings(findings)
    sys.exit(1 if any(finding.state == "needed" for finding in findings) else 0)


def _outcomes(result: dict[str, Any]) -> dict[str, str]:
    return {
        f"{problem['name']}.{question['name']}": question["outcome"]
        for problem in result["problems"]
        for question in problem["questions"]
    }
