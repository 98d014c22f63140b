"""Other operators, signs, comparisons, constants and functions of a number."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .code import Code
from .option import Option, Scope
from .sites import Site, attribute_of_self, is_length, is_literal, is_size, makes_object

_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**",
    ast.FloorDiv: "//", ast.Mod: "%",
}  # fmt: skip
_TRIED = ("+", "-", "*", "/", "@", "**", "//")
_COMPARISONS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_REDUCTIONS = ("mean", "sum", "none")


def arithmetic(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield what else could be computed at a place that computes."""
    node = site.node
    if isinstance(node, ast.BinOp):
        yield from _binary(node, code)
    elif isinstance(node, ast.UnaryOp):
        yield Option("sign", 1, code.of(node.operand), is_atom=isinstance(node.operand, ast.Name))
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = code.tight(node.left), code.tight(node.comparators[0])
        for kind, symbol in _COMPARISONS.items():
            if type(node.ops[0]) in _COMPARISONS and kind is not type(node.ops[0]):
                yield Option("comparison", 1, f"{left} {symbol} {right}")
    elif isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield Option("condition", 1, word.join(code.tight(value) for value in node.values))
    elif isinstance(node, ast.IfExp):
        yield Option("condition", 1, code.of(node.body))
        yield Option("condition", 1, code.of(node.orelse))
    elif isinstance(node, ast.Constant):
        yield from _constants(node, site)
    if _is_mask(node) and site.is_value and not site.is_called:
        yield Option("condition", 1.5, f"~{code.tight(node)}")
    if isinstance(site.parent, ast.BoolOp) or isinstance(
        getattr(site.parent, "op", None), ast.BitOr | ast.BitAnd
    ):
        yield Option("condition", 1, f"not {code.tight(node)}")
    if site.field == "test":
        yield Option("condition", 1, f"not {code.tight(node)}")
        yield Option("condition", 2, "True", is_atom=True)
        yield Option("condition", 2, "False", is_atom=True)


def _is_mask(node: ast.AST) -> bool:
    name = str(getattr(node, "id", getattr(node, "attr", ""))).lower()
    return isinstance(node, ast.Compare) or "mask" in name or "pad" in name


def _binary(node: ast.BinOp, code: Code) -> Iterator[Option]:
    left, right = code.tight(node.left), code.tight(node.right)
    symbol = _OPERATORS.get(type(node.op))
    for other in _TRIED:
        if symbol is not None and other != symbol:
            yield Option("operator", 1, other, span=_symbol(node, code, symbol))
            one, two = code.left(node.left, other), code.right(node.right, other)
            yield Option("operator", 1, f"{one} {other} {two}")
    yield Option("term", 1, code.of(node.left))
    yield Option("term", 1, code.of(node.right))
    if symbol in ("-", "/", "@", "**"):
        one, two = code.left(node.right, symbol), code.right(node.left, symbol)
        yield Option("order", 1, f"{one} {symbol} {two}")
    if symbol and isinstance(node.left, ast.BinOp) and type(node.left.op) in _OPERATORS:
        inner = _OPERATORS[type(node.left.op)]
        one_text, two_text = code.tight(node.left.left), code.tight(node.left.right)
        yield Option("grouping", 1.5, f"{one_text} {inner} ({two_text} {symbol} {right})")
        yield Option("term", 1, f"{one_text} {symbol} {right}")
    if symbol and isinstance(node.right, ast.BinOp) and type(node.right.op) in _OPERATORS:
        inner = _OPERATORS[type(node.right.op)]
        one_text, two_text = code.tight(node.right.left), code.tight(node.right.right)
        yield Option("grouping", 1.5, f"({left} {symbol} {one_text}) {inner} {two_text}")
    if symbol == "-":
        yield Option("sign", 1, f"-{left} - {right}")
    if symbol in ("+", "*"):
        yield Option("term", 2, f"{left} {symbol} {right} {symbol} {right}")


def _symbol(node: ast.BinOp, code: Code, symbol: str) -> tuple[int, int]:
    """Return where the operator is; another one there may group its neighbours differently."""
    start, end = code.span(node.left)[1], code.span(node.right)[0]
    at = start + code.raw[start:end].find(symbol.encode())
    return at, at + len(symbol)


