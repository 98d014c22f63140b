"""Statements left out, moved, exchanged or added; ``=`` or ``+=``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from .code import Change, Code, Edit
from .option import Shapes
from .scopes import MOST_NAMES, MOST_UNREAD

_SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try)
_FIXED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def statements(code: Code, top: ast.stmt, shapes: Shapes) -> Iterator[Edit]:
    """Yield the edits of whole statements in a function or class."""
    for node in ast.walk(top):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and not isinstance(node, ast.ClassDef | ast.Module):
                yield from _in_body(code, node, body, top)
    for node in ast.walk(top):
        if isinstance(node, ast.FunctionDef):
            yield from _additions(code, node, shapes)


def _in_body(code: Code, owner: Any, body: Sequence[ast.stmt], top: ast.stmt) -> Iterator[Edit]:
    yield from _alike(code, body)
    for i, node in enumerate(body):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or isinstance(node, _FIXED) or not _starts_line(code, node):
            continue
        if not isinstance(node, ast.Return | ast.Pass):
            yield _edit(code, "statement left out", 1.5, node, [Change(*code.span(node), "pass")])
        yield from _assignments(code, node, top)
        if isinstance(owner, ast.For) and isinstance(owner.target, ast.Name):
            yield from _entries(code, node, owner.target.id)
        if isinstance(node, ast.With):
            yield from _without(code, node)
        following = body[i + 1] if i + 1 < len(body) else None
        if following is None or isinstance(following, _FIXED) or not _starts_line(code, following):
            continue
        (start, end), (start2, end2) = code.span(node), code.span(following)
        between = code.raw[end:start2].decode()
        swapped = f"{code.of(following)}{between}{code.of(node)}"
        yield _edit(code, "order of statements", 2, node, [Change(start, end2, swapped)])
        if isinstance(node, _COMPOUND[:3]) and not isinstance(following, (*_COMPOUND, ast.Return)):
            inner = node.body[0]
            if _starts_line(code, inner) and not node.orelse:
                yield _indented(code, following, inner.col_offset)
    if isinstance(owner, ast.For | ast.While) and len(body) > 1:
        last, first = body[-1], body[0]
        if _starts_line(code, last) and not isinstance(last, _COMPOUND):
            yield _indented(code, last, owner.col_offset)
        if _starts_line(code, first) and not isinstance(first, (*_COMPOUND, *_FIXED)):
            indent = code.raw[code.at(owner.lineno) : code.span(owner)[0]].decode()
            at = code.span(owner)[0]
            moved = Change(at, at, f"{code.of(first)}\n{indent}")
            removed = Change(*code.span(first), "pass")
            yield _edit(code, "order of statements", 2, first, [moved, removed])


def _assignments(code: Code, node: ast.stmt, top: ast.stmt) -> Iterator[Edit]:
    """Yield ``=`` as ``+=`` and the other way round."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target: ast.expr = node.targets[0]
        kinds = ["+=", "-=", "*="] if _has_value(code, target, top) else []
    elif isinstance(node, ast.AugAssign):
        target = node.target
        own = _SYMBOLS.get(type(node.op))
        kinds = ["=", *(f"{symbol}=" for symbol in _SYMBOLS.values() if symbol != own)]
    else:
        return
    start, end = code.span(target)[1], code.span(node)[1]
    value = code.of(node.value)
    after = code.raw[start:end].decode()
    tail = after[after.index("=") + 1 :].lstrip()
    for kind in kinds:
        yield _edit(code, "assignment", 1, node, [Change(start, end, f" {kind} {tail}")])
    if isinstance(node, ast.AugAssign):
        inner = f"{code.of(target)} + {value}"
        yield _edit(code, "assignment", 2, node, [Change(start, end, f" = {inner}")])


def _has_value(code: Code, target: ast.expr, top: ast.stmt) -> bool:
    """Tell whether a target may have a value already: an entry, or what is also set elsewhere."""
    if isinstance(target, ast.Tuple | ast.List | ast.Starred):
        return False
    if isinstance(target, ast.Subscript):
        return True
    name, stores = code.of(target), 0
    for node in ast.walk(top):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            stores += code.of(node) == name
        elif isinstance(node, ast.arg):
            stores += node.arg == name
    return stores > 1


def _alike(code: Code, body: Sequence[ast.stmt]) -> Iterator[Edit]:
    """Yield all adjacent assignments to names as accumulations, and the other way round."""
    for kind, symbol in ((ast.Assign, "+="), (ast.AugAssign, "=")):
        run: list[Any] = []
        for node in (*body, None):
            target = getattr(node, "target", None) or next(iter(getattr(node, "targets", [])), None)
            if isinstance(node, kind) and isinstance(target, ast.Name):
                run.append(node)
                continue
            if len(run) > 1 and all(_starts_line(code, each) for each in run):
                changes = [_with_symbol(code, each, symbol) for each in run]
                at = tuple(each.lineno for each in run)
                yield Edit(code.file, "assignment", 1.5, tuple(changes), at[0], at)
            run = []


