"""Digests of everything that a question's result depends on.

The questions of one problem are graded together, since later ones look at earlier ones; each has
its own digests, so that a run can say what has changed.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import data
from autograder.course import Assignment, Course, Entry, Problem, Question
from autograder.errors import KitError
from autograder.examine import thresholds
from autograder.grade.results import environment
from autograder.grade.settings import Settings
from autograder.submission import intake
from autograder.submission.intake import Submission

Parts = Mapping[str, str]  # part = digest
_PACKAGE = Path(__file__).resolve().parents[1]
_GRADER = (
    "course", "diagnose", "examine", "grade", "kit", "release", "remote", "submission", "wire",
    "worker", "warm", "errors.py", "result.py", "text.py",
)  # fmt: skip
_DATA = (".py", ".npz")
_NOT_COMPARED = ("course_root", "target", "seed")  # a run has one of each


@dataclass(frozen=True)
class CourseVersions:
    """The digests of a course: of each question by its label, and of what a result shows of all."""

    questions: Mapping[str, Parts]
    assignment: str


def course_versions(course: Course, settings: Settings) -> CourseVersions:
    """Return the digests of the target of ``settings`` as its files are now."""
    assignment = course.target(settings.target)
    chosen = {k: v for k, v in asdict(settings).items() if k not in _NOT_COMPARED}
    shared = {
        "grader": grader_version(),
        "settings": _of(chosen, assignment.repair_feedback),
    }
    questions = {
        f"{entry.problem.name}.{question.name}": _question(assignment, entry, question) | shared
        for entry in assignment.entries
        for question in entry.problem.questions
    }
    written = [[asdict(q) for q in entry.problem.written] for entry in assignment.entries]
    points = [(entry.points.criteria, entry.choice) for entry in assignment.entries]
    hand_in = assignment.hand_in
    rules = (
        hand_in.zip, hand_in.archive, hand_in.required_files, hand_in.separate_files,
        hand_in.max_pages, hand_in.max_size_mb, [entry.place for entry in assignment.entries],
    )  # fmt: skip
    titles = [assignment.title, *(entry.problem.title for entry in assignment.entries)]
    shown = _of(titles, rules, dict(assignment.grades), written, points)
    return CourseVersions(questions, shown)


def submission_versions(
    submission: Submission, assignment: Assignment, others: Callable[[], Mapping[str, str]]
) -> dict[str, str]:
    """Return problem = digest of the files of a submission that its questions depend on."""
    found = {}
    for entry in assignment.entries:
        modules = intake.modules(submission, entry.problem, others)
        files = {**modules.beside, **{f"below {k}": v for k, v in modules.below.items()}}
        found[entry.problem.name] = _of(
            intake.digest(files), dict(modules.faults), sorted(modules.missing)
        )
    return found


@functools.cache
def grader_version() -> str:
    """Return the digest of the code that grades and of the libraries that it uses."""
    files = [
        path
        for part in _GRADER
        for path in ((_PACKAGE / part).rglob("*.py") if not part.endswith(".py")
                     else [_PACKAGE / part])
        if path.is_file()
    ]  # fmt: skip
    files += (path for path in (_PACKAGE.parent / "data").rglob("*") if path.suffix in _DATA)
    libraries = {name: version(name) for name in ("torch", "numpy", "otter-grader")}
    return _of(_files(files, _PACKAGE.parent), libraries, environment().python)


def _question(assignment: Assignment, entry: Entry, question: Question) -> dict[str, str]:
    problem = entry.problem
    folder = problem.folder
    limits = {"limits": asdict(question.limits), "forbidden": asdict(question.forbidden)}
    definition = {
        key: getattr(question, key) for key in ("title", "modules", "objects", "needs", "optional")
    }
    return {
        "test file": _files([question.test_file], folder),
        "helpers": _files(
            (folder / "questions" / f"{n}.py" for n in ("support", "oracle")), folder
        ),
        "known mistakes": _files([folder / "mistakes" / f"{question.name}.toml"], folder),
        "reference": _reference(problem),
        "data": _of(_data(problem), _files([folder / "calibration.toml"], folder)),
        "limits": _of(limits),
        "definition": _of(definition),
        "points": _of(
            list(entry.points.cases[question.name]),
            assignment.public_visibility,
            assignment.hidden_visibility,
        ),
    }


def _reference(problem: Problem) -> str:
    """Return the digest of a problem's modules and given files, with those that it builds on."""
    stand_ins = problem.stand_ins.values()
    names = (*problem.modules, *problem.provided, *problem.outputs, *stand_ins)
    own = _files((problem.folder / name for name in names), problem.folder)
    return _of(own, dict(problem.stand_ins), [_reference(base) for base in problem.builds_on])


def _data(problem: Problem) -> dict[str, str]:
    """Return dataset = the size in use and the checksums of its files."""
    found = {}
    for name in problem.data:
        try:
            size = thresholds.data_size(name, problem)
        except KitError:
            size = "none"
        source = data.dataset(name).available_sizes().get(size)
        found[name] = " ".join([size, *(file.sha256 for file in (source.files if source else ()))])
    return found


def _files(paths: Iterable[Path], root: Path) -> str:
    """Return the digest of the files among ``paths`` that exist."""
    total = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            content = path.read_bytes()
            total.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()[:16]


def _of(*values: Any) -> str:
    """Return the digest of plain values."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
