"""Commands for the person who grades; every error is one sentence."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from autograder.class_commands import compare, export, suggest
from autograder.command_line import HELP, Commands, course_option
from autograder.course import Course
from autograder.course.calibration import FILE, load_thresholds

_LEVELS = ("auto", "strict", "none")


@click.group(cls=Commands, context_settings=HELP)
@course_option
def main() -> None:
    """Grade submissions in confinement, and prove that the grading is sound."""


main.add_command(compare)
main.add_command(export)
main.add_command(suggest)


@main.command()
@click.argument("target", metavar="ASSIGNMENT_OR_PROBLEM")
@click.argument("submissions", nargs=-1, required=True, metavar="SUBMISSION...",
                type=click.Path(path_type=Path, exists=True))  # fmt: skip
@click.option("--out", "run", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="The folder for results and reports; one folder a submission.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=None,
              help="Submissions graded at a time; default: one a core.")  # fmt: skip
@click.option("--backend", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              default=None, metavar="FILE",
              help="TOML with a table [container] or [slurm]; default: this machine.")  # fmt: skip
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default=None,
              help="Where students' code computes; default: as each question says.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=None,
              help="Draw the inputs of an earlier run; default: new ones, recorded.")  # fmt: skip
@click.option("--isolation", type=click.Choice(_LEVELS), default="auto", show_default=True,
              help="strict: every layer or a refusal; none: only your own code.")  # fmt: skip
@click.option("--pdf", type=click.Choice(["now", "later", "no"]), default="now",
              show_default=True,
              help="Write report PDFs while grading goes on, after it, or not.")  # fmt: skip
@click.option("--no-pdf", is_flag=True, help="The same as --pdf no.")
@click.option("--search", is_flag=True,
              help="Search failed questions for the faulty line, 3 s of CPU each.")  # fmt: skip
@click.option("--roster", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A CSV of the students (email, login, id, name, section, group): SUBMISSION "
              "is the folder or zip of a class.")  # fmt: skip
@click.option("--resume", is_flag=True, hidden=True, help="What happens anyway.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def grade(
    course: Course,
    target: str,
    submissions: tuple[Path, ...],
    run: Path,
    jobs: int | None,
    backend: Path | None,
    device: str | None,
    seed: int | None,
    isolation: str,
    pdf: str,
    no_pdf: bool,
    search: bool,
    roster: Path | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Grade SUBMISSIONs (zips, folders or files) to an assignment or to one problem.

    A folder or zip of a whole class is recognised, as Canvas, Gradescope, Moodle and ILIAS export
    it. Where --out holds a run of the same assignment, only what has changed is graded again.
    """
    from autograder.backends.choose import backend_from
    from autograder.interrupts import Stopped
    from autograder.run import grade_run

    processes = jobs or os.cpu_count() or 1
    try:
        results = grade_run(
            course, target, submissions, run,
            processes=processes, seed=seed, level=isolation,
            pdf=pdf != "no" and not no_pdf, pdf_later=pdf == "later",
            progress=not as_json, roster=roster, backend=backend_from(backend, processes),
            device=device, search=search,
        )  # fmt: skip
    except Stopped as stopped:
        click.echo(str(stopped), err=True)
        sys.exit(130)
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
@click.option("--question", metavar="PROBLEM.QUESTION", help="Show the cases of one question.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (with --question).")
@click.pass_obj
def replay(
    course: Course, result: Path, submission: Path, question: str | None, as_json: bool
) -> None:
    """Grade SUBMISSION with the seed of an earlier RESULT folder and compare the two."""
    from autograder.regrade import replay_question, replay_result

    if as_json and not question:
        raise click.UsageError("--json needs --question PROBLEM.QUESTION.")
    if question:
        cases = replay_question(course, result, submission, question)
        if as_json:
            click.echo(json.dumps({"cases": cases}, indent=1))
        for case in () if as_json else cases:
            said = case["detail"] or case["message"]
            click.echo(f"{case['outcome']:14} {case['name']}{f': {said}' if said else ''}")
        sys.exit(0 if all(case["outcome"] == "passed" for case in cases) else 1)
    differences = replay_result(course, result, submission)
    for line in differences:
        click.echo(line)
    if not differences:
        click.echo(f"{result / 'result.json'}: the same result again.")
    sys.exit(1 if differences else 0)


@main.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--marker", default=None, help="Your name; default: your user name.")
@click.option("--anonymous", is_flag=True, help="Show numbers in place of names.")
@click.option("--port", type=click.IntRange(0, 65535), default=0,
              help="The port of this machine; default: a free one.")  # fmt: skip
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@click.pass_obj
def mark(
    course: Course, run: Path, marker: str | None, anonymous: bool, port: int, browser: bool
) -> None:
    """Mark the written answers of a RUN folder in the browser."""
    import getpass

    from autograder.marking.serve import mark_run

    mark_run(
        run, course=course.root, marker=marker or getpass.getuser(), anonymous=anonymous,
        port=port, browser=browser, say=click.echo,
    )  # fmt: skip


