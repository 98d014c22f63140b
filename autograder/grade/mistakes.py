"""The bank of known mistakes: small wrong variants of a reference, each with what to say."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.course import Problem
from autograder.errors import CourseError


@dataclass(frozen=True)
class Mistake:
    """A wrong variant: ``edits`` maps text of the reference to what stands there instead.

    Each text must stand exactly once in the reference module (``module``, or the problem's
    first). ``explanation`` is for the student: what is seen, why it is wrong, where to look.
    ``question`` is the one that the bank lists it under.
    """

    name: str
    edits: Mapping[str, str]
    explanation: str
    module: str | None = None
    question: str = ""


def load(problem: Problem) -> list[Mistake]:
    """Read the bank of ``problem``, ``MISTAKES`` by question; an empty list if it has none."""
    path = problem.folder / "mistakes.py"
    if not path.is_file():
        return []
    try:
        found = runpy.run_path(str(path)).get("MISTAKES")
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}.") from error
    if not isinstance(found, dict):
        raise CourseError(f"{path}: it must define MISTAKES, a list of mistakes by question.")
    mistakes = [
        replace(mistake, question=question)
        for question, listed in found.items()
        for mistake in listed
    ]
    seen: set[str] = set()
    questions = {question.name for question in problem.questions}
    for mistake in mistakes:
        if mistake.name in seen:
            raise CourseError(f"{path}: two mistakes are called {mistake.name!r}; rename one.")
        if mistake.question not in questions:
            raise CourseError(
                f"{path}: {mistake.name!r} stands under {mistake.question!r}, "
                "a question that problem.toml does not have."
            )
        seen.add(mistake.name)
    return mistakes


def reference(problem: Problem) -> dict[str, str]:
    """Return the reference modules of ``problem``, file name to text."""
    return {name: (problem.folder / name).read_text(encoding="utf-8") for name in problem.modules}


def apply(mistake: Mistake, sources: Mapping[str, str]) -> dict[str, str]:
    """Return ``sources`` with the edits of ``mistake``; raises CourseError where one misses."""
    module = mistake.module or next(iter(sources))
    text = sources[module]
    for old, new in mistake.edits.items():
        if (count := text.count(old)) != 1:
            raise CourseError(
                f"mistake {mistake.name!r}: its text {old[:60]!r} stands {count} times in "
                f"{module}, not once; quote more or less of the reference."
            )
        text = text.replace(old, new)
    return {**sources, module: text}
