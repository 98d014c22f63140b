"""The package for instructors and TAs: solutions, model answers, marking schemes, hidden cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from autograder.course import Assignment, Entry, Problem
from autograder.course.calibration import FILE
from autograder.course.source import parse, read_source
from autograder.publish.handouts import Pages
from autograder.release.grading_table import counted
from autograder.release.notebook import notebook
from autograder.release.skeleton import solution
from autograder.release.student import Tree, notebook_name
from autograder.report.page import Page

README = """\
# {title}: for instructors

Private: it holds all answers. Nothing of it is in the student package.

- `<problem>/solution/`: the reference modules, the files that they need, the notebook.
- `<problem>/marking.md`, `.html`, `.pdf`: each written question with model answer and criteria.
- `<problem>/questions/`: all cases, hidden ones too; `<problem>/mistakes/`: known mistakes and what
  students are told about them; `<problem>/calibration.toml`: thresholds, where there are any.
- `points.csv`: the points of every question, case and criterion.
- `release.md`: what was released.

{problems}
"""


def instructor_package(assignment: Assignment, note: str, pages: Tree) -> Tree:
    """Return every file of the package by its path.

    ``note`` is the release note, ``pages`` are the ``marking_pages`` as HTML and as PDF.
    """
    tree = dict(pages)
    for entry in assignment.entries:
        problem = entry.problem
        tree |= {f"{problem.name}/{name}": text for name, text in _problem(problem)}
        if problem.written:
            tree[f"{problem.name}/marking.md"] = marking_scheme(entry).encode()
    listed = "\n".join(
        f"- `{entry.problem.name}`: {entry.problem.title} ({counted(entry.points.total)})"
        for entry in assignment.entries
    )
    tree["README.md"] = README.format(title=assignment.title, problems=listed).encode()
    tree["points.csv"] = _points(assignment).encode()
    tree["release.md"] = note.encode()
    return dict(sorted(tree.items()))


def marking_pages(assignment: Assignment) -> Pages:
    """Return the marking schemes of all problems with written questions."""
    return {
        f"{entry.problem.name}/marking": Page(
            f"{entry.problem.title}: marking", assignment.title, marking_scheme(entry),
            entry.problem.folder,
        )
        for entry in assignment.entries
        if entry.problem.written
    }  # fmt: skip


def marking_scheme(entry: Entry) -> str:
    """Return the written questions of a problem with model answers and criteria."""
    parts = [f"# {entry.problem.title}: marking"]
    for question in entry.problem.written:
        points = entry.points.criteria[question.name]
        parts += [
            f"## {question.title} ({counted(entry.points.of(question.name))})",
            question.prompt, "### Model answer", question.model_answer, "### Criteria",
            "\n".join(
                f"- {worth:g}: {text}"
                for worth, (_, text) in zip(points, question.criteria, strict=True)
            ),
        ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _problem(problem: Problem) -> Iterator[tuple[str, bytes]]:
    """Yield the private files of a problem and its solution without markers."""
    for name in problem.modules:
        yield f"solution/{name}", solution(read_source(problem.folder / name)).encode()
    for name in (*problem.provided, *problem.outputs):
        yield f"solution/{name}", (problem.folder / name).read_bytes()
    if problem.notebook:
        master = read_source(problem.folder / problem.notebook)
        solved = parse(solution(master, is_notebook=True), master.path)
        name = notebook_name(problem.notebook)
        yield f"solution/{name}", notebook(solved, Path(name).stem).encode()
    for pattern in ("questions/*.py", "mistakes/*.toml", FILE):
        for path in sorted(problem.folder.glob(pattern)):
            yield path.relative_to(problem.folder).as_posix(), path.read_bytes()


def _points(assignment: Assignment) -> str:
    """Return a table with a row for each question, case and criterion."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["problem", "question", "kind", "number", "points", "optional"])
    for entry in assignment.entries:
        points = entry.points
        for kind, parts in (("case", points.cases), ("criterion", points.criteria)):
            for name, worths in parts.items():
                optional = "yes" if name in points.optional else "no"
                for number, worth in enumerate(worths, 1):
                    row = [entry.problem.name, name, kind, number, f"{worth:g}", optional]
                    table.writerow(row)
    return stream.getvalue()
