"""The known mistakes of a question as data: titles, edits of the reference, what to tell."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.course.reading import Problem
from autograder.errors import CourseError


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement: ``old`` occurs exactly once in its block and becomes ``new``.

    ``block`` names the solution blocks of one function or method. Without it, ``old`` occurs
    exactly once in the whole module.
    """

    old: str
    new: str
    block: str | None = None


class Mistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong variant of the reference.

    ``title`` and ``explanation`` are for the student: what is wrong, why, and where to look.
    ``module`` is the reference file that the edits change (default: the problem's first module),
    ``block`` the default of the edits' blocks. ``question`` is the name of the TOML file.
    """

    name: str
    title: str
    explanation: str
    edits: tuple[Edit, ...]
    module: str | None = None
    block: str | None = None
    question: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mistakes: tuple[Mistake, ...]


def load_mistakes(problem: Problem) -> list[Mistake]:
    """Read ``mistakes/<question>.toml`` of every question, in the order of the questions."""
    folder = problem.folder / "mistakes"
    questions = [question.name for question in problem.questions]
    found: list[Mistake] = []
    for path in sorted(folder.glob("*.toml"), key=lambda path: _order(path, questions)):
        try:
            file = msgspec.toml.decode(path.read_bytes(), type=_File)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CourseError(f"{path}: {error}.") from None
        if path.stem not in questions:
            raise CourseError(f"{path}: problem.toml has no question {path.stem!r}; rename it.")
        for mistake in file.mistakes:
            if any(mistake.name == other.name for other in found):
                raise CourseError(f"{path}: two mistakes are called {mistake.name!r}; rename one.")
            found.append(
                msgspec.structs.replace(
                    mistake,
                    question=path.stem,
                    explanation=" ".join(mistake.explanation.split()),
                )
            )
    return found


def _order(path: Path, questions: list[str]) -> int:
    return questions.index(path.stem) if path.stem in questions else len(questions)
