"""Read what an instructor wrote: problems, questions, rubrics and assignments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from autograder.course.written import WrittenQuestion, read_written
from autograder.errors import CourseError

T = TypeVar("T")
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")


@dataclass(frozen=True)
class Limits:
    """What one test case may use; CPU time decides, wall time is a backstop for sleepers.

    ``import_seconds`` is the CPU time for importing the student's modules.
    """

    cpu_seconds: float = 10.0
    memory_mb: int = 2048
    import_seconds: float = 10.0

    @property
    def wall_seconds(self) -> float:
        """The backstop: generous, so that a busy machine fails nobody."""
        return 4 * self.cpu_seconds + 20


@dataclass(frozen=True)
class Forbidden:
    """What a student must write alone: modules not to import, dotted names not to use."""

    imports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One autograded question: one test file, and the modules it looks into."""

    name: str
    title: str
    judged_by: str  # in a few words, for the handout
    test_file: Path
    modules: tuple[str, ...]  # those of the problem that it looks into
    objects: tuple[str, ...]
    needs: tuple[str, ...]
    limits: Limits
    forbidden: Forbidden
    optional: bool


@dataclass(frozen=True)
class Problem:
    """One problem: the folder ``solutions/<name>/`` with all that makes it.

    Its modules may import those of the problems that it ``builds_on``. ``stand_ins`` maps modules
    to files of ours with the same functions that give no answer away: they serve a problem built
    on this one where the student's own module is missing or wrong.
    """

    name: str
    title: str
    folder: Path
    modules: tuple[str, ...]
    provided: tuple[str, ...]
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
            f"it has: {_listing(q.name for q in self.questions)}."
        )


@dataclass(frozen=True)
class Entry:
    """A problem as one assignment uses it; ``points`` rescales its autograded points."""

    problem: Problem
    points: float | None = None


