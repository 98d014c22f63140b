"""Read Otter's exception-format test files as questions with cases."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course.casefile import read_case_file
from autograder.errors import CourseError
from checks.guarded import is_guarded


@dataclass(frozen=True)
class Case:
    """One test case: a function over the student's objects, named by its parameters."""

    name: str
    function: Callable[..., None]
    arguments: tuple[str, ...]
    points: float
    hidden: bool
    failure_message: str | None
    after: str | None = None


@dataclass(frozen=True)
class TestFile:
    """The cases of one question, in order."""

    __test__ = False  # for pytest, which collects classes by name

    cases: tuple[Case, ...]
    all_or_nothing: bool

    @property
    def points(self) -> float:
        """The points of all cases together."""
        return sum(case.points for case in self.cases)


_HELPERS = ("support", "oracle")
_imported: dict[Path, dict[str, ModuleType]] = {}


@contextlib.contextmanager
def _adjacent_helpers(folder: Path) -> Iterator[None]:
    """Let a test file import the ``support`` and ``oracle`` of its own folder, not another's."""
    mine = _imported.setdefault(folder, {})
    sys.modules.update(mine)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        mine |= {name: sys.modules.pop(name) for name in _HELPERS if name in sys.modules}


def parse(path: Path) -> Any:
    """Return Otter's own view of a test file, an ``ExceptionTestFile``, to run it as Otter does.

    Grading needs no more than ``load``, without the second that Otter takes to import.
    """
    from otter.test_files import ExceptionTestFile

    with _adjacent_helpers(path.parent):
        return ExceptionTestFile.from_file(str(path))


@functools.cache
def load(path: Path) -> TestFile:
    """Read the test file at ``path`` as Otter would; raises CourseError if it cannot be run.

    The points are the ones that ``read_case_file`` finds, as everywhere.
    """
    written = read_case_file(path).cases
    names_in_file = _run(path)
    found = [value for value in names_in_file.values() if is_guarded(value)]
    if any(_is_of_otter(value) for value in names_in_file.values()):
        raise CourseError(f"{path}: import `test_case` from `checks`, not from Otter.")
    if len(written) != len(found):
        raise CourseError(
            f"{path}: it defines {len(written)} test cases, but Otter finds {len(found)}; "
            "give each its own name."
        )
    cases: list[Case] = []
    names: dict[str, str] = {}
    for case, source in zip(found, written, strict=True):
        names[source.name] = case.name or case.test_func.__name__
        cases.append(
            Case(
                name=names[source.name],
                function=case.test_func,
                arguments=tuple(inspect.signature(case.test_func).parameters),
                points=source.points,
                hidden=case.hidden,
                failure_message=case.failure_message,
                after=names.get(source.after or ""),
            )
        )
    if not cases:
        raise CourseError(f"{path}: it has no test case.")
    return TestFile(tuple(cases), bool(names_in_file.get("all_or_nothing", False)))


def _run(path: Path) -> dict[str, Any]:
    """Run a test file and return the names that it defines."""
    names: dict[str, Any] = {}
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    try:
        with _adjacent_helpers(path.parent):
            exec(code, names)  # noqa: S102  (a test file of the course)
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}.") from error
    return names


def _is_of_otter(value: Any) -> bool:
    """Tell whether a value is a case made by Otter's own ``test_case``."""
    return type(value).__module__.startswith("otter.") and not is_guarded(value)
