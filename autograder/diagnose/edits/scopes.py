"""The names in scope at a place, and which of them nothing reads."""

from __future__ import annotations

import ast

from .code import Code
from .option import Scope, Shapes
from .sites import Function, Site, attribute_of_self, makes_object

MOST_NAMES, MOST_UNREAD = 60, 6  # that are tried in a place


def scope_of(site: Site, top: ast.stmt, code: Code, shapes: Shapes, library: str) -> Scope:
    """Return the names in scope at ``site``, which is inside ``top``."""
    tree = code.tree
    names = dict.fromkeys(name for f in site.functions for name in _assigned(f))
    own = [name for name in names if name not in ("self", "cls")]
    seen = {name: shapes[key] for name in own for key in [_key(site, name)] if key in shapes}
    helpers = tuple(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == 1
    )
    numbers = tuple(name for name in own if seen.get(name, ()) is not None)[:MOST_NAMES]
    others = tuple(name for name in own if seen.get(name, ()) is None)[:MOST_NAMES]
    functions = tuple(
        (node.name, tuple(argument.arg for argument in node.args.args))
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    )
    inner = site.functions[-1]
    paths = tuple(dict.fromkeys(code.of(node) for node in ast.walk(top) if is_path(node)))
    paths = paths[:MOST_NAMES]
    unread = unread_names(inner), unread_layers(top)
    defaults = tuple((name, code.of(value)) for name, value in _defaults(inner))
    return Scope(
        seen, numbers, others, helpers, library, *unread, defaults, paths, functions, _objects(top)
    )


def _objects(top: ast.AST) -> frozenset[str]:
    """Return the attributes, as ``self.name``, that are set to a new object, such as a layer."""
    return frozenset(
        f"self.{name}"
        for node in ast.walk(top)
        if isinstance(node, ast.Assign) and makes_object(node.value)
        for name in map(attribute_of_self, node.targets)
        if name
    )


def _defaults(function: Function) -> list[tuple[str, ast.expr]]:
    positional = [*function.args.posonlyargs, *function.args.args]
    last = positional[len(positional) - len(function.args.defaults) :]
    return [(a.arg, d) for a, d in zip(last, function.args.defaults, strict=True)]


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


def is_path(node: ast.AST) -> bool:
    """Tell whether a node reads an attribute or an entry by name: ``s.f`` or ``cache["x"]``."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        modules = ("np", "torch", "nn", "F", "math")
        return isinstance(node.value, ast.Name) and node.value.id not in modules
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    )


def unread_names(function: Function) -> tuple[str, ...]:
    """Return the arguments and variables of a function that it never reads."""
    loaded, stored = set[str](), dict[str, None]()
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        stored[argument.arg] = None
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                loaded.add(node.id)
            else:
                stored[node.id] = None
    unread = [n for n in stored if n not in loaded and n not in ("self", "cls", "_")]
    return tuple(unread[:MOST_UNREAD])


def unread_layers(top: ast.AST) -> tuple[str, ...]:
    """Return the attributes, as ``self.name``, that a class assigns and never reads."""
    loaded, stored = set[str](), dict[str, None]()
    for node in ast.walk(top):
        if isinstance(node, ast.Attribute) and attribute_of_self(node):
            if isinstance(node.ctx, ast.Load):
                loaded.add(node.attr)
            else:
                stored[node.attr] = None
    return tuple(f"self.{name}" for name in stored if name not in loaded)[:MOST_UNREAD]
