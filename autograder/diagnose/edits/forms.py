"""Other forms of a formula: another derivative, a call moved, names exchanged, another order."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from .code import Code
from .option import Option, Scope
from .sites import Site

_MOST_INSIDE = 24


def forms(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield an expression with its parts arranged in another way."""
    node = site.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _derivatives(node, code)
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        yield from _moved_inwards(node, code)
    if site.is_value and not site.is_called and isinstance(node, ast.Call | ast.BinOp):
        yield from _moved_outwards(node, code)
    parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
    if 3 <= len(parts) <= 4 and not any(isinstance(part, ast.Starred) for part in parts):
        yield from _orders(parts, code)
    if isinstance(node, ast.Tuple) and site.is_value and not site.is_index:
        yield from _each(node, code, scope)
    if site.parent is site.statement:
        yield from _exchanged_names(node, code, scope)


def _derivatives(node: ast.BinOp, code: Code) -> Iterator[Option]:
    """Exchange the derivatives of tanh and of the logistic function."""
    factor = node.right
    if not isinstance(factor, ast.BinOp) or not isinstance(factor.op, ast.Sub):
        return
    if getattr(factor.left, "value", None) not in (1, 1.0):
        return
    inner, left = factor.right, node.left
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
        base = code.tight(inner.left)
        yield Option("formula", 1, f"{code.left(left, '*')} * {base} * (1 - {base})", binds=2)
        return
    value, text = ast.dump(inner), code.tight(inner)
    if ast.dump(left) == value:
        yield Option("formula", 1, f"1 - {text} ** 2")
    elif isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
        if ast.dump(left.right) == value:
            kept = code.left(left.left, "*")
            yield Option("formula", 1, f"{kept} * (1 - {text} ** 2)", binds=2)


def _moved_inwards(node: ast.Call, code: Code) -> Iterator[Option]:
    """Yield ``g(x + f(y))`` for ``f(g(x + y))``."""
    function, (argument,) = code.of(node.func), node.args
    start, end = code.span(argument)
    for part in _values(argument):
        a, b = code.span(part)
        moved = code.raw[start:a].decode() + f"{function}({code.of(part)})"
        yield Option("order", 2, moved + code.raw[b:end].decode(), is_atom=True)


def _moved_outwards(node: ast.expr, code: Code) -> Iterator[Option]:
    """Yield ``f(g(x + y))`` for ``g(x + f(y))``."""
    start, end = code.span(node)
    for part in _values(node):
        if isinstance(part, ast.Call) and len(part.args) == 1 and not part.keywords:
            a, b = code.span(part)
            inner = code.raw[start:a].decode() + code.tight(part.args[0])
            text = inner + code.raw[b:end].decode()
            yield Option("order", 2, f"{code.of(part.func)}({text})", is_atom=True)


def _values(node: ast.expr) -> list[ast.expr]:
    """Return the operands and arguments inside an expression."""
    found: list[ast.expr] = []
    for outer in ast.walk(node):
        if isinstance(outer, ast.BinOp):
            found += [outer.left, outer.right]
        elif isinstance(outer, ast.Call):
            found += [each for each in outer.args if not isinstance(each, ast.Starred)]
    return [each for each in found if not isinstance(each, ast.Constant)][:_MOST_INSIDE]


def _each(node: ast.Tuple, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield a tuple of names with one function of the module around each, or around none."""
    if not 2 <= len(node.elts) <= 6:
        return
    span = code.span(node.elts[0])[0], code.span(node.elts[-1])[1]
    if all(isinstance(part, ast.Name) for part in node.elts):
        for helper in (*scope.helpers, f"{scope.library}.tanh", f"{scope.library}.exp"):
            texts = [f"{helper}({code.of(part)})" for part in node.elts]
            yield Option("function", 1.5, ", ".join(texts), span=span)


def _orders(parts: list[ast.expr], code: Code) -> Iterator[Option]:
    """Yield the orders of three or four parts that are more than one exchange."""
    texts = [code.of(part) for part in parts]
    span = code.span(parts[0])[0], code.span(parts[-1])[1]
    for order in itertools.permutations(range(len(texts))):
        if sum(i != at for at, i in enumerate(order)) > 2:
            yield Option("order", 2.5, ", ".join(texts[i] for i in order), span=span)


def _exchanged_names(node: ast.expr, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield the expression of a statement with two of its names exchanged everywhere."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    known = {*scope.numbers, *scope.others}
    names = list(dict.fromkeys(n.id for n in found if id(n) not in called and n.id in known))
    start, end = code.span(node)
    if not 2 <= len(names) <= 8:
        return
    for pair in itertools.combinations(names, 2):
        parts, at = [], start
        other = dict([pair, pair[::-1]])
        for name in sorted((n for n in found if n.id in pair), key=code.span):
            a, b = code.span(name)
            parts += [code.raw[at:a].decode(), other[name.id]]
            at = b
        yield Option("name", 2.5, "".join([*parts, code.raw[at:end].decode()]), span=(start, end))
