"""Other functions, arguments, axes and keywords of a call."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from .code import Code
from .option import Option, Scope
from .sites import Site, makes_object

_FAMILIES = (
    ("tanh", "sigmoid", "relu", "sin", "exp", "gelu", "softplus", "leaky_relu", "elu"),
    ("Tanh", "Sigmoid", "ReLU", "GELU", "Softplus", "LeakyReLU", "ELU", "Identity"),
    ("MaxPool2d", "AvgPool2d"), ("Softmax", "LogSoftmax"), ("MSELoss", "L1Loss", "SmoothL1Loss"),
    ("mse_loss", "l1_loss", "smooth_l1_loss"), ("BatchNorm2d", "InstanceNorm2d"),
    ("sum", "mean", "max", "min", "prod"),
    ("zeros", "ones", "empty"), ("zeros_like", "ones_like", "empty_like"),
    ("exp", "log", "abs", "sqrt", "square", "log2", "log1p", "expm1"), ("argmax", "argmin"),
    ("hstack", "vstack", "concatenate", "stack", "cat"), ("maximum", "minimum"),
    ("dot", "multiply", "outer", "matmul"), ("softmax", "log_softmax"), ("train", "eval"),
    ("reversed", "list"), ("std", "var"), ("triu", "tril"), ("rand", "randn"), ("ceil", "floor"),
    ("any", "all"), ("logical_and", "logical_or", "logical_xor"), ("append", "extend"),
)  # fmt: skip
_REDUCE = frozenset((
    "sum", "mean", "max", "min", "prod", "concatenate", "stack", "split", "argmax", "argmin",
    "softmax", "log_softmax", "std", "var", "cat", "cumsum", "norm",
))  # fmt: skip
_AXES = ("0", "1", "-1", "2", "-2")


def calls(site: Site, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield other calls at a place that calls something, or names a keyword argument."""
    node = site.node
    if isinstance(node, ast.keyword):
        yield from _keyword(node, site, code)
    if not isinstance(node, ast.Call):
        return
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    yield from _exchanged(node, name, code, scope)
    if isinstance(function, ast.Attribute) and not _is_module(function.value):
        yield Option("call", 1, code.of(function.value), is_atom=True)  # without the method
    for argument in () if makes_object(node) else node.args[:3]:
        if not isinstance(argument, ast.Starred):
            yield Option("call", 1, code.of(argument))
    yield from _arguments(node, code)
    yield from _left_out(node, name, code, scope)
    if name in _REDUCE:
        yield from _axes(node, code, scope)
    if name == "append" and len(node.args) == 1:
        value, item = code.of(function)[: -len("append")], code.of(node.args[0])
        yield Option("call", 2, f"{value}insert(0, {item})", is_atom=True)


def _exchanged(node: ast.Call, name: str, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield the same call of a related function."""
    function = node.func
    others = dict.fromkeys(g for family in _FAMILIES if name in family for g in family)
    if name in ("exp", "sigmoid", "relu", "log_softmax") and scope.library == "torch" and node.args:
        for axis in ("-1", "1"):
            text = f"torch.softmax({code.of(node.args[0])}, dim={axis})"
            yield Option("call", 1.5, text, is_atom=True)
    arity = len(node.args) + len(node.keywords)
    for helper, wanted in scope.functions:
        if helper != name and len(wanted) == arity > 1 and isinstance(function, ast.Name):
            yield Option("call", 1.5, helper, is_atom=True, node=function)
    for other in others:
        if other != name and isinstance(function, ast.Attribute):
            value = code.of(function.value)
            yield Option("call", 1, f"{value}.{other}", is_atom=True, node=function)
    if name in scope.helpers or name in (*_FAMILIES[0], *_FAMILIES[4]):
        for helper in scope.helpers:
            if helper != name:
                yield Option("call", 1, helper, is_atom=True, node=function)
        if name in scope.helpers:
            for other in ("tanh", "exp"):
                yield Option("call", 1, f"{scope.library}.{other}", is_atom=True, node=function)


def _arguments(node: ast.Call, code: Code) -> Iterator[Option]:
    """Yield the call with two arguments exchanged, or one left out."""
    texts = [code.of(argument) for argument in node.args]
    if not texts or len(texts) > 8:
        return
    span = code.span(node.args[0])[0], code.span(node.args[-1])[1]
    for i, j in itertools.combinations(range(len(texts)), 2):
        swapped = list(texts)
        swapped[i], swapped[j] = texts[j], texts[i]
        yield Option("argument", 1, ", ".join(swapped), span=span)
    if len(texts) > 1:
        for i in range(len(texts)):
            yield Option("argument", 1.5, ", ".join(texts[:i] + texts[i + 1 :]), span=span)


def _left_out(node: ast.Call, name: str, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield the call with arguments that it leaves out, where their names are in scope."""
    given, end = [code.of(argument) for argument in node.args], code.span(node)[1]
    known = {*scope.numbers, *scope.others}
    if not given or node.keywords:
        return
    span = code.span(node.args[0])[0], code.span(node.args[-1])[1]
    wanted = dict(scope.functions).get(name, ())[len(given) :]
    added = [other for other in wanted if other in known]
    if added:
        yield Option("argument", 0.75, ", ".join([*given, *added]), span=span)
    for other in dict.fromkeys((*added, *scope.unread)):
        if code.raw[end - 1 : end] == b")":
            yield Option("argument", 1.25, ", ".join([*given, other]), span=span)


def _axes(node: ast.Call, code: Code, scope: Scope) -> Iterator[Option]:
    """Yield the call with a further keyword argument."""
    present = {keyword.arg for keyword in node.keywords}
    _, end = code.span(node)
    inside = code.of(node).rstrip()
    if not inside.endswith(")"):
        return
    word = "dim" if scope.library == "torch" else "axis"
    comma = ", " if node.args or node.keywords else ""
    if not {"axis", "dim"} & present:
        for axis in (*_AXES, "(0, 1)"):
            yield Option("axis", 1, f"{comma}{word}={axis})", span=(end - 1, end))
    if not {"keepdims", "keepdim"} & present:
        keep = "keepdim=True" if word == "dim" else "keepdims=True"
        yield Option("axis", 1, f"{comma}{keep})", span=(end - 1, end))


def _keyword(node: ast.keyword, site: Site, code: Code) -> Iterator[Option]:
    """Yield another axis, or the call without this keyword argument."""
    if node.arg in ("axis", "dim", "axes"):
        old = code.of(node.value)
        for axis in (*_AXES, "None", "(0, 1)"):
            if axis != old:
                yield Option("axis", 1, axis, node=node.value)
    if isinstance(site.parent, ast.Call) and node.arg is not None:
        call = site.parent
        items = [item for item in (*call.args, *call.keywords)]
        items.sort(key=lambda item: code.span(item)[0])
        kept = ", ".join(code.of(item) for item in items if item is not node)
        span = code.span(items[0])[0], code.span(items[-1])[1]
        yield Option("argument", 1, kept, span=span)


def _is_module(node: ast.expr) -> bool:
    names = ("np", "numpy", "torch", "nn", "F", "math", "random")
    return isinstance(node, ast.Name) and node.id in names
