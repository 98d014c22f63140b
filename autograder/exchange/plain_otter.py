"""The same package under ``otter run``: the cases of a question on the modules handed in.

Otter runs the tests in the process of the student's code. It is for those who accept that; the
grader of this kit keeps them apart. The test files in the package call ``cases_of``.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import json
import os
import random
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from otter.test_files import test_case

from autograder.course import Assignment, Course, Entry, Question, default_course
from autograder.errors import CourseError
from autograder.examine import testfiles
from autograder.examine.fixed_files import fixed_files, is_fixed, write_tree
from autograder.submission import intake
from checks import seeded
from checks.guarded import guarded

TARGET = "target.json"  # in the package: what it grades


@dataclass
class _Loaded:
    """A student's modules of one problem: their names and values, or why there are none."""

    folder: Path
    modules: dict[str, ModuleType] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def names(self, question: Question) -> dict[str, Any]:
        """Return what the modules of ``question`` define; the first module wins."""
        for name in question.modules:
            if name in self.faults:
                raise AssertionError(self.faults[name])
        names: dict[str, Any] = {}
        for name in reversed(question.modules):
            module = self.modules[Path(name).stem]
            names |= {Path(name).stem: module} | vars(module)
        return names


def cases_of(problem: str, question: str) -> dict[str, Any]:
    """Return what a test file for Otter defines: the cases, with the points of the assignment.

    The modules are read from the working folder, where Otter has put what was handed in.
    """
    entry = _entry(problem)[2]
    asked = entry.problem.question(question)
    loaded = _load(problem, Path.cwd())
    parsed = testfiles.load(asked.test_file)
    cases: dict[str, Any] = {"all_or_nothing": parsed.all_or_nothing}
    for case, points in zip(parsed.cases, entry.points.cases[question], strict=True):
        marked = test_case(
            name=case.name, points=float(points), hidden=case.hidden,
            failure_message=case.failure_message,
        )  # fmt: skip
        cases[f"case_{len(cases)}"] = marked(functools.partial(_run, case, asked, loaded))
    return cases


@functools.cache
def _entry(problem: str) -> tuple[Course, Assignment, Entry]:
    course = default_course()
    target = json.loads((course.root / TARGET).read_text(encoding="utf-8"))["target"]
    assignment = course.target(target)
    for entry in assignment.entries:
        if entry.problem.name == problem:
            return course, assignment, entry
    raise CourseError(f"{assignment.name} has no problem {problem!r}.")


@functools.cache
def _load(name: str, submission: Path) -> _Loaded:
    """Write the modules of a problem with what they import into a folder, and import them."""
    course, assignment, entry = _entry(name)
    problem = entry.problem
    given = intake.modules(intake.read(submission, assignment), problem, dict)
    loaded = _Loaded(Path(tempfile.mkdtemp(prefix="otter-")), faults=dict(given.faults))
    ours = fixed_files(course, problem)
    apart = {name: content for name, content in ours.items() if not is_fixed(name)}
    own = {name: content for name, content in given.beside.items() if not is_fixed(name)}
    write_tree(loaded.folder, apart, own, _stand_ins(ours, entry, given.below))
    with _in_place(loaded):
        for name in problem.modules:
            try:
                if name not in loaded.faults:
                    loaded.modules[Path(name).stem] = importlib.import_module(Path(name).stem)
            except (Exception, SystemExit) as error:
                loaded.faults[name] = f"{name} cannot be imported: {type(error).__name__}: {error}"
    return loaded


def _stand_ins(
    ours: Mapping[str, bytes], entry: Entry, below: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the modules of the problems that this one builds on: the student's, else ours."""
    names = {name for base in entry.problem.builds_on for name in base.stand_ins}
    return {**{name: ours[name] for name in names}, **below}


def _run(case: testfiles.Case, question: Question, loaded: _Loaded) -> None:
    """Run a case with fixed random numbers, among the student's files."""
    seed = zlib.crc32(f"{question.name}:{case.name}".encode())
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    with _in_place(loaded), seeded(seed):
        names = loaded.names(question)
        wanted = inspect.signature(case.function).parameters
        case.function(**{name: guarded(names.get(name)) for name in wanted})


@contextlib.contextmanager
def _in_place(loaded: _Loaded) -> Iterator[None]:
    """Work in the folder of a problem, with its modules; other problems have modules of the same
    names.
    """
    before = Path.cwd()
    sys.modules.update(loaded.modules)
    sys.path.insert(0, str(loaded.folder))
    importlib.invalidate_caches()
    os.chdir(loaded.folder)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path.remove(str(loaded.folder))
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(f"{loaded.folder}{os.sep}"):
                loaded.modules[name] = sys.modules.pop(name)
