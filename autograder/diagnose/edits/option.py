"""One way to write an expression differently, and the names that are in scope there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .sites import Function, Site

Shape = tuple[int, ...] | None  # None: not a number, an array or a tensor
Shapes = Mapping[tuple[str, str], Shape]  # by function and name, as a run has shown them


@dataclass(frozen=True)
class Option:
    """Another text for an expression, or for ``node`` inside it or after it.

    ``span`` replaces other bytes than the ones of the expression. ``binds`` is how strongly the
    operators of the text bind: 3 for powers, 2 for products, 1 for sums and everything weaker.
    """

    kind: str
    cost: float
    new: str
    is_atom: bool = False
    node: Any = None
    span: tuple[int, int] | None = None
    binds: int = 1


@dataclass(frozen=True)
class Scope:
    """The names that a function assigns, with the shapes that they had."""

    shapes: Mapping[str, Shape]
    numbers: tuple[str, ...]  # those that hold numbers, or may
    others: tuple[str, ...]
    helpers: tuple[str, ...]  # functions of the module with one argument
    library: str  # the name of numpy or torch in this module

    def alike(self, name: str) -> tuple[str, ...]:
        """Return the other names that may stand for ``name``."""
        group = self.numbers if name in self.numbers else self.others
        if name not in group and name not in self.shapes:
            return ()
        return tuple(other for other in group if other != name)

    def is_array(self, name: str) -> bool:
        """Tell whether a name may hold something with axes."""
        return len(self.shapes.get(name) or (0,)) > 0


def scope_of(site: Site, tree: ast.Module, shapes: Shapes, library: str) -> Scope:
    """Return the names in scope at ``site``."""
    names = dict.fromkeys(name for f in site.functions for name in _assigned(f))
    own = [name for name in names if name not in ("self", "cls")]
    seen = {name: shapes[key] for name in own for key in [_key(site, name)] if key in shapes}
    helpers = tuple(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == 1
    )
    numbers = tuple(name for name in own if seen.get(name, ()) is not None)
    others = tuple(name for name in own if seen.get(name, ()) is None)
    return Scope(seen, numbers, others, helpers, library)


def library_of(tree: ast.Module) -> str:
    """Return the name by which a module knows torch, or else numpy."""
    names = {
        alias.name: alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    return names.get("torch") or names.get("numpy") or "np"


def _key(site: Site, name: str) -> tuple[str, str]:
    return ".".join(site.names), name


def _assigned(function: Function) -> list[str]:
    arguments = function.args
    found = [
        argument.arg
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    ]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append(node.id)
    return found
