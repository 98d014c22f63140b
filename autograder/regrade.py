"""Grade a submission once more, as an earlier result says, and compare the two."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.errors import KitError
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings
from autograder.report.read import read_result
from autograder.result import Result


def replay_result(course: Course, folder: Path, submission: Path) -> list[str]:
    """Grade ``submission`` again with the recorded seed; return the differences, a line each."""
    old = read_result(folder)
    new = _again(course, old, folder, submission)
    return _differences("", {**old, "times": {}}, {**new, "times": {}})


def replay_question(course: Course, folder: Path, submission: Path, label: str) -> list[Any]:
    """Grade the question ``label`` (PROBLEM.QUESTION) again; return its cases as they are now.

    Earlier questions of the problem are graded too, since points of this one may depend on them.
    """
    old = read_result(folder)
    name, _, wanted = label.partition(".")
    graded = {p["name"]: [q["name"] for q in p["questions"]] for p in old["problems"]}
    if wanted not in graded.get(name, ()):
        raise KitError(f"{folder} has no question {label}.")
    needed = graded[name][: graded[name].index(wanted) + 1]
    new = _again(course, old, folder, submission, {name: needed})
    (problem,) = (p for p in new["problems"] if p["name"] == name)
    (cases,) = (q["cases"] for q in problem["questions"] if q["name"] == wanted)
    return list(cases)


def _again(
    course: Course,
    old: Result,
    folder: Path,
    submission: Path,
    only: Mapping[str, Sequence[str]] | None = None,
) -> Result:
    """Grade ``submission`` as ``old`` in ``folder`` says: whole, or only some questions by problem.

    No points depend on the search for faulty lines, so it is left out where only some are graded.
    """
    questions = [question for problem in old["problems"] for question in problem["questions"]]
    searched = only is None and any(question["repair"] for question in questions)
    settings = Settings(
        course.root, old["assignment"], old["seed"], old["isolation"]["level"], search=searched
    )
    with closing(open_judge(settings)) as judge, tempfile.TemporaryDirectory() as scratch:
        if only is not None:
            judge.grader.only = lambda problem, question: (
                question.name in only.get(problem.name, ())
            )
        new = judge.grade(submission, Path(scratch), old["submission"]["name"])
    if old["submission"]["sha256"] != new["submission"]["sha256"]:
        raise KitError(f"{submission} is not the submission that {folder} was graded from.")
    return new


def _differences(where: str, old: Any, new: Any) -> list[str]:
    if where.endswith(".repair") and any(side and side["ran_out"] for side in (old, new)):
        return []  # a search that ran out of time ends where the clock says
    if type(old) is type(new) and isinstance(old, dict):
        keys = sorted(old.keys() | new.keys())
        return [
            d for key in keys for d in _differences(f"{where}.{key}", old.get(key), new.get(key))
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [d for i, (a, b) in pairs for d in _differences(f"{where}[{i}]", a, b)]
    return [] if old == new else [f"{where[1:]}: {old!r} is now {new!r}"]