@dataclass(frozen=True)
class Assignment:
    """What is released, handed in and graded as one."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    archive: str | None = None  # a name with places to fill, such as "hw2-<login>.zip"
    required_files: tuple[str, ...] = ()
    max_size_mb: float = 20.0
    hidden_visibility: str = "after_published"
    public_visibility: str = "visible"
    grades: Mapping[str, float] = field(default_factory=dict)

    @property
    def archive_pattern(self) -> str | None:
        """The regular expression of names that fill the places of ``archive``."""
        if self.archive is None:
            return None
        fixed = re.split(r"<\w+>", self.archive)
        return "[A-Za-z0-9._-]+".join(re.escape(part) for part in fixed)


@dataclass(frozen=True)
class Course:
    """All problems and assignments below one folder."""

    root: Path

    @cached_property
    def solutions(self) -> Path:
        """Where the references and handouts are written."""
        return self.root / "solutions"

    @cached_property
    def assignments(self) -> Path:
        """Where assignments are composed."""
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
        path = self.solutions / name / "problem.toml"
        if not path.is_file():
            raise CourseError(
                f"There is no problem {name!r}; there are: {_listing(self.problem_names())}."
            )
        return _Table(path, _read_toml(path)).parse(
            lambda table: _problem(self, name, table, (*above, name))
        )

    def assignment(self, name: str) -> Assignment:
        """Read the assignment called ``name``; raises CourseError with file and cause."""
        path = self.assignments / f"{name}.toml"
        if not path.is_file():
            raise CourseError(
                f"There is no assignment {name!r}; there are: {_listing(self.assignment_names())}."
            )
        return _Table(path, _read_toml(path)).parse(lambda table: _assignment(self, name, table))

    def target(self, name: str) -> Assignment:
        """Return the assignment ``name``, or an assignment of just the problem ``name``."""
        if name in self.assignment_names():
            return self.assignment(name)
        if name in self.problem_names():
            problem = self.problem(name)
            return Assignment(name=name, title=problem.title, entries=(Entry(problem),))
        raise CourseError(
            f"{name!r} is neither an assignment ({_listing(self.assignment_names())}) "
            f"nor a problem ({_listing(self.problem_names())})."
        )


def default_course() -> Course:
    """Return the course this package stands in."""
    return Course(Path(__file__).resolve().parents[2])


class _Table:
    """A TOML table that knows its file and complains about keys nobody reads."""

    def __init__(self, path: Path, values: Mapping[str, Any], where: str = "") -> None:
        self.path, self.values, self.where = path, dict(values), where

    def parse(self, read: Callable[[_Table], T]) -> T:
        result = read(self)
        if self.values:
            raise self.error(
                f"unknown key {next(iter(self.values))!r}; remove it or correct its name"
            )
        return result

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        if key not in self.values:
            if default is ...:
                raise self.error(f"the key {key!r} is missing")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(f"{key!r} has the wrong type ({type(value).__name__})")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{key!r} must be a list of strings")
        return tuple(values)

    def table(self, key: str) -> _Table:
        return _Table(self.path, self.take(key, dict, {}), f"[{key}] ")

    def tables(self, key: str) -> list[_Table]:
        values = self.take(key, list, [])
        return [_Table(self.path, value, f"[[{key}]] {i}: ") for i, value in enumerate(values, 1)]

    def error(self, text: str) -> CourseError:
        return CourseError(f"{self.path}: {self.where}{text}.")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} is not valid TOML: {error}.") from None


def _problem(course: Course, name: str, table: _Table, above: tuple[str, ...]) -> Problem:
    folder = course.solutions / name
    limits = table.table("limits").parse(lambda t: _limits(t, Limits()))
    forbidden = table.table("forbidden").parse(lambda t: _forbidden(t, Forbidden()))
    modules = table.strings("modules")
    bases = table.strings("builds_on")
    for base in bases:
        if base in above:
            raise table.error(f"it builds on {base!r}, which builds on it; remove one of the two")
        if base not in course.problem_names():
            raise table.error(f"it builds on {base!r}, which is no problem of this course")

    def question(t: _Table) -> Question:
        question_name = t.take("name", str)
        test_file = folder / "questions" / f"{question_name}.py"
        if not test_file.is_file():
            raise t.error(f"its test file {test_file} does not exist")
        return Question(
            name=question_name,
            title=t.take("title", str),
            judged_by=t.take("judged_by", str, "hidden cases"),
            test_file=test_file,
            modules=t.strings("modules") or modules,
            objects=t.strings("objects") or (question_name,),
            needs=t.strings("needs"),
            limits=t.table("limits").parse(lambda inner: _limits(inner, limits)),
            forbidden=t.table("forbidden").parse(lambda inner: _forbidden(inner, forbidden)),
            optional=t.take("optional", bool, False),
        )

    questions = tuple(t.parse(question) for t in table.tables("questions"))
    known = {q.name for q in questions}
    for q in questions:
        if missing := set(q.needs) - known:
            raise table.error(f"question {q.name!r} needs unknown questions {_listing(missing)}")
        if missing := set(q.modules) - set(modules):
            raise table.error(f"question {q.name!r} names unknown modules {_listing(missing)}")
    data = {key: tuple(sizes) for key, sizes in table.take("data", dict, {}).items()}
    return Problem(
        name=name,
        title=table.take("title", str),
        folder=folder,
        modules=modules,
        provided=table.strings("provided"),
        builds_on=tuple(course.problem(base, above) for base in bases),
        stand_ins=table.take("stand_ins", dict, {}),
        notebook=table.take("notebook", str, None),
        preload=table.strings("preload"),
        data=data,
        questions=questions,
        written=tuple(
            read_written(folder / "written" / f"{w}.md") for w in table.strings("written")
        ),
    )


def _limits(table: _Table, default: Limits) -> Limits:
    number = (int, float)
    return Limits(
        float(table.take("cpu_seconds", number, default.cpu_seconds)),
        table.take("memory_mb", int, default.memory_mb),
        float(table.take("import_seconds", number, default.import_seconds)),
    )


def _forbidden(table: _Table, default: Forbidden) -> Forbidden:
    return Forbidden(
        default.imports + table.strings("imports"), default.names + table.strings("names")
    )


def _assignment(course: Course, name: str, table: _Table) -> Assignment:
    def entry(t: _Table) -> Entry:
        points = t.take("points", (int, float), None)
        return Entry(course.problem(t.take("name", str)), points)

    visibility = table.table("visibility")
    shown = {
        key: visibility.take(key, str, default)
        for key, default in (("public", "visible"), ("hidden", "after_published"))
    }
    for key, value in shown.items():
        if value not in VISIBILITIES:
            raise visibility.error(f"{key!r} must be one of {_listing(VISIBILITIES)}")
    visibility.parse(lambda _: None)
    hand_in = table.table("hand_in")
    archive = hand_in.take("archive", str, None)
    if archive is not None and not re.fullmatch(r"(?:[A-Za-z0-9._-]|<\w+>)+\.zip", archive):
        raise hand_in.error("'archive' must be a name like 'hw2-<login>.zip'")
    grades = {key: float(value) for key, value in table.take("grades", dict, {}).items()}
    assignment = Assignment(
        name=name,
        title=table.take("title", str),
        entries=tuple(t.parse(entry) for t in table.tables("problems")),
        archive=archive,
        required_files=hand_in.strings("required_files"),
        max_size_mb=float(hand_in.take("max_size_mb", (int, float), 20.0)),
        hidden_visibility=shown["hidden"],
        public_visibility=shown["public"],
        grades=grades,
    )
    hand_in.parse(lambda _: None)
    if not assignment.entries:
        raise table.error("it lists no [[problems]]")
    listed = {entry.problem.name for entry in assignment.entries}
    for entry_ in assignment.entries:
        if missing := {base.name for base in entry_.problem.builds_on} - listed:
            raise table.error(
                f"{entry_.problem.name!r} builds on {_listing(missing)}; list that problem too"
            )
    return assignment


def _listing(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
