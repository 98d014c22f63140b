"""What everybody has, so that having it is no evidence: skeleton, reference, right answers."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.course import Assignment, Problem
from autograder.course.source import read_source
from autograder.release.skeleton import skeleton, solution


def given_texts(assignment: Assignment) -> Mapping[str, tuple[str, ...]]:
    """Return problem = the texts whose code is no evidence in it."""
    return {entry.problem.name: tuple(_texts(entry.problem)) for entry in assignment.entries}


def _texts(problem: Problem) -> list[str]:
    found = []
    for name in problem.modules:
        source = read_source(problem.folder / name)
        found += [skeleton(source), solution(source)]
    for path in sorted((problem.folder / "right_answers").rglob("*.py")):
        found.append(read_source(path).text)
    return found
