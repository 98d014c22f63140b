"""Run the cases of a problem as plain Otter does, on modules laid out as students have them."""

from __future__ import annotations

import contextlib
import importlib
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course, Problem, Question
from autograder.diagnose import bank
from autograder.examine import KIT, testfiles
from autograder.examine.fixed_files import fixed_files, write_tree
from checks import evidence, seeded

LONG_SECONDS = 60  # a question that is allowed as much CPU time as this trains a model


def is_long(question: Question) -> bool:
    """Tell whether a question trains a model."""
    return question.limits.cpu_seconds >= LONG_SECONDS


@contextlib.contextmanager
def modules_of(
    course: Course,
    problem: Problem,
    texts: Mapping[str, str],
    folder: Path,
    wanted: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """Import the modules ``wanted`` (default: all) of ``texts`` and yield the names in them.

    ``texts`` maps file names to sources; the files that students get lie next to them. Where two
    modules define a name, the first module wins.
    """
    below = {
        name: text for base in problem.builds_on for name, text in bank.reference(base).items()
    }
    files = {name: text.encode() for name, text in {**below, **texts}.items()}
    own = {name: content for name, content in fixed_files(course, problem).items()
           if name.split("/")[0] not in ("checks", "data", "figures")}  # fmt: skip
    write_tree(folder, own, files)
    for name in {**own, **files}:  # a test before may have left a module of this name
        sys.modules.pop(Path(name).stem, None)
    before, path = set(sys.modules), list(sys.path)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        modules = [importlib.import_module(Path(n).stem) for n in wanted or problem.modules]
        names: dict[str, Any] = {}
        for module in reversed(modules):
            names |= vars(module)
        yield names
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(f"{folder}/") or file.startswith(f"{KIT}/__"):
                del sys.modules[name]


def failures(
    question: Question, names: Mapping[str, Any], seed: int = 0, hidden: bool | None = None
) -> dict[str, str]:
    """Run the cases of ``question`` on ``names``; return the message of each failed case.

    What they record is left as evidence until the next call.
    """
    evidence.collect()
    file = testfiles.parse(question.test_file)
    with seeded(seed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning costs a student nothing
        np.random.seed(seed)
        if torch := sys.modules.get("torch"):
            torch.manual_seed(seed)
        file.run(dict(names))
    return {
        result.test_case.body.test_func.__name__: result.message
        for result in file.test_case_results
        if not result.passed and hidden in (None, result.test_case.hidden)
    }


def right_answers(problem: Problem) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield name, own module and all modules of each right answer.

    ``right_answers/<name>.py`` takes the place of the problem's first module,
    ``right_answers/<module>/<name>.py`` of another one.
    """
    folder = problem.folder / "right_answers"
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        module = problem.modules[0] if len(inside.parts) == 1 else f"{inside.parts[0]}.py"
        assert module in problem.modules, f"{path}: {problem.name} has no module {module}"
        yield (
            inside.as_posix(),
            module,
            {**bank.reference(problem), module: path.read_text(encoding="utf-8")},
        )
