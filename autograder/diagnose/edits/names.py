"""Other names, and terms and factors that are missing."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from .arithmetic import is_number
from .code import Code
from .option import Option, Scope, Shape
from .scopes import is_path
from .sites import Site, is_length, is_literal, is_size

_MOST_ENTRIES = 6  # of arrays, that a term may lack
_UNLIKE = 0.75  # what a name of another shape costs more: it would often raise an exception
_PRODUCTS = (ast.Mult, ast.Div, ast.MatMult)


def names(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield another name or attribute for one that is read, and a name for a constant."""
    node = site.node
    if isinstance(node, ast.Name) and not site.is_called:
        cost = 1.0 if site.is_value else 2.0
        shape = scope.shapes.get(node.id)
        for other in scope.alike(node.id):
            known = other in scope.shapes and node.id in scope.shapes
            unlike = _UNLIKE if known and scope.shapes[other] != shape else 0.0
            yield Option("name", cost + unlike, other, is_atom=True)
    if is_path(node) and (not site.is_called or site.field == "func"):
        own = code.of(node)
        for other in scope.paths:
            if other != own and (other in scope.objects) == (own in scope.objects):
                yield Option("name", 1, other, is_atom=True)
    if isinstance(node, ast.Name) and site.field == "value" and node.id in scope.numbers:
        for other in scope.alike(node.id):  # the array of `x.shape` or `x[t]`
            if scope.is_array(other) and not site.is_value:
                yield Option("name", 1.5, other, is_atom=True)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and not site.is_index:
        for other in scope.numbers:
            yield Option("name", 2, other, is_atom=True)
        for other in scope.paths if isinstance(site.parent, ast.Compare | ast.BinOp) else ():
            if other not in scope.objects:
                yield Option("name", 1.5, other, is_atom=True)
    if isinstance(node, ast.Constant) and node.value is None and site.field in ("value", "elts"):
        for other in (*scope.numbers, *scope.others):
            yield Option("name", 1.5, other, is_atom=True)
    if isinstance(node, ast.Attribute | ast.Subscript | ast.Call) and is_number(site, scope):
        for other in scope.numbers:
            yield Option("name", 3, other, is_atom=True)


def receivers(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield another name for the object of an attribute, as in ``x.shape``."""
    node, parent = site.node, site.parent
    if isinstance(parent, ast.Attribute) and isinstance(node, ast.Name):
        others = scope.alike(node.id)
        if isinstance(parent.ctx, ast.Load):  # nothing is to be stored in a library
            others += (scope.library,)
        for other in others:
            yield Option("name", 1.5, other, is_atom=True)


def factors(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield a variable times another one of its shape, which is the likeliest missing factor."""
    node, parent = site.node, site.parent
    is_whole = isinstance(parent, ast.Assign | ast.AugAssign | ast.Return)
    is_term = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add | ast.Sub)
    if isinstance(node, ast.Name) and site.is_value and (is_whole or is_term):
        shape = scope.shapes.get(node.id)
        for name in scope.numbers if shape else ():
            if scope.shapes.get(name) == shape and name != node.id:
                yield Option("factor", 2, f"{node.id} * {name}", binds=2)


