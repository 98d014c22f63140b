"""The percent format of a notebook master: cells that begin with ``# %%`` comment lines."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from autograder.course.source import Source

_MAGIC = re.compile(r"# (?=%{1,2}[A-Za-z]|![A-Za-z.])")
_KINDS = {"# %%": False, "# %% [markdown]": True}


@dataclass(frozen=True)
class Cell:
    """One cell: the line of its header (from 1), its last line, and whether it is text."""

    header: int
    last: int
    markdown: bool


def cells_of(source: Source) -> tuple[Cell, ...]:
    """Return the cells of a notebook master; what cannot be a cell raises CourseError.

    Only comments are headers, never a string. A module docstring or a ``# ---`` block may come
    before the first cell; students do not get it.
    """
    headers = []
    for comment in source.comments:
        if comment.before or not re.match(r"# ?%%(\s|$)", comment.text):
            continue
        if comment.text not in _KINDS:
            raise source.error(
                comment.line,
                f"`{comment.text}` is not a known cell header",
                "write `# %%` or `# %% [markdown]` instead",
            )
        headers.append((comment.line, _KINDS[comment.text]))
    if not headers:
        raise source.error(1, "this notebook has no cells", "write `# %%` above the first one")
    first = headers[0][0]
    for statement in source.tree.body:
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if statement.lineno < first and not docstring:
            raise source.error(
                statement.lineno, "this code is above the first cell", "write `# %%` above it"
            )
    lasts = [line - 1 for line, _ in headers[1:]] + [len(source.lines)]
    cells = tuple(
        Cell(line, last, markdown) for (line, markdown), last in zip(headers, lasts, strict=True)
    )
    for cell in cells:
        code = {line for line in source.code_lines if cell.header < line <= cell.last}
        if cell.markdown and code:
            raise source.error(
                min(code), "a markdown cell holds code", "write its lines as `# ` comments"
            )
    return cells


def cell_text(source: Source, cell: Cell) -> str:
    """Return what a cell shows: text without its comment signs, code with its magics."""
    lines = [line.rstrip("\r\n") for line in source.lines[cell.header : cell.last]]
    if cell.markdown:
        lines = [re.sub(r"^# ?", "", line) for line in lines]
    else:
        lines = [_MAGIC.sub("", line, count=1) if line[:1] == "#" else line for line in lines]
    return "\n".join(lines).strip("\n")
