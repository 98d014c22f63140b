"""One test file, two graders: Otter on the student's objects, ours on proxies, the same score."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from otter_scores import otter_scores

from autograder.course import Course, Problem, default_course, load_mistakes
from autograder.diagnose import bank
from autograder.examine.fixed_files import fixed_files
from autograder.prove.answers import is_long
from autograder.prove.sources import grade_sources
from autograder.release.student import student_tree

PROVE = "PROVE" in os.environ
MISTAKES = 3 if PROVE else 1  # how many are graded by the command `otter run`
IN_CI = "simple_cnn", "text_classification", "transfer_learning"
LONG = pytest.mark.skipif(not PROVE, reason="runs for minutes: run `make prove`")


def variants(problem: Problem, mistakes: int) -> dict[str, dict[str, str]]:
    """Return reference, skeleton and some known mistakes, each as {file: text}."""
    reference = bank.reference(problem)
    tree = student_tree(problem)
    chosen = load_mistakes(problem)
    step = max(1, len(chosen) // mistakes)
    return {
        "reference": reference,
        "skeleton": {name: tree[name].decode() for name in problem.modules},
        **{m.name: bank.apply(m, problem) for m in chosen[::step][:mistakes]},
    }


def otter_run_scores(
    problem: Problem, texts: dict[str, str], folder: Path, questions: list[str]
) -> dict[str, float]:
    """Score the questions by the command ``otter run``, as someone with Otter alone would.

    A notebook imports all names of the modules, since Otter takes a script only where no other
    Python file lies beside it; the modules and what the code wrote lie beside the notebook.
    """
    tests, support, out = folder / "tests", folder / "support", folder / "out"
    for path in (tests, support, out):
        path.mkdir(parents=True)
    for name in questions:
        shutil.copy(problem.question(name).test_file, tests)
    for helper in ("support.py", "oracle.py"):
        if (problem.folder / "questions" / helper).is_file():
            shutil.copy(problem.folder / "questions" / helper, support)
    for name, content in fixed_files(default_course(), problem).items():
        (support / name).parent.mkdir(parents=True, exist_ok=True)
        (support / name).write_bytes(content)
    if problem.data:  # hidden cases need the labels that only a grader has
        holdout = default_course().root / "data" / "holdout"
        shutil.copytree(
            holdout, support / "data" / "holdout", ignore=shutil.ignore_patterns("__*__")
        )
        shutil.copy(holdout / "__init__.py", support / "data" / "holdout")
    for name in (*problem.modules, *problem.outputs):
        if name in texts:
            (support / name).write_text(texts[name])
    cells = [
        nbformat.v4.new_code_cell(f"from {Path(name).stem} import *") for name in problem.modules
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "work.ipynb")
    otter = [sys.executable, "-m", "otter"]
    without = ["--no-requirements", "--no-environment", "--no-config"]
    for command in (
        [*otter, "generate", "-t", tests, "-o", folder / "autograder.zip", *without,
         *sorted(path.name for path in support.iterdir())],
        [*otter, "run", "-a", folder / "autograder.zip", "-o", out, "--no-logo",
         folder / "work.ipynb"],
    ):  # fmt: skip
        done = subprocess.run(command, cwd=support, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((out / "results.json").read_text())["tests"]
    return {test["name"]: test["score"] for test in results if test["name"] in questions}


def our_scores(course: Course, problem: Problem, sources, questions) -> dict[str, dict[str, float]]:
    results = grade_sources(course, problem, sources, questions)
    return {
        name: {q["name"]: q["score"] for q in result["problems"][0]["questions"]}
        for name, result in results.items()
    }


@pytest.mark.parametrize("name", ["affine", "attention"])
def test_both_graders_agree_on_the_small_course(small, name, tmp_path):
    problem = small.problem(name)
    questions = [question.name for question in problem.questions]
    sources = variants(problem, 3)
    ours = our_scores(small, problem, sources, questions)
    for variant, texts in sources.items():
        theirs = otter_scores(problem, texts, tmp_path / variant, questions)
        assert ours[variant] == pytest.approx(theirs), variant


@pytest.mark.slow  # minutes: every quick case, several times under each grader
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in IN_CI else LONG)
        for name in default_course().problem_names()
    ],
)
def test_the_command_otter_run_agrees(name, tmp_path):
    course = default_course()
    problem = course.problem(name)
    quick = [q.name for q in problem.questions if not is_long(q)]
    sources = variants(problem, MISTAKES)
    ours = our_scores(course, problem, sources, quick)
    assert sum(ours["reference"].values()) > 0
    for variant, texts in sources.items():
        theirs = otter_run_scores(problem, texts, tmp_path / variant, quick)
        assert ours[variant] == pytest.approx(theirs), variant
