"""Score a submission by Otter: its runner in this process, or its command ``otter run``."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from autograder.course import Problem, default_course
from autograder.examine import testfiles
from autograder.examine.fixed_files import fixed_files


def otter_scores(
    problem: Problem, texts: dict[str, str], folder: Path, questions: Sequence[str]
) -> dict[str, float]:
    """Return the points of each of ``questions``; the submission is written into ``folder``."""
    environment = loaded(problem, texts, folder)
    scores = {}
    for name in questions:
        test_file = testfiles.parse(problem.question(name).test_file)
        test_file.run(environment)
        scores[name] = test_file.score
    return scores


def loaded(problem: Problem, texts: dict[str, str], folder: Path) -> dict[str, object]:
    """Import the modules of a submission from ``folder`` and return all their names."""
    folder.mkdir()
    before = set(sys.modules)
    for name, content in fixed_files(default_course(), problem).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    environment: dict[str, object] = {}
    sys.path.insert(0, str(folder))
    try:
        for name, text in texts.items():
            (folder / name).write_text(text)
            spec = importlib.util.spec_from_file_location(f"handed_in_{folder.name}", folder / name)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            environment.update(vars(module))
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{folder}/"):
                del sys.modules[name]
    return environment


def otter_run_scores(
    problem: Problem,
    texts: Mapping[str, str],
    folder: Path,
    questions: Sequence[str],
    inside: Sequence[str | Path] = (),
    seconds: float | None = None,
) -> dict[str, float]:
    """Score the questions by the command ``otter run``, as someone with Otter alone would.

    A notebook imports all names of the modules, since Otter takes a script only where no other
    Python file lies beside it; the modules and what the code wrote lie beside the notebook. The
    command runs ``inside`` another one, and is killed after so many ``seconds``.
    """
    tests, support, out = folder / "tests", folder / "support", folder / "out"
    for path in (tests, support, out):
        path.mkdir(parents=True)
    for name in questions:
        shutil.copy(problem.question(name).test_file, tests)
    for name, text in texts.items():
        (support / name).write_text(text)
    _add_files_of_the_grader(problem, support)
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
        [*inside, *otter, "run", "-a", folder / "autograder.zip", "-o", out, "--no-logo",
         folder / "work.ipynb"],
    ):  # fmt: skip
        done = subprocess.run(
            command, cwd=support, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=seconds,
        )  # fmt: skip
        if done.returncode:
            raise OtterFailed(done.stdout + done.stderr)
    try:
        results = json.loads((out / "results.json").read_text())["tests"]
    except (OSError, ValueError, KeyError) as error:
        raise OtterFailed(f"{error}\n{done.stdout}{done.stderr}") from error
    return {test["name"]: test["score"] for test in results if test["name"] in questions}


class OtterFailed(Exception):
    """The command ended without scores."""


def _add_files_of_the_grader(problem: Problem, folder: Path) -> None:
    """Write helpers, provided files and, for hidden cases, the labels that only a grader has."""
    for helper in ("support.py", "oracle.py"):
        if (problem.folder / "questions" / helper).is_file():
            shutil.copy(problem.folder / "questions" / helper, folder)
    for name, content in fixed_files(default_course(), problem).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    if problem.data:
        holdout = default_course().root / "data" / "holdout"
        shutil.copytree(
            holdout, folder / "data" / "holdout", ignore=shutil.ignore_patterns("__*__")
        )
        shutil.copy(holdout / "__init__.py", folder / "data" / "holdout")
