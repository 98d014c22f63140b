"""Every notebook runs from top to bottom on the reference and draws the figures of the handout."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from autograder.course import Problem, default_course
from autograder.course.source import parse
from autograder.diagnose import bank
from autograder.examine.fixed_files import write_tree
from autograder.release.notebook import notebook_skeleton
from autograder.release.package_tree import assignment_tree
from autograder.release.student import notebook_name

from .plain_otter import is_long

COURSE = default_course()
LONG = pytest.mark.skipif("PROVE" not in os.environ, reason="trains for minutes: run `make prove`")
NOTEBOOKS = [
    pytest.param(p, id=p.name, marks=[LONG] if any(map(is_long, p.questions)) else [])
    for p in map(COURSE.problem, COURSE.problem_names())
    if p.notebook
]
SECONDS = 600


def solved_notebook(problem: Problem) -> nbformat.NotebookNode:
    """Return the notebook with the solutions of its cells in place."""
    master = problem.folder / str(problem.notebook)
    text = re.sub(r"^ *# (BEGIN SOLUTION: .*|END SOLUTION)\n", "", master.read_text("utf-8"),
                  flags=re.MULTILINE)  # fmt: skip
    return nbformat.reads(notebook_skeleton(parse(text, master), problem.name), as_version=4)


def assignment_with(problem: Problem) -> str:
    """Return the assignment that brings the problem with all that it builds on."""
    for name in COURSE.assignment_names():
        if problem.name in {entry.problem.name for entry in COURSE.assignment(name).entries}:
            return name
    return problem.name


@pytest.mark.slow
@pytest.mark.parametrize("problem", NOTEBOOKS)
def test_the_notebook_runs_on_the_reference(problem: Problem, tmp_path: Path) -> None:
    tree = assignment_tree(COURSE, COURSE.target(assignment_with(problem)))
    solved = {
        f"{one.name}/{name}": text.encode()
        for one in (problem, *problem.builds_on)
        for name, text in bank.reference(one).items()
    }
    write_tree(tmp_path, tree, solved)
    folder = tmp_path / problem.name
    assert notebook_name(str(problem.notebook)) in {path.name for path in folder.iterdir()}
    notebook = solved_notebook(problem)
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, timeout=SECONDS, resources=resources).execute()
    outputs = [item for cell in notebook.cells for item in cell.get("outputs", [])]
    printed = "".join(item.get("text", "") for item in outputs)
    assert not re.search(r"^  (failed|error|not attempted) ", printed, flags=re.MULTILINE), printed
    assert "  passed" in printed
    figures = [item for item in outputs if "image/png" in item.get("data", {})]
    assert figures, "the notebook draws nothing"
