"""Problems and questions as the rest of the program sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.course.written import WrittenQuestion
from autograder.errors import CourseError


@dataclass(frozen=True)
class Limits:
    """What one test case may use; CPU time decides, wall time is a backstop for sleepers."""

    cpu_seconds: float = 10.0
    memory_mb: int = 2048
    import_seconds: float = 10.0
    device: str = "cpu"

    @property
    def wall_seconds(self) -> float:
        """The backstop: generous, so that a busy machine fails nobody."""
        return 4 * self.cpu_seconds + 20

    @property
    def import_wall_seconds(self) -> float:
        """The same for the import of the student's modules."""
        return 4 * self.import_seconds


@dataclass(frozen=True)
class Forbidden:
    """What a student must write alone: modules not to import, dotted names not to use."""

    imports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def entry(self, name: str) -> str | None:
        """Return the entry that forbids the dotted ``name``, or None."""
        for module in self.imports:
            if name == module or name.startswith(module + "."):
                return module
        return next((pattern for pattern in self.names if fnmatchcase(name, pattern)), None)


@dataclass(frozen=True)
class Question:
    """One autograded question: one test file, and the modules that its cases import."""

    name: str
    title: str
    judged_by: str  # in a few words, for the handout
    test_file: Path
    modules: tuple[str, ...]  # the ones that its cases import
    objects: tuple[str, ...]
    needs: tuple[str, ...]
    limits: Limits
    forbidden: Forbidden
    optional: bool


@dataclass(frozen=True)
class Problem:
    """One problem: the folder ``solutions/<name>/`` with all that makes it.

    Its modules may import the modules of the problems that it ``builds_on``. ``stand_ins`` maps
    modules to our replacements, which reveal no solution: a problem that builds on this one uses
    them where the student's own module is missing or wrong. ``outputs`` are files that the
    student's code writes and the student hands in; ``may_hand_in`` are patterns of further ones.
    """

    name: str
    title: str
    folder: Path
    modules: tuple[str, ...]
    provided: tuple[str, ...]
    outputs: tuple[str, ...]
    may_hand_in: tuple[str, ...]
    builds_on: tuple[Problem, ...]
    stand_ins: Mapping[str, str]
    notebook: str | None
    preload: tuple[str, ...]
    data: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    written: tuple[WrittenQuestion, ...]

    def question(self, name: str) -> Question:
        """Return the question called ``name``."""
        for question in self.questions:
            if question.name == name:
                return question
        raise CourseError(
            f"{self.name} has no question {name!r}; "
            f"it has: {listing(q.name for q in self.questions)}."
        )


def listing(names: Iterable[str]) -> str:
    """Return names for a sentence, sorted."""
    return ", ".join(sorted(names)) or "none"