def missing(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield an expression with a further term or factor from the names in scope."""
    node, parent = site.node, site.parent
    if not is_number(site, scope) or site.is_index or is_size(site) or is_literal(node):
        return
    if is_length(site):
        yield from _lengths(node, code, scope)
        return
    around = type(parent.op) if isinstance(parent, ast.BinOp) else None
    if around is not None and around is type(getattr(node, "op", None)):
        return  # a product inside a product: its outer one gets the factor
    product = code.left(node, "*")
    shape = scope.shapes.get(node.id) if isinstance(node, ast.Name) else None
    values = [name for name in scope.numbers if _fits(scope.shapes.get(name), shape)]
    paths = [path for path in scope.paths if path not in scope.objects]
    values += [*paths[:12], *_entries(site, scope), *_entries_used(site, code, scope)]
    for value in dict.fromkeys(values):
        if around not in _PRODUCTS:
            yield Option("factor", 3, f"{product} * {value}", binds=2)
            yield Option("factor", 3, f"{product} / {value}", binds=2)
            yield Option("factor", 3, f"{product} * (1 - {value})", binds=2)
            yield Option("factor", 3, f"{product} * (1 - {value} ** 2)", binds=2)
            yield Option("factor", 4, f"{product} * {value} * (1 - {value})", binds=2)
        if around not in (ast.Add, ast.Sub):
            cost = 4 if around else 3
            yield Option("term", cost, f"{code.left(node, '+')} + {value}")
            yield Option("term", cost, f"{code.left(node, '-')} - {value}")
            yield Option("term", cost + 0.5, f"{value} - {code.right(node, '-')}")
    if around not in _PRODUCTS:
        for name in scope.numbers:
            if scope.is_array(name) and name in scope.shapes:
                yield Option("factor", 4, f"{product} / len({name})", binds=2)
                yield Option("factor", 4, f"{product} * len({name})", binds=2)
                yield Option("factor", 4, f"{product} / {name}.shape[-1] ** 0.5", binds=2)
            elif scope.shapes.get(name) == ():
                yield Option("factor", 4, f"{product} / {name} ** 0.5", binds=2)
    yield from _matrix_terms(code.left(node, "+"), product, around, scope)


def _lengths(node: ast.expr, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield the length of an axis times or divided by another whole number, one more or less."""
    values = scope.whole_numbers
    values += [path for path in scope.paths if path not in scope.objects]
    for value in values:
        yield Option("factor", 2, f"{value} // {code.right(node, '//')}", binds=2)
        yield Option("factor", 2, f"{code.left(node, '//')} // {value}", binds=2)
        yield Option("factor", 2, f"{code.left(node, '*')} * {value}", binds=2)
        yield Option("term", 2.5, f"{code.left(node, '+')} + {value}")
        yield Option("term", 2.5, f"{code.left(node, '-')} - {value}")
    for one in ("+ 1", "- 1"):
        yield Option("term", 1.5, f"{code.left(node, one[0])} {one}")


def _matrix_terms(text: str, product: str, around: type | None, scope: Scope) -> Iterator[Option]:
    """Yield an expression with a matrix product more, of matrices whose shapes fit."""
    matrices = [(n, s) for n, s in scope.shapes.items() if s is not None and len(s) == 2]
    if around in (None, ast.Add):
        for (one, left), (two, right) in itertools.permutations(matrices, 2):
            if left[1] == right[0]:
                yield Option("term", 4, f"{text} + {one} @ {two}")
        for (one, left), (two, right) in itertools.combinations(matrices, 2):
            if left == right:
                yield Option("term", 5, f"{text} + {one} * {two}")
    for name, _ in matrices:
        for factor in (name, f"{name}.T"):
            yield Option("factor", 4, f"{product} @ {factor}", binds=2)
            yield Option("factor", 4, f"{factor} @ ({product})", binds=2)


def _entries(site: Site, scope: Scope) -> list[str]:
    """Return the arrays in scope at the index of a loop: ``dh[t]``."""
    loops = [n for n in ast.walk(site.functions[-1]) if isinstance(n, ast.For)]
    around = [
        loop.target.id
        for loop in loops
        if isinstance(loop.target, ast.Name)
        and loop.lineno < site.statement.lineno <= (loop.end_lineno or 0)
        and scope.shapes.get(loop.target.id) == ()
    ]
    arrays = [name for name in scope.numbers if name in scope.shapes and scope.is_array(name)]
    return [f"{name}[{index}]" for index in around for name in arrays]


def _entries_used(site: Site, code: Code, scope: Scope) -> list[str]:
    """Return entries of arrays that stand elsewhere in the function: ``weights[-1]``, ``W[i]``."""
    found = [
        code.of(part)
        for part in ast.walk(site.functions[-1])
        if isinstance(part, ast.Subscript)
        and isinstance(part.ctx, ast.Load)
        and isinstance(part.value, ast.Name)
        and part.value.id in scope.numbers
        and isinstance(part.slice, ast.Name | ast.UnaryOp | ast.Constant)
        and type(getattr(part.slice, "value", 0)) is int
    ]
    return [text for text in dict.fromkeys(found) if text != code.of(site.node)][:_MOST_ENTRIES]


def _fits(shape: Shape, into: Shape) -> bool:
    """Tell whether an array of one shape broadcasts into another; unknown ones may."""
    if shape is None or into is None:
        return True
    if len(shape) > len(into):
        return False
    pairs = zip(shape[::-1], into[::-1], strict=False)
    return all(one in (1, other) for one, other in pairs)