@main.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--for", "reader", type=click.Choice(("staff", "student")), default="staff",
              show_default=True, help="student: only what students may see.")  # fmt: skip
@click.option("--appendix", is_flag=True, help="Add the code of questions that passed.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Reports written at a time.")  # fmt: skip
def report(run: Path, reader: str, appendix: bool, jobs: int) -> None:
    """Bring marks.csv into the totals and write the reports and grades.csv of a RUN folder."""
    from autograder.marking import settle
    from autograder.report import read_results, write_class_reports, write_reports

    totals = settle(run, read_results(run))
    paths = write_reports(run, jobs=jobs, for_student=reader == "student", appendix=appendix)
    write_class_reports(run)
    unmarked = sum(total["total"] is None for total in totals.values())
    click.echo(
        f"{len(paths)} reports in {run}/<submission>/{paths[0].name}, grades.csv, class.pdf, "
        "class.html"
    )
    if unmarked:
        click.echo(f"{unmarked} of {len(totals)} submissions are not marked completely.")


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None,
              help="The PDF; default: beside the notebook.")  # fmt: skip
@click.option("--break-at", type=click.IntRange(0, 6), default=2, show_default=True,
              help="Level of headings that begin a page; 0: none.")  # fmt: skip
@click.option("--lines", type=click.IntRange(min=0), default=30, show_default=True,
              help="Lines of an output that are kept; 0: all.")  # fmt: skip
def pdf(notebook: Path, out: Path | None, break_at: int, lines: int) -> None:
    """Write a NOTEBOOK with its outputs as PDF; nothing in it is run."""
    from autograder.report.notebook import write_notebook_pdf

    target = out or notebook.with_suffix(".pdf")
    click.echo(write_notebook_pdf(notebook, target, break_at=break_at, lines=lines))


@main.command()
@click.argument("problems", nargs=-1, metavar="[PROBLEM ...]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=None,
              help="Processes that grade; default: one a core.")  # fmt: skip
@click.option("--everywhere", is_flag=True,
              help="Grade each in all questions: where is an error penalised again?")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def mistakes(
    course: Course,
    problems: tuple[str, ...],
    seed: int,
    jobs: int | None,
    everywhere: bool,
    as_json: bool,
) -> None:
    """Show which case catches which known mistake; exit status 1 when one escapes."""
    from rich.console import Console

    from autograder.progress import progress_bar
    from autograder.prove import gate
    from autograder.prove.table import show_mistakes

    verdicts = gate.check_problems(
        course,
        [course.problem(name) for name in problems or course.problem_names()],
        gate.Options(seed, diagnose=True, only_mistakes=True, everywhere=everywhere),
        jobs or os.cpu_count() or 1,
        partial(progress_bar, "grading mistakes", 1.0, quiet=as_json),
    )
    escaped = [mistake for verdict in verdicts.values() for mistake in verdict.escaped]
    if as_json:
        content: dict[str, Any] = {
            name: {mistake: {"cases": catch.cases, "hidden": catch.hidden, "named": catch.named,
                             "again": catch.again}
                   for mistake, catch in verdict.mistakes.items()}
            for name, verdict in verdicts.items()
        }  # fmt: skip
        click.echo(json.dumps({"problems": content, "escaped": escaped}, indent=1))
    else:
        show_mistakes(verdicts, Console(width=None if sys.stdout.isatty() else 140))
    faults = [f"{name}: {fault}" for name, v in verdicts.items() for fault in v.grader_faults()]
    for fault in faults:
        click.echo(f"{fault}.", err=True)
    sys.exit(1 if escaped or faults else 0)


@main.command()
@click.argument("problem")
@click.option("--seeds", type=click.IntRange(min=5), default=10, show_default=True,
              help="How many runs of the reference to measure.")  # fmt: skip
@click.pass_obj
def calibrate(course: Course, problem: str, seeds: int) -> None:
    """Measure the reference of PROBLEM and write its thresholds into calibration.toml."""
    from autograder.progress import progress_bar
    from autograder.prove import calibrate as calibration

    chosen = course.problem(problem)
    load_thresholds(chosen.folder)  # a broken file is found before hours of training, not after
    _, sizes = calibration.sizes_to_measure(chosen)
    with progress_bar("calibrating", seeds * len(sizes)) as advance:
        measured = calibration.measure(
            course, chosen, range(seeds), lambda line: advance(line=line)
        )
    click.echo(calibration.write(chosen.folder / FILE, measured))


@main.command()
@click.argument("root", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--isolation", type=click.Choice(_LEVELS), default="auto", show_default=True,
              help="strict: every layer or a refusal; none: only your own code.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=None,
              help="Draw the inputs of an earlier run; default: new ones.")  # fmt: skip
def gradescope(root: Path, isolation: str, seed: int | None) -> None:
    """Grade the submission in ROOT, laid out by Gradescope; `run_autograder` calls this."""
    from autograder.exchange.gradescope_run import grade_on_gradescope

    click.echo(f"Wrote {grade_on_gradescope(root.resolve(), isolation, seed)}")


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
