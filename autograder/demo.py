"""The demonstration: build an assignment, grade sample submissions, write every report."""

from __future__ import annotations

import ast
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import typst

from autograder.course import (
    Assignment,
    Course,
    Mistake,
    Problem,
    default_course,
    load_mistakes,
    points_of,
)
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.publish.handouts import student_package
from autograder.release.leaks import scan
from autograder.release.package_tree import zip_bytes
from autograder.release.private import collect
from autograder.release.student import answers_sheet, student_tree
from autograder.run import grade_run

ASSIGNMENT = "dl22_a2"


@dataclass(frozen=True)
class Sample:
    """A made-up student: a name, what was handed in, and what it shows."""

    name: str
    files: Mapping[str, bytes]
    shows: str


def run_demo(out: Path, name: str = ASSIGNMENT, seed: int | None = None) -> None:
    """Build assignment ``name``, grade samples into ``out`` and say where to look.

    Without ``seed``, the inputs of the cases are new each time.
    """
    course = default_course()
    assignment = course.assignment(name)
    for part in ("package", "submissions", "results"):
        shutil.rmtree(out / part, ignore_errors=True)
    click.echo(f"Building the student package of {name}: {assignment.title}")
    package = _build(course, assignment, out / "package")
    click.echo(f"Built {package} ({package.stat().st_size / 1024:.0f} KB), nothing private in it.")
    first = assignment.entries[0].problem  # all problems would train for minutes
    samples = list(_samples(first))
    paths = [_hand_in(sample, out / "submissions") for sample in samples]
    click.echo(f"Grading {len(paths)} sample submissions of {first.name}, each in a sandbox:")
    for sample in samples:
        click.echo(f"  {sample.name:<16} {sample.shows}")
    order = [paths[-1], *paths[:-1]]  # what takes longest first: the others are graded meanwhile
    grade_run(course, first.name, order, out / "results", processes=os.cpu_count() or 1, seed=seed)
    click.echo(
        f"Reports: {out / 'results'}/<submission>/report.pdf, class.html, class.pdf, grades.csv"
    )
    click.echo("Next:")
    for command, does in _next_commands(assignment, paths[0]):
        click.echo(f"  {_python()} {command}\n      {does}")


def _next_commands(assignment: Assignment, submission: Path) -> Iterator[tuple[str, str]]:
    """Yield the commands that an instructor needs next, with what they do."""
    problem = assignment.entries[0].problem.name
    yield (
        f"build_assignment.py check {problem}",
        f"proves that the problem {problem} is ready for release",
    )
    yield (
        f"build_assignment.py build {assignment.name}",
        "writes the package for your students into dist/",
    )
    yield (
        f"-m autograder grade {problem} {submission} --out runs/first",
        "grades what they hand in: zips, folders or files",
    )


def _python() -> str:
    """Return this interpreter as one types it here."""
    path = Path(sys.executable)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else "python"


def _build(course: Course, assignment: Assignment, folder: Path) -> Path:
    content = zip_bytes(student_package(course, assignment), assignment.name)
    problems = [entry.problem for entry in assignment.entries]
    leaks = list(scan(f"{assignment.name}.zip", content, collect(course, problems)))
    if leaks:
        raise CourseError(f"The package leaks: {leaks[0]}")
    folder.mkdir(parents=True)
    path = folder / f"{assignment.name}.zip"
    path.write_bytes(content)
    return path


def _samples(problem: Problem) -> Iterator[Sample]:
    """Yield students who show what grading does: right, untouched, wrong in known ways, broken."""
    folder, tree = problem.name, student_tree(problem)
    right = {f"{folder}/{name}": text.encode() for name, text in bank.reference(problem).items()}
    right[f"{folder}/answers.md"] = _answered(problem).encode()
    right["report.pdf"] = typst.compile(b"= Report of a made-up student")
    untouched = {f"{folder}/{name}": tree[name] for name in problem.modules}
    yield Sample("ada", right, "the reference solution with answers")
    yield Sample("untouched", untouched, "the skeleton as released")
    module = f"{folder}/{problem.modules[0]}"
    for number, mistake in enumerate(_one_a_question(problem)[:2], 1):
        text = _without_optional(problem, bank.apply(mistake, problem)[problem.modules[0]])
        yield Sample(f"mistaken-{number}", {**right, module: text.encode()}, mistake.title)
    broken = right[module] + b"\ndef unfinished(:\n"
    yield Sample("broken", {**right, module: broken}, "a syntax error in the last line")
    endless = right[module] + b"\nwhile True:\n    pass\n"
    yield Sample("endless", {**right, module: endless}, "an endless loop on import")


def _one_a_question(problem: Problem) -> list[Mistake]:
    chosen: dict[str, Mistake] = {}
    for mistake in load_mistakes(problem):
        chosen.setdefault(mistake.question, mistake)
    return list(chosen.values())


def _without_optional(problem: Problem, text: str) -> str:
    """Leave out what only optional questions ask for: a student may, and it trains for long."""
    needed = {name for q in problem.questions if not q.optional for name in q.objects}
    optional = {name for q in problem.questions if q.optional for name in q.objects} - needed
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in optional:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            for number in range(first - 1, node.end_lineno or first):
                lines[number] = ""
    return "".join(lines)


def _answered(problem: Problem) -> str:
    """Return the sheet for written answers with the model answer below each question."""
    sheet = answers_sheet(problem, points_of(problem))
    for question in problem.written:
        prompt = "\n".join(f"> {line}".rstrip() for line in question.prompt.splitlines())
        sheet = sheet.replace(prompt, f"{prompt}\n\n{question.model_answer}")
    return sheet


def _hand_in(sample: Sample, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"dl22-2-{sample.name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sample.files.items():
            archive.writestr(name, content)
    return path
