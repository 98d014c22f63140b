"""A module of a student: its text, the places of its parts, and changes of the text."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.submission.source import parse

from .sites import Site

_TIGHT = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Attribute, ast.Starred, ast.IfExp)
_ATOMS = (
    ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set, ast.ListComp,
    ast.JoinedStr,
)  # fmt: skip
_STRENGTHS = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "//": 2, "%": 2, "**": 3}


@dataclass(frozen=True)
class Change:
    """Bytes of a text, from ``start`` to ``end``, and what replaces them."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Edit:
    """One small change, perhaps at several places, of one function or class of a module."""

    file: str
    kind: str
    cost: float
    changes: tuple[Change, ...]
    line: int  # of the first change
    statements: tuple[int, ...]  # the first lines of the innermost statements around the changes
    parts: tuple[str, ...] = ()  # the kinds of the edits that it combines


@dataclass
class Code:
    """The text of one module and its tree; positions are bytes, as in the tree."""

    file: str
    text: str
    raw: bytes = field(init=False)
    tree: ast.Module = field(init=False)
    _starts: list[int] = field(init=False)
    _last_lines: dict[int, int] = field(init=False)
    _tops: list[tuple[ast.stmt, int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.text.replace("\r\n", "\n").replace("\r", "\n")
        self.raw, self.tree = self.text.encode(), parse(self.text)
        self._starts = [0]
        for line in self.raw.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._tops = [
            (node, _first_line(node), node.end_lineno or node.lineno)
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        self._last_lines = {
            node.lineno: _last_line(node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt)
        }

    def at(self, line: int, column: int = 0) -> int:
        """Return the position of a column of a line."""
        return self._starts[line - 1] + column

    def span(self, node: Any) -> tuple[int, int]:
        """Return where the text of ``node`` starts and ends."""
        start = self.at(node.lineno, node.col_offset)
        return start, self.at(node.end_lineno, node.end_col_offset)

    def of(self, node: Any) -> str:
        """Return the text of ``node``."""
        start, end = self.span(node)
        return self.raw[start:end].decode()

    def tight(self, node: Any) -> str:
        """Return the text of ``node``, in parentheses unless nothing can split it."""
        text = self.of(node)
        is_number = isinstance(node, ast.Constant)
        enclosed = isinstance(node, ast.Tuple) and text.startswith("(")
        return text if is_number or enclosed or isinstance(node, _ATOMS) else f"({text})"

    def left(self, node: Any, symbol: str) -> str:
        """Return the text of ``node`` as the left operand of an operator."""
        binds = isinstance(node, ast.BinOp) and _strength(node.op) >= _STRENGTHS[symbol]
        return self.of(node) if binds and symbol != "**" else self.tight(node)

    def right(self, node: Any, symbol: str) -> str:
        """Return the text of ``node`` as the right operand of an operator."""
        binds = isinstance(node, ast.BinOp) and _strength(node.op) > _STRENGTHS[symbol]
        return self.of(node) if binds else self.tight(node)

    def placed(self, site: Site, new: str, is_atom: bool, binds: int = 1) -> str:
        """Return ``new``, whose operators bind so strongly, as it can replace ``site``."""
        parent = site.parent
        if isinstance(parent, ast.BinOp) and binds > _strength(parent.op) > 0:
            return new
        is_tight = isinstance(site.parent, _TIGHT) or site.field == "func"
        is_tight |= isinstance(site.parent, ast.Subscript) and site.field == "value"
        if is_atom or not is_tight:
            return new
        start, end = self.span(site.node)
        is_enclosed = self.raw[start - 1 : start] == b"(" and self.raw[end : end + 1] == b")"
        return new if is_enclosed else f"({new})"

    def tops(self) -> list[tuple[ast.stmt, int, int]]:
        """Return every function and class at the top of the module, with first and last line."""
        return self._tops

    def first_of_top(self, line: int) -> int:
        """Return the first line of the function or class at the top of the module."""
        return next((first for _, first, last in self._tops if first <= line <= last), 0)

    def name_of_top(self, line: int) -> str:
        """Return the name of the function or class at the top of the module around ``line``."""
        for top, first, last in self.tops():
            if first <= line <= last:
                return str(getattr(top, "name", ""))
        return ""

    def function_at(self, line: int) -> str:
        """Return the name of the innermost function or class around ``line``."""
        found = ""
        for node in ast.walk(self.tree):  # outer ones come first
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if node.lineno <= line <= (node.end_lineno or node.lineno):
                    found = node.name
        return found

    def expression_around(self, start: int, end: int) -> str:
        """Return the smallest expression around some bytes that is more than a name or number."""
        found = ""
        for node in ast.walk(self.tree):  # outer ones come first
            if isinstance(node, ast.expr) and not isinstance(node, ast.Name | ast.Constant):
                first, last = self.span(node)
                if first <= start and end <= last and (not found or last - first < len(found)):
                    found = self.of(node)
        return found

    def last_line_of(self, line: int) -> int:
        """Return the last line of the simple statement, or of the header, at ``line``."""
        return self._last_lines.get(line, line)

    def changed(self, changes: Sequence[Change]) -> str:
        """Return the whole text with ``changes``."""
        return _spliced(self.raw, changes, 0)

    def revision(self, edit: Edit) -> tuple[tuple[str, int, str], ...] | None:
        """Return file, first line and new text of each function or class that ``edit`` changes.

        None where a change lies outside all of them.
        """
        found, count = [], 0
        for _, top, bottom in self.tops():
            start, end = self.at(top), self.at(bottom + 1) - 1
            inside = [c for c in edit.changes if start <= c.start and c.end <= end]
            count += len(inside)
            if inside:
                found.append((self.file, top, _spliced(self.raw[start:end], inside, start)))
        return tuple(found) if count == len(edit.changes) else None

    def names_of_tops(self, edit: Edit) -> set[str]:
        """Return the names of the functions and classes that ``edit`` changes."""
        return {self.name_of_top(line) for line in (edit.line, *edit.statements)}


def combined(one: Edit, other: Edit) -> Edit | None:
    """Return both edits as one; None if they are in two files or touch each other."""
    changes = sorted((*one.changes, *other.changes), key=lambda change: change.start)
    apart = all(a.end < b.start for a, b in itertools.pairwise(changes))
    if one.file != other.file or not apart:
        return None
    kinds = *(one.parts or (one.kind,)), *(other.parts or (other.kind,))
    kind = one.kind if len(set(kinds)) == 1 else "several"
    lines = min(one.line, other.line), tuple(sorted({*one.statements, *other.statements}))
    return Edit(one.file, kind, one.cost + other.cost, tuple(changes), *lines, kinds)


def trimmed(raw: bytes, change: Change) -> tuple[int, int, str]:
    """Return a change without the bytes that it leaves as they are."""
    old, new = raw[change.start : change.end], change.new.encode()
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    kept = new[head : len(new) - tail]
    return change.start + head, change.end - tail, kept.decode("utf-8", "replace")


def _strength(operator: ast.operator) -> int:
    """Return how strongly an operator binds; 0 for one that is not arithmetic."""
    kinds = (
        (ast.Add, ast.Sub),
        (ast.Mult, ast.Div, ast.MatMult, ast.FloorDiv, ast.Mod),
        (ast.Pow,),
    )
    return next((i for i, kind in enumerate(kinds, 1) if isinstance(operator, kind)), 0)


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _last_line(node: ast.stmt) -> int:
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        return max(node.lineno, int(body[0].lineno) - 1)
    return node.end_lineno or node.lineno


def _spliced(raw: bytes, changes: Sequence[Change], offset: int) -> str:
    parts, at = [], 0
    for change in sorted(changes, key=lambda change: change.start):
        parts += [raw[at : change.start - offset], change.new.encode()]
        at = change.end - offset
    return b"".join([*parts, raw[at:]]).decode()
