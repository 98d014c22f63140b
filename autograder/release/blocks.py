"""Solution blocks: pairs of markers around whole statements, and the name of each hole."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograder.course.source import Source
from autograder.release.markers import Markers, find_markers
from autograder.release.percent import Cell, cells_of

_Owner = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Block:
    """One hole: its markers, the name in its error, and whether it is a written answer."""

    markers: Markers
    name: str
    written: bool = False

    def lines(self, source: Source) -> tuple[str, ...]:
        """Return the lines between the markers."""
        return source.lines[self.markers.begin : self.markers.end - 1]


@functools.lru_cache(maxsize=512)
def find_blocks(source: Source, notebook: bool = False) -> tuple[Block, ...]:
    """Return the solution blocks of a module, or of a notebook master in percent format."""
    cells = cells_of(source) if notebook else ()
    return tuple(_block(source, markers, cells, notebook) for markers in find_markers(source))


def _block(source: Source, markers: Markers, cells: Sequence[Cell], notebook: bool) -> Block:
    begin, end = markers.begin, markers.end
    if notebook:
        cell = next(cell for cell in reversed(cells) if cell.header <= begin)
        if end > cell.last:
            raise source.error(
                end, f"the block of line {begin} reaches into another cell",
                "write one block for each cell instead",
            )  # fmt: skip
        if cell.markdown:
            if not any(line.strip().strip("#").strip() for line in source.lines[begin : end - 1]):
                raise source.error(
                    begin, "this solution block holds no text",
                    "write the model answer between the markers, or remove them",
                )  # fmt: skip
            return Block(markers, markers.hint, written=True)
    found = _Between(begin, end)
    found.visit(source.tree, ())
    covered = {line for low, high in found.spans for line in range(low, high + 1)}
    code = {line for line in source.code_lines if begin < line < end}
    if not code:
        raise source.error(
            begin, "this solution block holds no code",
            "write the solution between the markers, or remove them",
        )  # fmt: skip
    if found.cut or code - covered or len(found.lists) != 1:
        raise source.error(
            begin, "this solution block cuts a statement in two",
            "write the markers around whole statements of one indentation instead",
        )  # fmt: skip
    first = source.lines[min(covered) - 1]
    indent = first[: len(first) - len(first.lstrip())]
    if indent != markers.indent:
        raise source.error(
            begin,
            f"the markers are indented by {len(markers.indent)}, their code by {len(indent)}",
            f"write `{indent}# BEGIN SOLUTION: {markers.hint}` instead",
        )
    return Block(markers, _name(source, markers, found.owners, notebook))


def _name(source: Source, markers: Markers, owners: tuple[_Owner, ...], notebook: bool) -> str:
    """Return ``function``, ``Class`` for its __init__, ``Class.method``; a cell has its hint."""
    inside_function = any(not isinstance(owner, ast.ClassDef) for owner in owners)
    if not inside_function and not notebook:
        raise source.error(
            markers.begin, "this solution block is not inside a function, its hole would stop "
            "the module from importing", "write it inside a function instead",
        )  # fmt: skip
    names = [owner.name for owner in owners]
    if len(names) > 1:
        names = [name for name in names if name != "__init__"]
    return ".".join(names) if inside_function else markers.hint


@dataclass
class _Between:
    """The outermost statements between two lines, with the lists and owners that hold them."""

    begin: int
    end: int
    spans: list[tuple[int, int]] = field(default_factory=list)
    lists: set[int] = field(default_factory=set)
    owners: tuple[_Owner, ...] = ()
    cut: bool = False

    def visit(self, node: ast.AST, owners: tuple[_Owner, ...]) -> None:
        if isinstance(node, _Owner):
            owners = (*owners, node)
        for statements in _statement_lists(node):
            for statement in statements:
                decorators = getattr(statement, "decorator_list", [])
                low = min([statement.lineno, *(item.lineno for item in decorators)])
                high = statement.end_lineno or low
                if self.begin < low and high < self.end:
                    self.spans.append((low, high))
                    self.lists.add(id(statements))
                    self.owners = owners
                elif low < self.end and self.begin < high:
                    self.cut |= not any(_statement_lists(statement))
                    self.visit(statement, owners)


def _statement_lists(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements directly below a node and its clauses."""
    for name in ("body", "orelse", "finalbody"):
        statements = getattr(node, name, None)
        if isinstance(statements, list) and statements:
            yield statements
    for name in ("handlers", "cases"):
        for clause in getattr(node, name, []):
            yield from _statement_lists(clause)
