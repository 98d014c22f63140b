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

from otter.test_files import ExceptionTestFile

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
    """Return Otter's own view of a test file, an ``ExceptionTestFile``."""
    with _adjacent_helpers(path.parent):
        return ExceptionTestFile.from_file(str(path))


@functools.cache
def load(path: Path) -> TestFile:
    """Read the test file at ``path``; raises CourseError if Otter cannot.

    The points are the ones that ``read_case_file`` finds, as everywhere.
    """
    written = read_case_file(path).cases
    try:
        parsed = parse(path)
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}.") from error
    if len(written) != len(parsed.test_cases):
        raise CourseError(
            f"{path}: it defines {len(written)} test cases, but Otter finds "
            f"{len(parsed.test_cases)}; give each its own name."
        )
    cases: list[Case] = []
    names: dict[str, str] = {}
    for case, source in zip(parsed.test_cases, written, strict=True):
        function = case.body.test_func
        unnamed = case.name.startswith(f"{parsed.name} - ")
        names[source.name] = function.__name__ if unnamed else case.name
        cases.append(
            Case(
                name=names[source.name],
                function=function,
                arguments=tuple(inspect.signature(function).parameters),
                points=source.points,
                hidden=case.hidden,
                failure_message=case.failure_message,
                after=names.get(source.after or ""),
            )
        )
    if not cases:
        raise CourseError(f"{path}: it has no test case.")
    if not all(is_guarded(case.body) for case in parsed.test_cases):
        raise CourseError(f"{path}: import `test_case` from `checks`, not from Otter.")
    return TestFile(tuple(cases), bool(parsed.all_or_nothing))
