"""Statements beside a changed one: an error in one of them can be made up for in another."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from .code import Code
from .sites import SIMPLE


def neighbours(code: Code, lines: Iterable[int]) -> frozenset[int]:
    """Return the first lines of the statements that make what those at ``lines`` use, or use it.

    These are statements of the same function with one of the names, the ``return`` statements of
    functions that are called, and the calls of a function that returns the value.
    """
    changed, found = set(lines), set[int]()
    every = [
        (function, node)
        for function in ast.walk(code.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, SIMPLE)
    ]
    for function, node in every:
        if node.lineno not in changed:
            continue
        stored, loaded = _names(node, ast.Store), _names(node, ast.Load)
        for other, statement in every:
            reads, sets = _names(statement, ast.Load), _names(statement, ast.Store)
            if other is function:
                is_near = bool(reads & stored or sets & loaded)
            elif isinstance(statement, ast.Return) and other.name in loaded:
                is_near = True
            else:
                is_near = isinstance(node, ast.Return) and function.name in reads
            if is_near:
                found.add(statement.lineno)
    return frozenset(found - changed)


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """Return the names and attributes that a statement reads, or sets."""
    return {
        inner.id if isinstance(inner, ast.Name) else inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name | ast.Attribute) and isinstance(inner.ctx, context)
    }
