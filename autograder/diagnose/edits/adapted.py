"""Write a part of a right solution in the names of a student's function."""

from __future__ import annotations

import ast
import builtins
import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .sites import SIMPLE, attribute_of_self

_MOST_NODES = 120  # of an adapted expression
_DEEPEST = 4  # definitions inside definitions
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_GROWING = (ast.Dict, ast.List, ast.Set)  # its contents come later
_COMPREHENDED = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Place:
    """A value of a simple statement, a test or what a loop runs over."""

    node: ast.expr
    statement: ast.stmt
    role: str
    target: str  # the name that is assigned to, or the kind of the statement


@dataclass
class Body:
    """A function: its arguments, its statements, and how its variables are defined."""

    function: Any
    arguments: list[str] = field(init=False)
    values: list[Place] = field(init=False)
    simple: list[ast.stmt] = field(init=False)
    loops: list[str] = field(init=False)  # the variables of loops, in order
    names: set[str] = field(init=False)
    definitions: dict[str, ast.expr] = field(init=False)
    _reads: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        given = self.function.args
        every = (*given.posonlyargs, *given.args, *given.kwonlyargs)
        self.arguments = [argument.arg for argument in every]
        self.values, self.simple, self.loops = [], [], []
        stored, defined = Counter[str](), dict[str, ast.expr]()
        self._reads = Counter()
        for node in _in_order(self.function):
            if isinstance(node, ast.Name):
                counts = self._reads if isinstance(node.ctx, ast.Load) else stored
                counts[node.id] += 1
            elif isinstance(node, ast.stmt) and node is not self.function:
                self._take(node, defined)
        self.names = {*self.arguments, *stored}
        self.definitions = {
            n: e for n, e in defined.items() if stored[n] == 1 and not isinstance(e, _GROWING)
        }

    def _take(self, node: ast.stmt, defined: dict[str, ast.expr]) -> None:
        if isinstance(node, ast.If | ast.While):
            self.values.append(Place(node.test, node, "test", type(node).__name__))
        elif isinstance(node, ast.For):
            self.values.append(Place(node.iter, node, "iter", "For"))
            self.loops += [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
        elif isinstance(node, SIMPLE) and not _is_docstring(node):
            self.simple.append(node)
            target = type(node).__name__
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                if isinstance(node.targets[0], ast.Name):
                    target = node.targets[0].id
                    defined.setdefault(target, node.value)
            if node.value is not None:
                self.values.append(Place(node.value, node, "value", target))

    def goes_round(self, old: ast.expr, made: Adapted) -> bool:
        """Tell whether ``made`` in place of ``old`` computes again what other lines are there for.

        It uses fewer of the variables that the function computes, or leaves one out for its
        definition, or nothing reads one any more.
        """
        lost = Counter(n.id for n in ast.walk(old) if isinstance(n, ast.Name))
        computed = self.names - set(self.arguments)
        before, after = computed & lost.keys(), computed & made.names.keys()
        if len(after) < len(before) or (made.inlined and before - after):
            return True
        return any(self._reads[n] - lost[n] + made.names[n] <= 0 for n in before)


@dataclass(frozen=True)
class Adapted:
    """A text in the names of the student, and how many definitions had to be written into it."""

    text: str
    inlined: int
    names: Counter[str]


class Adapter:
    """Knows which name of one function stands for which name of another."""

    def __init__(
        self, own: Body, theirs: Body, top: ast.stmt, module: ast.Module, other: ast.Module
    ) -> None:
        self._own, self._theirs = own, theirs
        self.attributes = {n.attr for n in ast.walk(top) if isinstance(n, ast.Attribute)}
        self._global, self._imports = _known(module), _imports(other)
        modules = {what: name for name, what in _imports(module).items()}
        self._aliases = {name: modules.get(what) for name, what in self._imports.items()}
        self._forms = {_form(node, own): name for name, node in own.definitions.items()}
        self._loops = dict(zip(theirs.loops, own.loops, strict=False))
        self._names: dict[str, str | None] = {}

    def name_of(self, name: str) -> str | None:
        """Return the name that the student has for a variable or import of a right solution."""
        if name not in self._names:
            self._names[name] = self._found(name)
        return self._names[name]

    def _found(self, name: str) -> str | None:
        own, theirs = self._own, self._theirs
        if name in theirs.arguments:
            at = theirs.arguments.index(name)
            fits = len(own.arguments) == len(theirs.arguments) and name not in own.arguments
            return own.arguments[at] if fits else name if name in own.arguments else None
        if name in theirs.names:
            form = _form(theirs.definitions[name], theirs) if name in theirs.definitions else None
            if form in self._forms:
                return self._forms[form]
            if name in own.names:
                return name
            return self._loops.get(name)
        if name in self._aliases:
            return self._aliases[name]
        return name if name in self._global or hasattr(builtins, name) else None

    def adapted(self, node: Any) -> Adapted | None:
        """Return an expression or statement in the student's names; None if it cannot be had."""
        writer = _Writer(self, self._theirs.definitions)
        try:
            made = writer.visit(node)
        except LookupError:
            return None
        every = list(ast.walk(made))
        if len(every) > _MOST_NODES:
            return None
        names = Counter(n.id for n in every if isinstance(n, ast.Name))
        return Adapted(ast.unparse(made), writer.inlined, names)


class _Writer(ast.NodeVisitor):
    """Copies a tree with other names, and with definitions where there is no name."""

    def __init__(self, adapter: Adapter, definitions: Mapping[str, ast.expr]) -> None:
        self._adapter, self._definitions = adapter, definitions
        self._bound = Counter[str]()  # variables of comprehensions and lambdas keep their names
        self._depth = self.inlined = 0

    def visit(self, node: ast.AST) -> Any:
        """Visit a node, with the names that it binds itself."""
        bound = [
            inner.id
            for part in (node.generators if isinstance(node, _COMPREHENDED) else ())
            for inner in ast.walk(part.target)
            if isinstance(inner, ast.Name)
        ]
        if isinstance(node, ast.Lambda):
            bound = [argument.arg for argument in node.args.args]
        self._bound.update(bound)
        made = super().visit(node)
        self._bound.subtract(bound)
        return made

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Return a copy; its parts are visited."""
        made = type(node)(**{name: self._copied(value) for name, value in ast.iter_fields(node)})
        return ast.copy_location(made, node)

    def _copied(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._copied(each) for each in value]
        return self.visit(value) if isinstance(value, ast.AST) else value

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Write what an attribute belongs to; LookupError if the student's class has none such."""
        if attribute_of_self(node) and node.attr not in self._adapter.attributes:
            raise LookupError(node.attr)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the student's name, or the definition; LookupError where there is neither."""
        if self._bound[node.id] > 0:
            return node
        name = self._adapter.name_of(node.id)
        if name is not None:
            return ast.Name(name, node.ctx)
        if node.id not in self._definitions or self._depth >= _DEEPEST:
            raise LookupError(node.id)
        self.inlined += 1
        self._depth += 1
        made = self.visit(self._definitions[node.id])
        self._depth -= 1
        return made  # type: ignore[no-any-return]


def bodies(top: ast.AST) -> dict[str, Body]:
    """Return the functions of a function or class, by name: itself, or its methods."""
    found = [top] if isinstance(top, _FUNCTIONS) else getattr(top, "body", [])
    return {node.name: Body(node) for node in found if isinstance(node, _FUNCTIONS)}


def _form(node: ast.expr, body: Body, depth: int = 0) -> str:
    """Return an expression as a text in which arguments have numbers and no variable is left."""
    if isinstance(node, ast.Name):
        if node.id in body.arguments:
            return f"<{body.arguments.index(node.id)}>"
        if node.id in body.definitions and depth < _DEEPEST:
            return _form(body.definitions[node.id], body, depth + 1)
    parts = [
        _form(part, body, depth) if isinstance(part, ast.AST) else repr(part)  # type: ignore[arg-type]
        for _, value in ast.iter_fields(node)
        for part in (value if isinstance(value, list) else [value])
        if not isinstance(part, ast.expr_context)
    ]
    return f"{type(node).__name__}({','.join(parts)})"


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all inside it, in the order of the text."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


@functools.lru_cache(maxsize=64)
def _imports(tree: ast.Module) -> Mapping[str, str]:
    """Return the names that imports bind, with what they stand for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name.split(".")[0]: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


@functools.lru_cache(maxsize=64)
def _known(tree: ast.Module) -> frozenset[str]:
    """Return the names that a module defines at its top."""
    found: set[str] = set()
    for node in tree.body:
        found.add(str(getattr(node, "name", "")))
        if isinstance(node, ast.Assign | ast.AnnAssign):
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return frozenset(found)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
