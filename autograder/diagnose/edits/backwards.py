"""Edits of known mistakes backwards, on a student's own lines and with the student's own names."""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.course import Mistake

from .code import Change, Code, Edit

_LEAST_NODES = 4  # a smaller pattern, such as one name, fits everywhere


def backwards(code: Code, top: ast.stmt, mistakes: Sequence[Mistake]) -> Iterator[Edit]:
    """Yield what turns a line like the one of a mistake into a line like the reference's."""
    name = getattr(top, "name", "")
    for mistake in mistakes:
        for edit in mistake.edits:
            block = (edit.block or mistake.block or name).split(".")[0]
            wrong, right = _parsed(edit.new), _parsed(edit.old)
            if block != name or wrong is None or right is None:
                continue
            if type(wrong) is not type(right) or sum(1 for _ in ast.walk(wrong)) < _LEAST_NODES:
                continue
            for node, statement in _places(top, type(wrong)):
                names = matched(wrong, node)
                if names is not None:
                    text = renamed(right, names)
                    text = text if isinstance(right, ast.stmt) else f"({text})"
                    change = Change(*code.span(node), text)
                    at = (statement.lineno,)
                    yield Edit(code.file, "formula", 1, (change,), node.lineno, at)


def _parsed(text: str) -> ast.expr | ast.stmt | None:
    """Return the one simple statement or expression that ``text`` is, or None."""
    try:
        body = ast.parse(textwrap.dedent(text).strip()).body
    except (SyntaxError, ValueError):
        return None
    if len(body) != 1 or hasattr(body[0], "body"):
        return None
    return body[0].value if isinstance(body[0], ast.Expr) else body[0]


def _places(top: ast.stmt, kind: type) -> Iterator[tuple[Any, ast.stmt]]:
    for statement in ast.walk(top):
        if not isinstance(statement, ast.stmt) or hasattr(statement, "body"):
            continue
        if issubclass(kind, ast.stmt):
            if type(statement) is kind:
                yield statement, statement
            continue
        for node in ast.walk(statement):
            if type(node) is kind:
                yield node, statement


def matched(pattern: ast.AST, node: ast.AST) -> dict[str, str] | None:
    """Return which names make ``pattern`` equal to ``node``; None if no names do."""
    names: dict[str, str] = {}
    fits = _fits(pattern, node, names)
    return names if fits and len(set(names.values())) == len(names) else None


def renamed(node: ast.AST, names: Mapping[str, str]) -> str:
    """Return the text of ``node`` with other names."""
    return ast.unparse(_Renamed(names).visit(copy.deepcopy(node)))


def _fits(pattern: Any, node: Any, names: dict[str, str]) -> bool:
    """Tell whether a tree equals a pattern but for the names, which ``names`` collects."""
    if isinstance(pattern, ast.Name) and isinstance(node, ast.Name):
        return names.setdefault(pattern.id, node.id) == node.id
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, list):
        return len(pattern) == len(node) and all(
            _fits(one, other, names) for one, other in zip(pattern, node, strict=True)
        )
    if isinstance(pattern, ast.AST):
        return all(
            _fits(getattr(pattern, field, None), getattr(node, field, None), names)
            for field in pattern._fields
        )
    return bool(pattern == node)


class _Renamed(ast.NodeTransformer):
    """A copy with other names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename one name."""
        return ast.Name(self._names.get(node.id, node.id), node.ctx)
