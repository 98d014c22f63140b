"""The public version of a test file: public cases and only the names that they use."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable

from autograder.course.casefile import CaseFile, Definition, first_line, used_names

_GRADER_ONLY = ("autograder", "data.holdout", "oracle", "solutions")
_LINE = 100


@functools.lru_cache(maxsize=512)
def public_version(file: CaseFile) -> str | None:
    """Return the text of the public version, or None if no case of the file is public.

    Kept parts are copied with their comments; ``points`` is the sum of what is kept, and
    ``checks`` becomes ``checks``, as it is called in a student's folder.
    """
    cases = [case for case in file.cases if not case.hidden]
    if not cases:
        return None
    nodes: list[ast.stmt] = [case.node for case in cases]
    kept = _closure(file, nodes)
    used = set[str]().union(*(used_names(node) for node in nodes))
    used |= set[str]().union(*(used_names(item.node) for item in kept))
    texts: dict[int, str] = {}
    for item in kept:
        if isinstance(item.node, ast.Import | ast.ImportFrom):
            texts[id(item.node)] = _import_text(file, item.node, used)
    nodes += [item.node for item in kept] + list(file.settings.values())
    nodes.sort(key=lambda node: node.lineno)
    named = ast.literal_eval(file.settings["name"].value)
    pieces = [f'"""Public checks of {named}; the grader has more."""']
    for previous, node in zip([None, *nodes], nodes, strict=False):
        pieces += [""] * _gap(file, previous, node)
        pieces.append(texts.get(id(node)) or _segment(file, node))
    return "\n".join(pieces) + "\n"


def _closure(file: CaseFile, roots: Iterable[ast.stmt]) -> list[Definition]:
    """Return the definitions that ``roots`` use, directly or indirectly, in order."""
    todo = list(roots)
    kept: set[int] = set()
    while todo:
        names = used_names(todo.pop())
        for item in file.definitions:
            if id(item) not in kept and names & set(item.names):
                kept.add(id(item))
                todo.append(item.node)
    return [item for item in file.definitions if id(item) in kept or _is_future(item.node)]


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _import_text(file: CaseFile, node: ast.Import | ast.ImportFrom, used: set[str]) -> str:
    """Return an import of only the names in ``used``."""
    if _is_future(node):
        return ast.unparse(node)
    names = [alias for alias in node.names if (alias.asname or alias.name).split(".")[0] in used]
    if names == node.names:
        return _segment(file, node)
    _check_import(file, node)
    node = ast.Import(names) if isinstance(node, ast.Import) else ast.ImportFrom(
        node.module, names, node.level
    )  # fmt: skip
    text = ast.unparse(node)
    if len(text) <= _LINE:
        return text
    head, _, listed = text.partition(" import ")
    return "\n".join([f"{head} import (", *(f"    {name}," for name in listed.split(", ")), ")"])


def _segment(file: CaseFile, node: ast.stmt) -> str:
    """Return the lines of a statement with the comments directly above it."""
    first, last = first_line(node), node.end_lineno or node.lineno
    lines = file.source.lines
    for item in ast.walk(node):
        if isinstance(item, ast.Import | ast.ImportFrom):
            _check_import(file, item)
    while first > 1 and _is_comment(file, first - 1):
        first -= 1
    return "\n".join(line.rstrip("\r\n") for line in lines[first - 1 : last])


def _is_comment(file: CaseFile, number: int) -> bool:
    """Tell whether a line is a comment that is not indented, and not part of a string."""
    return file.source.lines[number - 1].startswith("#") and any(
        comment.line == number for comment in file.source.comments
    )


def _gap(file: CaseFile, previous: ast.stmt | None, node: ast.stmt) -> int:
    """Return the number of blank lines before a kept statement."""
    if previous is None:
        return 1
    if any(isinstance(item, ast.FunctionDef | ast.ClassDef) for item in (previous, node)):
        return 2
    if isinstance(previous, ast.Import | ast.ImportFrom) != isinstance(
        node, ast.Import | ast.ImportFrom
    ):
        return 1
    between = file.source.lines[(previous.end_lineno or 0) : first_line(node) - 1]
    return 1 if any(not line.strip() for line in between) else 0


def _check_import(file: CaseFile, node: ast.Import | ast.ImportFrom) -> None:
    """Refuse an import that a student's folder cannot serve."""
    if isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        names = [alias.name for alias in node.names]
    for name in names:
        if any(f"{name}.".startswith(f"{taken}.") for taken in _GRADER_ONLY):
            raise file.source.error(
                node.lineno,
                f"a public case uses {name}, which students do not have",
                "use `checks` or `support`, or make the case hidden",
            )
