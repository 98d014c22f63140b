"""A course: all problems and assignments below one folder, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from autograder.course.assignments import Assignment, read_assignment
from autograder.course.model import Problem, listing
from autograder.course.problems import read_problem
from autograder.errors import CourseError


@dataclass(frozen=True)
class Course:
    """All problems and assignments below one folder; a broken file breaks only what needs it."""

    root: Path

    @cached_property
    def solutions(self) -> Path:
        """The folder of the problems."""
        return self.root / "solutions"

    @cached_property
    def assignments(self) -> Path:
        """The folder of the assignments."""
        return self.root / "autograder" / "assignments"

    def problem_names(self) -> list[str]:
        """Return the names of all problems, sorted."""
        return sorted(path.parent.name for path in self.solutions.glob("*/problem.toml"))

    def assignment_names(self) -> list[str]:
        """Return the names of all assignments, sorted."""
        return sorted(path.stem for path in self.assignments.glob("*.toml"))

    def problem(self, name: str, above: tuple[str, ...] = ()) -> Problem:
        """Read the problem called ``name``; raises CourseError with file and cause.

        ``above`` are problems that are being read because they build on it.
        """
        names = self.problem_names()
        if name not in names:
            raise CourseError(f"There is no problem {name!r}; there are: {listing(names)}.")
        above = (*above, name)
        return read_problem(self.solutions / name, partial(self.problem, above=above), names, above)

    def assignment(self, name: str) -> Assignment:
        """Read the assignment called ``name``; raises CourseError with file and cause."""
        names = self.assignment_names()
        if name not in names:
            raise CourseError(f"There is no assignment {name!r}; there are: {listing(names)}.")
        return read_assignment(
            self.assignments / f"{name}.toml", self.problem, self.problem_names()
        )

    def readable(self, names: Iterable[str]) -> tuple[list[Assignment], list[CourseError]]:
        """Read every target called one of ``names``; return them, and the errors of the others."""
        found: list[Assignment] = []
        errors: dict[str, CourseError] = {}
        for name in names:
            try:
                found.append(self.target(name))
            except CourseError as error:
                errors.setdefault(str(error), error)
        return found, list(errors.values())

    def target(self, name: str) -> Assignment:
        """Return the assignment ``name``, or an assignment of just the problem ``name``."""
        if name in self.assignment_names():
            return self.assignment(name)
        if name in self.problem_names():
            problem = self.problem(name)
            return Assignment.of(problem)
        raise CourseError(
            f"{name!r} is neither an assignment ({listing(self.assignment_names())}) "
            f"nor a problem ({listing(self.problem_names())})."
        )


def default_course() -> Course:
    """Return the course that this package belongs to."""
    return Course(Path(__file__).resolve().parents[2])