def _constants(node: ast.Constant, site: Site) -> Iterator[Option]:
    value = node.value
    if isinstance(value, bool):
        yield Option("constant", 1, str(not value), is_atom=True)
    elif value is None and isinstance(site.parent, ast.keyword):
        for other in ("0", "1", "-1"):
            yield Option("constant", 1, other)
    elif isinstance(value, int | float):
        is_whole = site.is_index or (isinstance(value, int) and site.is_axis)
        tried = [value + 1, value - 1, -value, 0, 1, 2, -1, 0.5, 1 - value, 2 * value, value / 2]
        if isinstance(value, int):
            tried[-1] = value // 2
        else:
            tried += [10 * value, value / 10]
        for number in dict.fromkeys(tried):
            if number != value and not (is_whole and isinstance(number, float)):
                yield Option("constant", 1, f"{number!r}", is_atom=number >= 0)
        if isinstance(value, int) and not site.is_index:
            yield Option("constant", 2, "(0, 1)", is_atom=True)
        if value <= 0 and isinstance(site.parent, ast.Call):
            yield Option("constant", 2, "-float('inf')")
    elif value in _REDUCTIONS:
        for word in _REDUCTIONS:
            if word != value:
                yield Option("constant", 1, repr(word), is_atom=True)


def functions(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield functions of a number that is used as it is: its negative, 1 - e, tanh, transposed."""
    node = site.node
    if not is_number(site, scope) or site.is_index or is_literal(node):
        return
    text, library = code.tight(node), scope.library
    if is_size(site):
        yield Option("function", 2, f"1 - {code.right(node, '-')}")
        return
    if is_length(site):
        return
    if not isinstance(node, ast.UnaryOp):
        yield Option("sign", 1, f"-{text}")
    if not isinstance(node, ast.Name) or scope.is_array(node.id):
        yield Option("transpose", 1, f"{text}.T", is_atom=True)
        yield Option("transpose", 2, f"{text}.swapaxes(0, 1)", is_atom=True)
        if library == "torch":
            yield Option("transpose", 1.5, f"{text}.transpose(-1, -2)", is_atom=True)
    yield Option("function", 2, f"1 - {code.right(node, '-')}")
    yield Option("function", 2, f"{text} ** 2", binds=3)
    yield Option("function", 2, f"1 - {text} ** 2")
    yield Option("function", 2, f"{code.left(node, '*')} * (1 - {code.right(node, '-')})", binds=2)
    inner = code.of(node)
    for helper in scope.helpers:
        yield Option("function", 2, f"{helper}({inner})", is_atom=True)
    for name in ("tanh", "exp", "log", "sqrt", "abs", "zeros_like", "ones_like"):
        cost = 2 if name == "tanh" else 2.5
        yield Option("function", cost, f"{library}.{name}({inner})", is_atom=True)
    if library == "torch":
        for call in (f"torch.softmax({inner}, dim=-1)", f"torch.relu({inner})",
                     f"torch.sigmoid({inner})", f"{text}.transpose(1, 2)"):  # fmt: skip
            yield Option("function", 2.5, call, is_atom=True)
    if isinstance(site.parent, ast.Assign | ast.Call | ast.Return | ast.keyword | ast.Tuple):
        copied = "clone" if library == "torch" else "copy"
        yield Option("copy", 2, f"{text}.{copied}()", is_atom=True)
        if library == "torch":
            yield Option("detach", 2, f"{text}.detach()", is_atom=True)


def is_number(site: Site, scope: Scope) -> bool:
    """Tell whether the expression at ``site`` may be a number or an array that is computed with."""
    node = site.node
    if not site.is_value or site.is_called or isinstance(node, ast.keyword | ast.Starred):
        return False
    if makes_object(node) or f"self.{attribute_of_self(node)}" in scope.objects:
        return False
    if isinstance(node, ast.Name):
        return node.id in scope.numbers
    return isinstance(
        node, ast.BinOp | ast.UnaryOp | ast.Call | ast.Subscript | ast.Attribute | ast.Constant
    )
