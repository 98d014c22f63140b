"""Assignments: problems with their points, and the rules for handing in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from autograder.course.assignment_file import AssignmentFile, EntryTable, RepairFeedback
from autograder.course.hand_in import HandInTable, check_hand_in
from autograder.course.model import Problem, listing
from autograder.course.points import Choice, Points, PointsError, points_of
from autograder.course.tables import Visibility
from autograder.course.toml import TomlFile

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Entry:
    """A problem as one assignment asks it: without the questions that are left out.

    ``total`` is what it is worth in all, ``fixed`` the points of single questions. With a
    ``choice``, a student chooses among the optional questions, and the best of them count.
    ``folder`` is where its files are in a submission, if not in a folder of its own name.
    """

    problem: Problem
    total: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    choice: Choice | None = None
    folder: str | None = None

    @property
    def place(self) -> str:
        """The folder of its files in a submission."""
        return self.folder or self.problem.name

    @cached_property
    def points(self) -> Points:
        """The points of every question, case and criterion in this assignment."""
        return points_of(self.problem, self.total, self.fixed, self.choice)


@dataclass(frozen=True)
class Assignment:
    """What is released, handed in and graded as one."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    hand_in: HandInTable = field(default_factory=HandInTable)
    hidden_visibility: Visibility = "after_published"
    public_visibility: Visibility = "visible"
    grades: Mapping[str, float] = field(default_factory=dict)
    repair_feedback: RepairFeedback = "line"

    @classmethod
    def of(cls, problem: Problem) -> Assignment:
        """Return an assignment of ``problem`` alone, with its natural points."""
        return cls(problem.name, problem.title, (Entry(problem),))


def read_assignment(path: Path, problem: Callable[[str], Problem], names: list[str]) -> Assignment:
    """Read the assignment at ``path``; ``problem`` reads one of the problems called ``names``."""
    file = TomlFile.read(path)
    table = file.decode(AssignmentFile)
    if not table.problems:
        raise file.error((), "it lists no [[problems]]")
    check_hand_in(file, table.hand_in)
    listed = [entry.name for entry in table.problems]
    for number, name in enumerate(listed):
        keys = ("problems", number, "name")
        if name not in names:
            raise file.error(keys, f"there is no problem {name!r}; there are: {listing(names)}")
        if name in listed[:number]:
            raise file.error(keys, f"it lists {name!r} twice; remove one of the two")
    _check_folders(file, table)
    entries = []
    for number, entry in enumerate(table.problems):
        whole = problem(entry.name)
        if missing := {base.name for base in whole.builds_on} - set(listed):
            raise file.error(
                ("problems", number),
                f"{entry.name!r} builds on {listing(missing)}; list that problem too",
            )
        entries.append(_entry(file, number, entry, whole))
    return Assignment(
        name=path.stem,
        title=table.title,
        entries=tuple(entries),
        hand_in=table.hand_in,
        hidden_visibility=table.visibility.hidden,
        public_visibility=table.visibility.public,
        grades=table.grades,
        repair_feedback=table.feedback.repair,
    )


def _entry(file: TomlFile, number: int, table: EntryTable, problem: Problem) -> Entry:
    known = [question.name for question in problem.questions]
    known += [question.name for question in problem.written]
    for place, name in enumerate(table.leave_out):
        if name not in known:
            raise file.error(
                ("problems", number, "leave_out", place),
                f"{table.name} has no question {name!r}; it has: {listing(known)}",
            )
    for name in table.questions:
        keys = ("problems", number, "questions", name)
        if name not in known:
            raise file.error(
                keys, f"{table.name} has no question {name!r}; it has: {listing(known)}"
            )
        if name in table.leave_out:
            raise file.error(keys, f"question {name!r} has points and is left out; choose one")
    if not set(known) - set(table.leave_out):
        raise file.error(
            ("problems", number, "leave_out"),
            f"it leaves out every question of {table.name}; remove this problem instead",
        )
    choice = Choice(table.choose.best, table.choose.points) if table.choose else None
    asked = without(problem, table.leave_out)
    entry = Entry(asked, table.points, table.questions, choice, table.folder)
    if choice is not None:
        optional = [question.name for question in entry.problem.questions if question.optional]
        _check_choice(file, number, table, choice, optional)
    if table.points is not None or table.questions or choice is not None:
        key = "points" if table.points is not None else "questions" if table.questions else "choose"
        try:
            _ = entry.points
        except PointsError as error:
            raise file.error(("problems", number, key), f"{table.name}: {error}") from None
    return entry


def _check_folders(file: TomlFile, table: AssignmentFile) -> None:
    """Fail unless every problem has a folder of its own in the zip that students hand in."""
    taken = {entry.name.lower() for entry in table.problems}
    for number, entry in enumerate(table.problems):
        if entry.folder is None:
            continue
        keys = ("problems", number, "folder")
        if not _FOLDER.fullmatch(entry.folder):
            raise file.error(
                keys,
                f"{entry.folder!r} in 'folder' is not the name of a folder; write one like 'P5'",
            )
        if entry.folder.lower() in taken:
            raise file.error(
                keys, f"{entry.folder!r} in 'folder' is the folder of another problem; choose a "
                "name that no other has"
            )  # fmt: skip
        taken.add(entry.folder.lower())


def _check_choice(
    file: TomlFile, number: int, table: EntryTable, choice: Choice, optional: list[str]
) -> None:
    """Fail unless there is something to choose from, at one price."""
    if choice.best >= len(optional):
        asked = listing(optional) if optional else "none"
        raise file.error(
            ("problems", number, "choose", "best"),
            f"students choose {choice.best}, so {table.name} needs more optional questions than "
            f"that; it asks: {asked}",
        )
    for name in table.questions:
        if name in optional:
            raise file.error(
                ("problems", number, "questions", name),
                f"question {name!r} is one to choose, and 'choose' says what each is worth",
            )


def without(problem: Problem, names: tuple[str, ...]) -> Problem:
    """Return ``problem`` without the questions called ``names``."""
    if not names:
        return problem
    questions = [question for question in problem.questions if question.name not in names]
    return replace(
        problem,
        questions=tuple(
            replace(question, needs=tuple(n for n in question.needs if n not in names))
            for question in questions
        ),
        written=tuple(question for question in problem.written if question.name not in names),
    )
