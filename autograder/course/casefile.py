"""Read a test file without running it: its cases, its other definitions, and who uses what."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

from autograder.course.source import Source, read_source

_RESERVED = ("OK_FORMAT", "name", "points", "all_or_nothing")


@dataclass(frozen=True)
class Case:
    """One case as written: its function, points, whether it is hidden, and its messages."""

    name: str
    node: ast.FunctionDef
    points: float
    hidden: bool
    messages: tuple[str, ...]
    after: str | None


@dataclass(frozen=True)
class Definition:
    """A top-level import, assignment, function or class and the names that it binds."""

    node: ast.stmt
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class CaseFile:
    """A test file taken apart: settings by name, cases and definitions in order."""

    source: Source
    settings: dict[str, ast.Assign]
    cases: tuple[Case, ...]
    definitions: tuple[Definition, ...]


def read_case_file(path: Path) -> CaseFile:
    """Take a test file apart; raises CourseError where it is not as the format asks."""
    return _case_file(read_source(path))


@functools.lru_cache(maxsize=512)
def _case_file(source: Source) -> CaseFile:
    settings: dict[str, ast.Assign] = {}
    cases: list[Case] = []
    definitions: list[Definition] = []
    last = 0
    for node in source.tree.body:
        if first_line(node) <= last:
            raise source.error(node.lineno, "two statements share a line", "write one on each line")
        last = node.end_lineno or node.lineno
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # the docstring
        if isinstance(node, ast.ImportFrom) and node.module == "otter.test_files":
            raise source.error(
                node.lineno,
                "under Otter, cases of its own `test_case` can be changed by the student's code",
                "write `from checks import test_case`",
            )
        if isinstance(node, ast.FunctionDef) and (call := _decorator(source, node)):
            cases.append(_case(source, node, call))
            _check_after(source, cases[-1], cases[:-1])
        elif (names := _bound(node)) is None:
            raise source.error(
                node.lineno,
                "a test file has only imports, assignments, functions and classes at its top",
                "write this inside a function instead",
            )
        elif isinstance(node, ast.Assign) and len(names) == 1 and names[0] in _RESERVED:
            settings[names[0]] = node
        else:
            definitions.append(Definition(node, names))
    for required in ("OK_FORMAT", "name"):
        if required not in settings:
            raise source.error(
                1, f"the test file sets no `{required}`", "write it below the imports"
            )
    if points := settings.get("points"):
        raise source.error(
            points.lineno, "the points of a question are the sum of its cases", "remove `points`"
        )
    return CaseFile(source, settings, tuple(cases), tuple(definitions))


def used_names(node: ast.AST) -> set[str]:
    """Return all names that a definition reads, those in its decorators and defaults included."""
    return {
        item.id
        for item in ast.walk(node)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)
    }


def first_line(node: ast.stmt) -> int:
    """Return the first line of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _bound(node: ast.stmt) -> tuple[str, ...] | None:
    """Return the names that a top-level statement binds; None if it may not stand there."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.Import):
        return tuple((item.asname or item.name).split(".")[0] for item in node.names)
    if isinstance(node, ast.ImportFrom):
        return tuple(item.asname or item.name for item in node.names)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return tuple(
            item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)
        )
    return None


def _decorator(source: Source, node: ast.FunctionDef) -> ast.Call | None:
    for item in node.decorator_list:
        called = item.func if isinstance(item, ast.Call) else item
        named = getattr(called, "id", None) or getattr(called, "attr", None)
        if named == "test_case":
            first = item is node.decorator_list[0]
            if isinstance(item, ast.Call) and not item.args and first:
                return item
            raise source.error(
                item.lineno,
                f"the decorator of {node.name} is not understood",
                'write `@test_case(points=1, hidden=False, failure_message="...")` at the top',
            )
    return None


def _case(source: Source, node: ast.FunctionDef, call: ast.Call) -> Case:
    values: dict[str, object] = {}
    for keyword in call.keywords:
        try:
            values[keyword.arg or "**"] = ast.literal_eval(keyword.value)
        except ValueError:
            raise source.error(
                keyword.value.lineno,
                f"{keyword.arg or '**'} of the case {node.name} is not written out",
                "write a plain number, string, True or False",
            ) from None
    points, hidden = values.get("points"), values.get("hidden")
    if not isinstance(hidden, bool):
        raise source.error(
            call.lineno,
            f"the case {node.name} does not say whether it is hidden",
            "write `hidden=True` or `hidden=False`",
        )
    if isinstance(points, bool) or not isinstance(points, int | float):
        raise source.error(call.lineno, f"the case {node.name} has no points", "write `points=1`")
    messages = (values.get(key) for key in ("failure_message", "success_message", "name"))
    return Case(
        node.name, node, float(points), hidden,
        tuple(text for text in messages if isinstance(text, str)),
        None if values.get("after") is None else str(values["after"]),
    )  # fmt: skip


def _check_after(source: Source, case: Case, earlier: list[Case]) -> None:
    """Refuse a special case whose base case does not exist where the case is shown."""
    if case.after is None:
        return
    base = next((other for other in earlier if other.name == case.after), None)
    if base is None or (base.hidden and not case.hidden):
        raise source.error(
            case.node.lineno,
            f"the case {case.name} comes after {case.after!r}, which is no earlier "
            f"{'case' if case.hidden else 'public case'} of this file",
            "name the function of an earlier case",
        )
