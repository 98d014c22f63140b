"""Uses of what a student's code gets or makes and never reads, which is likely to be missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .arithmetic import is_number
from .code import Change, Code, Edit
from .option import Option, Scope
from .scopes import is_path, unread_layers, unread_names
from .sites import Site


def unused(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield an expression that also uses an argument or a layer which nothing reads.

    A constant that is the default of an argument probably stands for it.
    """
    node = site.node
    if site.field == "func" and is_path(node):
        for layer in scope.unread_layers:
            yield Option("name", -0.5, layer, is_atom=True)
    if site.is_called or site.is_index or isinstance(node, ast.keyword | ast.Starred):
        return
    if isinstance(node, ast.Constant) and site.is_value:
        for name in scope.unread:
            yield Option("name", -1.5, name, is_atom=True)
        for name, default in scope.defaults:
            if default == code.of(node):
                yield Option("name", -0.5, name, is_atom=True)
    if not is_number(site, scope) or isinstance(node, ast.Constant):
        return
    for name in scope.unread:
        yield from _with_name(node, name, code)
    for layer in scope.unread_layers:
        yield from _with_layer(node, layer, code, scope)


def copied(code: Code, top: ast.stmt) -> Iterator[Edit]:
    """Yield statements that repeat one name or layer with the unread ones in its later places.

    As after copying a line: ``self.q(x), self.q(y)`` where nothing reads ``self.k``.
    """
    layers = unread_layers(top)
    for function in ast.walk(top):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = unread_names(function)
        for statement in ast.walk(function):
            if not isinstance(statement, ast.Assign | ast.Return | ast.Expr | ast.AugAssign):
                continue
            for unread, kind in ((layers, ast.Attribute), (names, ast.Name)):
                uses: dict[str, list[ast.AST]] = {}
                for node in ast.walk(statement):
                    if isinstance(node, kind) and isinstance(getattr(node, "ctx", None), ast.Load):
                        uses.setdefault(code.of(node), []).append(node)
                for places in uses.values():
                    if len(unread) > 1 and len(places) == len(unread) + 1:
                        spans = sorted(map(code.span, places))[1:]
                        changes = tuple(
                            Change(*span, new) for span, new in zip(spans, unread, strict=True)
                        )
                        line = statement.lineno
                        yield Edit(code.file, "name", 1, changes, line, (line,))


def _with_name(node: ast.expr, name: str, code: Code) -> Iterator[Option]:
    product = code.left(node, "*")
    if isinstance(node, ast.Name):
        yield Option("name", 0.75, name, is_atom=True)
    yield Option("factor", 1.5, f"{product} @ {name}", binds=2)
    yield Option("factor", 1.5, f"{product} * {name}", binds=2)
    yield Option("factor", 1.75, f"{product} / {name}", binds=2)
    yield Option("term", 1.5, f"{code.left(node, '+')} + {name}")
    yield Option("term", 1.75, f"{code.left(node, '-')} - {name}")


def _with_layer(node: ast.expr, layer: str, code: Code, scope: Scope) -> Iterator[Option]:
    value = code.of(node)
    yield Option("call", 1.25, f"{layer}({value})", is_atom=True)
    if isinstance(node, ast.Name | ast.Attribute):
        yield Option("call", 1.75, f"{layer}({value}, {value}, {value})", is_atom=True)
        for name in scope.unread:
            yield Option("call", 1.75, f"{layer}({value}, {value}, {value}, {name})", is_atom=True)
            yield Option("call", 2, f"{layer}({value}, {name})", is_atom=True)