def _with_symbol(code: Code, node: Any, symbol: str) -> Change:
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    start, end = code.span(target)[1], code.span(node.value)[0]
    after = code.raw[start:end].decode()
    return Change(start, end, f" {symbol} {after[after.index('=') + 1 :].lstrip()}")


def _entries(code: Code, node: ast.stmt, index: str) -> Iterator[Edit]:
    """Yield an assignment in a loop to one entry of a variable instead of all of it."""
    target = getattr(node, "target", None) or next(iter(getattr(node, "targets", [])), None)
    if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AugAssign):
        start, end = code.span(target)[0], code.span(node.value)[0]
        for symbol in ("=", "+="):
            change = Change(start, end, f"{target.id}[{index}] {symbol} ")
            yield _edit(code, "assignment", 2, node, [change])


def _without(code: Code, node: ast.With) -> Iterator[Edit]:
    """Yield a block without its context, such as ``torch.no_grad()``."""
    start, end = code.span(node)[0], code.span(node.items[-1].context_expr)[1]
    if node.items[-1].optional_vars is None:
        yield _edit(code, "statement left out", 1.5, node, [Change(start, end, "if True")])


def _additions(code: Code, function: ast.FunctionDef, shapes: Shapes) -> Iterator[Edit]:
    """Yield lines that use a variable which the function computes and never reads."""
    loaded, stored = set(), dict[str, None]()
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                stored[node.id] = None
            else:
                loaded.add(node.id)
    arguments = [argument.arg for argument in function.args.args]
    unread = [name for name in stored if name not in loaded and name != "_"]
    for unused in unread[:MOST_UNREAD]:
        for place in _stores(function, unused):
            if not _starts_line(code, place):
                continue
            for name in (*stored, *arguments)[:MOST_NAMES]:
                if name not in (unused, "self"):
                    yield from _uses(code, place, name, unused, stored)
    yield from _training(code, function, (*stored, *arguments))


def _uses(
    code: Code, place: ast.stmt, name: str, unused: str, stored: dict[str, None]
) -> Iterator[Edit]:
    lines = [f"{name} += {unused}", f"{name} = {unused}", f"{name}.append({unused})"]
    lines += [f"{name}[{index}] = {unused}" for index in stored if index in ("t", "i", "step")]
    for line in lines:
        yield _after(code, place, line, "statement added", 3)


def _training(code: Code, function: ast.FunctionDef, names: Sequence[str]) -> Iterator[Edit]:
    """Yield a training loop that resets gradients, or a function that switches the mode."""
    text = code.of(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if code.of(node.value.func).endswith(".backward") and "zero_grad" not in text:
                for name in (n for n in names if "opt" in n.lower()):
                    yield _before(code, node, f"{name}.zero_grad()", "call added", 1)
                    yield _after(code, node, f"{name}.step()", "call added", 2)
    first = next((n for n in function.body if not _is_docstring(n)), None)
    if first is not None and _starts_line(code, first):
        for name in (n for n in names if n in ("model", "net", "network", "decoder", "encoder")):
            for mode in ("eval", "train"):
                yield _before(code, first, f"{name}.{mode}()", "call added", 2)


def _stores(function: ast.FunctionDef, name: str) -> Iterator[ast.stmt]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            inside = [n for target in targets for n in ast.walk(target)]
            if any(isinstance(n, ast.Name) and n.id == name for n in inside):
                yield node


def _starts_line(code: Code, node: ast.stmt) -> bool:
    """Tell whether only white space is before a statement, and nothing but it ends its line."""
    start, end = code.span(node)
    before = code.raw[code.at(node.lineno) : start]
    return not before.strip() and code.raw[end : end + 1] != b";"


def _indented(code: Code, node: ast.stmt, column: int) -> Edit:
    start = code.span(node)[0]
    moved = Change(code.at(node.lineno), start, " " * column)
    return _edit(code, "order of statements", 2, node, [moved])


def _before(code: Code, node: ast.stmt, line: str, kind: str, cost: float) -> Edit:
    start = code.span(node)[0]
    indent = code.raw[code.at(node.lineno) : start].decode()
    return _edit(code, kind, cost, node, [Change(start, start, f"{line}\n{indent}")])


def _after(code: Code, node: ast.stmt, line: str, kind: str, cost: float) -> Edit:
    start, end = code.span(node)
    indent = code.raw[code.at(node.lineno) : start].decode()
    at = code.at((node.end_lineno or node.lineno) + 1) - 1  # behind a comment
    return _edit(code, kind, cost, node, [Change(max(at, end), max(at, end), f"\n{indent}{line}")])


def _edit(code: Code, kind: str, cost: float, node: ast.stmt, changes: list[Change]) -> Edit:
    return Edit(code.file, kind, cost, tuple(changes), node.lineno, (node.lineno,))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
