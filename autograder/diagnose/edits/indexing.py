"""Other indices, slices, ranges and axes of length one."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from .arithmetic import is_number
from .code import Code
from .option import Option, Scope
from .sites import Site, is_literal, is_size

_MOST_NUMBERS = 4  # in scope, that an index may be or lack


def indexing(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield other ways to say which part of something is meant."""
    node = site.node
    if isinstance(node, ast.Slice):
        yield from _slices(node, code)
    elif isinstance(node, ast.Subscript):
        yield from _subscripts(node, site, code, scope)
    elif isinstance(node, ast.Tuple | ast.List) and 2 <= len(node.elts) <= 12:
        yield from _tuples(node, site, code)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range":
        yield from _ranges(node, code)
    elif isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield Option("transpose", 1, code.of(node.value), is_atom=True)
    if site.field == "iter":
        yield Option("order", 1, f"reversed({code.of(node)})", is_atom=True)
        yield Option("order", 2, f"{code.tight(node)}[::-1]", is_atom=True)
    if is_number(site, scope) and not site.is_index and not is_size(site):
        yield from _new_indices(site, code, scope)


def _slices(node: ast.Slice, code: Code) -> Iterator[Option]:
    parts = {"lower": node.lower, "upper": node.upper, "step": node.step}
    texts = {name: code.of(part) if part is not None else "" for name, part in parts.items()}

    def written(**changed: str) -> str:
        lower, upper, step = (changed.get(name, texts[name]) for name in parts)
        return f"{lower}:{upper}" + (f":{step}" if step else "")

    for name in ("lower", "upper"):
        part, text = parts[name], texts[name]
        if part is None:
            for other in ("1", "-1"):
                yield Option("slice", 2, written(**{name: other}))
            continue
        yield Option("slice", 1, written(**{name: ""}))
        yield Option("slice", 1, written(**{name: f"{text} + 1"}))
        yield Option("slice", 1, written(**{name: f"{text} - 1"}))
        sign = text[1:] if text.startswith("-") else f"-{code.tight(part)}"
        yield Option("slice", 1, written(**{name: sign}))
    if (node.lower is None) != (node.upper is None):  # the first or the last one is left out
        yield Option("slice", 1, written(lower="", upper="-1"))
        yield Option("slice", 1, written(lower="1", upper=""))
    yield Option("slice", 1, written(step="" if node.step else "-1"))


def _subscripts(node: ast.Subscript, site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    if site.is_value:
        yield Option("index", 1, code.of(node.value), is_atom=True)
    index = node.slice
    if isinstance(index, ast.Name | ast.BinOp | ast.UnaryOp | ast.Attribute):
        for sign in ("+", "-"):
            yield Option("index", 1, f"{code.of(index)} {sign} 1", node=index)
            for name in scope.whole_numbers[:_MOST_NUMBERS]:
                if name != code.of(index):
                    yield Option("index", 2, f"{code.of(index)} {sign} {name}", node=index)
    if isinstance(index, ast.Tuple):
        texts = [code.of(part) for part in index.elts]
        for i, part in enumerate(index.elts):
            left = texts[:i] + texts[i + 1 :]
            yield Option("index", 2, ", ".join(left) or ":", node=index)
            if isinstance(part, ast.Name):
                for sign in ("+", "-"):
                    yield Option("index", 1, f"{texts[i]} {sign} 1", node=part)


def _tuples(node: ast.Tuple | ast.List, site: Site, code: Code) -> Iterator[Option]:
    texts = [code.of(part) for part in node.elts]
    span = code.span(node.elts[0])[0], code.span(node.elts[-1])[1]
    if any(isinstance(part, ast.Starred | ast.Tuple) for part in node.elts):
        return
    for i, j in itertools.combinations(range(len(texts)), 2):
        swapped = list(texts)
        swapped[i], swapped[j] = texts[j], texts[i]
        yield Option("order", 1 if j == i + 1 else 2, ", ".join(swapped), span=span)
    if site.is_value and not site.is_index and len(texts) > 2:
        for i in range(len(texts)):
            yield Option("part", 2, ", ".join(texts[:i] + texts[i + 1 :]), span=span)


def _ranges(node: ast.Call, code: Code) -> Iterator[Option]:
    for argument in node.args:
        for sign in ("+", "-"):
            yield Option("range", 1, f"{code.of(argument)} {sign} 1", node=argument)
    if len(node.args) == 1:
        end = code.of(node.args[0])
        yield Option("range", 1, f"range(1, {end})", is_atom=True)
    yield Option("range", 1, f"reversed({code.of(node)})", is_atom=True)


def _new_indices(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield an expression with an index, a reduction or another axis that it does not have yet."""
    node, text = site.node, code.tight(site.node)
    axis = "dim" if scope.library == "torch" else "axis"
    is_scalar = isinstance(node, ast.Name) and not scope.is_array(node.id)
    if is_scalar or is_literal(node):
        return
    if isinstance(site.parent, ast.BinOp | ast.Call | ast.Assign | ast.AugAssign | ast.Return
                  | ast.Tuple | ast.For):  # fmt: skip
        for number in ("0", "1", "(0, 1)"):
            cost = 2 if len(number) == 1 else 2.5
            yield Option("sum", cost, f"{text}.sum({axis}={number})", is_atom=True)
        yield Option("sum", 2.5, f"{text}.sum()", is_atom=True)
        yield Option("sum", 2.5, f"{text}.mean()", is_atom=True)
    if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        return
    yield Option("order", 2, f"{text}[::-1]", is_atom=True)
    for index in (*scope.whole_numbers[:_MOST_NUMBERS], "0", "-1"):
        yield Option("index", 3, f"{text}[{index}]", is_atom=True)
    if isinstance(site.parent, ast.BinOp):
        for index in (":, None", "..., None", "None"):
            yield Option("axis of length one", 2.5, f"{text}[{index}]", is_atom=True)
