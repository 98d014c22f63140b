"""What a module uses of the libraries that it imports, piece by piece; it is read, never run."""

from __future__ import annotations

import ast
import functools
import itertools
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

Use = tuple[int, str]  # a line, and the full dotted name of what it uses
_DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "compile", "setattr", "__builtins__"}
_SYSTEM = {"sys", "importlib", "builtins", "gc", "inspect", "ctypes"}  # ways to any object
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
# A file can be made so that its search costs hours. Longer names and more stars tell nothing new.
_PARTS = 20  # of a dotted name
_STARS = 5  # modules imported with a star


@dataclass(frozen=True)
class Piece:
    """A statement of a module: what it defines, reads, imports and uses.

    ``runs`` says that importing the module does more than bind a name here, so that the piece
    counts even if nobody reads what it defines.
    """

    defines: frozenset[str]
    reads: frozenset[str]
    imports: tuple[Use, ...]
    uses: tuple[Use, ...]
    runs: bool

    @property
    def dynamic(self) -> bool:
        """Whether it may reach any other piece without its name."""
        return not self.reads.isdisjoint(_DYNAMIC) or any(n == "sys.modules" for _, n in self.uses)


@functools.lru_cache(maxsize=4)
def parse(text: str) -> ast.Module:
    """Return the syntax tree of a text; warnings about the text are ignored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


@functools.lru_cache(maxsize=32)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a module, without what only runs if the file is started itself."""
    tree = parse(text)
    aliases = _aliases(tree)
    starred = _starred(tree)
    own = {item.name for item in ast.walk(tree) if isinstance(item, _DEFINITIONS)}
    return tuple(_piece(part, aliases, starred, own) for part in _flat(tree.body))


def files_of(name: str) -> Iterator[str]:
    """Yield the files that an import of ``name``, or of what it is part of, may run."""
    parts = name.split(".")[:_PARTS]
    for count in range(1, len(parts) + 1):
        path = "/".join(parts[:count])
        yield f"{path}.py"
        yield f"{path}/__init__.py"


def _flat(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield statements and, in place of blocks, the statements and conditions inside."""
    for node in body:
        if isinstance(node, _DEFINITIONS) or not hasattr(node, "body"):
            yield node
            continue
        for name, value in ast.iter_fields(node):
            if name == "body" and _is_main_guard(node):
                continue
            parts = value if isinstance(value, list) else [value]
            for part in parts:
                if isinstance(part, ast.stmt):
                    yield from _flat([part])
                elif isinstance(part, ast.ExceptHandler):
                    yield from _flat(part.body)
                elif isinstance(part, ast.AST):
                    yield part


def _is_main_guard(node: ast.AST) -> bool:
    if not (isinstance(node, ast.If) and isinstance(node.test, ast.Compare)):
        return False
    sides = [node.test.left, *node.test.comparators]
    return [type(operator) for operator in node.test.ops] == [ast.Eq] and {
        getattr(side, "id", getattr(side, "value", None)) for side in sides
    } == {"__name__", "__main__"}


def _piece(
    node: ast.AST, aliases: Mapping[str, str], starred: Iterable[str], own: Collection[str]
) -> Piece:
    inside = list(ast.walk(node))
    names = [item for item in inside if isinstance(item, ast.Name)]
    if isinstance(node, _DEFINITIONS):
        defines = {node.name}
    elif isinstance(node, _IMPORTS):
        defines = {a.asname or a.name.partition(".")[0] for a in node.names}
    else:
        defines = {item.id for item in names if isinstance(item.ctx, ast.Store)}
    uses = list(_uses(inside, aliases))
    # a plain name may be what a module imported with a star has, unless the file defines it
    uses += [(n.lineno, f"{m}.{n.id}") for n in names if n.id not in own for m in starred]
    return Piece(
        frozenset(defines),
        frozenset(item.id for item in names if isinstance(item.ctx, ast.Load)),
        tuple(sorted(set(_imports(inside)))),
        tuple(sorted(set(uses))),
        _runs(node, aliases) or any(name.split(".")[0] in _SYSTEM for _, name in uses),
    )


def _runs(node: ast.AST, aliases: Mapping[str, str]) -> bool:
    """Tell whether a statement does more than import, define or compute a value of a library."""
    if isinstance(node, _IMPORTS):
        return False
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return bool(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        return bool(node.decorator_list) or any(_runs(part, aliases) for part in node.body)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        calls = [item.func for item in ast.walk(node) if isinstance(item, ast.Call)]
        plain = all(isinstance(target, ast.Name) for target in targets)
        return not plain or any(_dotted(function, aliases) is None for function in calls)
    return not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Return what names stand for: imported modules and objects, and their other names."""
    aliases: dict[str, str] = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                aliases[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if name := _dotted(node.value, aliases):
                aliases[node.targets[0].id] = name
    return aliases


def _imports(nodes: Iterable[ast.AST]) -> Iterator[Use]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = f"{node.module}." if node.module else ""  # a relative one is beside us
            yield from ((node.lineno, f"{package}{alias.name}") for alias in node.names)


def _starred(tree: ast.AST) -> list[str]:
    """Return the first modules that are imported with a star."""
    found = (
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*"
    )
    return list(itertools.islice(dict.fromkeys(found), _STARS))


def _uses(nodes: Collection[ast.AST], aliases: Mapping[str, str]) -> Iterator[Use]:
    """Yield the line and full name of every use of something imported."""
    owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Name):
            if id(node) not in owners:
                names = (_dotted(part, aliases) for part in _with_owners(node))
                yield from ((node.lineno, name) for name in names if name)
        elif isinstance(node, ast.Call) and node.args:
            yield from _by_string(node, aliases)
        elif isinstance(node, ast.Subscript) and _dotted(node.value, aliases) == "sys.modules":
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                yield node.lineno, node.slice.value


def _by_string(node: ast.Call, aliases: Mapping[str, str]) -> Iterator[Use]:
    """Yield names spelled as text: ``getattr(nn, "X")``, ``__import__("x")``, ``import_module``."""
    function = _dotted(node.func, aliases) or getattr(node.func, "id", "")
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if function == "getattr" and len(node.args) > 1 and texts:
        owner = _dotted(node.args[0], aliases)
        if owner:
            yield node.lineno, f"{owner}.{texts[0]}"
    elif function in ("__import__", "importlib.import_module", "sys.modules.get") and texts:
        yield node.lineno, texts[0]


def _with_owners(node: ast.AST) -> list[ast.AST]:
    """Return the nodes of ``a.b.c``: itself, ``a.b`` and ``a``; of a long one, the first parts."""
    nodes = [node]
    while isinstance(node, ast.Attribute):
        node = node.value
        nodes.append(node)
    return nodes[-_PARTS:]


def _dotted(node: ast.AST, aliases: Mapping[str, str]) -> str | None:
    """Return the full name of a use of something imported, or None; a long one is cut."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([*aliases[node.id].split("."), *reversed(parts[-_PARTS:])][:_PARTS])
