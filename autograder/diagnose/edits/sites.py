"""The expressions of a function or class, each with what is around it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)  # statements
_SKIPPED = frozenset(
    ("annotation", "returns", "decorator_list", "ctx", "op", "ops", "type_comment", "type_params")
)
_OF_AXES = frozenset((
    "transpose", "permute", "swapaxes", "view", "reshape", "flatten", "unflatten", "squeeze",
    "unsqueeze", "expand", "repeat", "size", "chunk",
))  # fmt: skip
_OF_LENGTHS = _OF_AXES | {
    "zeros", "ones", "empty", "eye", "rand", "randn", "randint", "arange", "range",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Site:
    """An expression or keyword with what is around it."""

    node: Any
    parent: ast.AST
    field: str
    statement: ast.stmt
    functions: tuple[Function, ...]  # outermost first
    names: tuple[str, ...] = ()  # of the functions and classes around it

    @property
    def is_value(self) -> bool:
        """Whether it is read, not assigned to."""
        return isinstance(getattr(self.node, "ctx", None) or ast.Load(), ast.Load)

    @property
    def is_called(self) -> bool:
        """Whether it is the function of a call or the object of an attribute."""
        return self.field == "func" or isinstance(self.parent, ast.Attribute)

    @property
    def is_index(self) -> bool:
        """Whether it says which part of something is meant."""
        return self.field == "slice" or isinstance(self.parent, ast.Slice)

    @property
    def is_axis(self) -> bool:
        """Whether it is the number of an axis, or a length, or the part of one behind a minus."""
        function = getattr(self.parent, "func", None)
        is_argument = getattr(function, "attr", "") in _OF_AXES
        return is_argument or isinstance(self.parent, ast.UnaryOp)


def sites(top: ast.stmt) -> list[Site]:
    """Return the expressions of a function or class, outer ones first."""
    found: list[Site] = []
    _walk(top, found, (), (), None)
    return found


def _walk(
    node: ast.AST,
    found: list[Site],
    functions: tuple[Function, ...],
    names: tuple[str, ...],
    statement: ast.stmt | None,
) -> None:
    if isinstance(node, ast.stmt):
        statement = node
    if isinstance(node, Function):
        functions = (*functions, node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names = (*names, node.name)
    for name, value in ast.iter_fields(node):
        if name in _SKIPPED or (name == "args" and isinstance(node, Function)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if functions and statement is not None and isinstance(child, ast.expr | ast.keyword):
                if not _is_docstring(statement):
                    found.append(Site(child, node, name, statement, functions, names))
            _walk(child, found, functions, names, statement)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def is_size(site: Site) -> bool:
    """Tell whether an expression is a plain number from which an object, such as a layer, is made.

    Such a number has no axes, and nobody takes a root or an exponential of it.
    """
    return makes_object(site.parent)


def is_length(site: Site) -> bool:
    """Tell whether an expression is the length or the number of an axis, as in ``x.view(n, -1)``.

    It is a whole number: nobody takes an exponential of it or transposes it.
    """
    function = getattr(site.parent, "func", None)
    name = getattr(function, "attr", getattr(function, "id", ""))
    return site.field == "args" and name in _OF_LENGTHS


def is_literal(node: ast.AST) -> bool:
    """Tell whether a node is a constant, with or without a minus."""
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def attribute_of_self(node: ast.AST) -> str:
    """Return the name of an attribute of ``self``; empty for anything else."""
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
        return node.attr
    return ""


def makes_object(node: ast.AST) -> bool:
    """Tell whether a node calls a class, such as ``nn.Linear``, going by how names are written."""
    if not isinstance(node, ast.Call):
        return False
    name = str(getattr(node.func, "attr", getattr(node.func, "id", "")))
    is_class = name[:1].isupper() and not name.isupper()
    return is_class and "Tensor" not in name and name != "Variable"  # these make arrays
