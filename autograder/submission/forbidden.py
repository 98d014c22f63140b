"""Find uses of what a student has to write alone, by reading the code, never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from autograder.course import Forbidden
from autograder.errors import SubmissionError
from autograder.submission.source import SOURCE_LIMIT, parse, student_source


def find(
    sources: Mapping[str, str], forbidden: Forbidden, beside: Mapping[str, bytes] | None = None
) -> str | None:
    """Return one sentence on the first forbidden use in ``sources`` (file name to text), or None.

    ``forbidden.imports`` are modules with everything below them; ``forbidden.names`` are dotted
    names and may hold wildcards (``torch.nn.Transformer*``). Aliases are followed, and so are
    imports of the student's own files, which lie ``beside``.
    """
    if not (forbidden.imports or forbidden.names):
        return None
    todo, seen, size = dict(sources), set(sources), 0
    while todo:
        file = next(iter(todo))
        try:
            tree = parse(todo.pop(file))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # the syntax error is reported in its own words
        uses = sorted(set(_uses(tree)))
        for line, name in [*uses, *sorted(set(_starred_uses(tree)))]:
            if _is_forbidden(name, forbidden):
                return (
                    f"{file}, line {line} uses {name}, which is not allowed in this question; "
                    "write that part yourself."
                )
        for path in sorted({path for _, name in uses for path in _files_of(name)} - seen):
            if beside is None or path not in beside:
                continue
            seen.add(path)
            size += len(beside[path])
            if size > SOURCE_LIMIT:
                return (
                    f"{file} imports more than {SOURCE_LIMIT >> 10} KB of files; hand in less code."
                )
            try:
                todo[path] = student_source(path, beside[path])
            except SubmissionError as error:
                return str(error)
    return None


def _files_of(name: str) -> Iterator[str]:
    """Yield the files that an import of ``name`` or of what it is part of may run."""
    parts = name.split(".")[:20]
    for count in range(1, len(parts) + 1):
        path = "/".join(parts[:count])
        yield f"{path}.py"
        yield f"{path}/__init__.py"


def _is_forbidden(name: str, forbidden: Forbidden) -> bool:
    if any(name == module or name.startswith(module + ".") for module in forbidden.imports):
        return True
    return any(fnmatchcase(name, pattern) for pattern in forbidden.names)


def _uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, full dotted name) of every import and every use of something imported."""
    aliases: dict[str, str] = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
                root = alias.name.partition(".")[0]
                aliases[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom):
            package = f"{node.module}." if node.module else ""  # a relative one is beside us
            for alias in node.names:
                yield node.lineno, f"{package}{alias.name}".removesuffix(".*")
                if not node.level:
                    aliases[alias.asname or alias.name] = f"{package}{alias.name}"
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if name := _dotted(node.value, aliases):
                aliases[node.targets[0].id] = name
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Name):
            if name := _dotted(node, aliases):
                yield node.lineno, name
        elif isinstance(node, ast.Call) and node.args:
            yield from _by_string(node, aliases)
        elif isinstance(node, ast.Subscript) and _dotted(node.value, aliases) == "sys.modules":
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                yield node.lineno, node.slice.value


def _starred_uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what every plain name would be if a module imported with a star had it.

    But not what the file itself defines: that takes the name's place.
    """
    starred = [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*"
    ]
    if starred:
        defined = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in defined:
                yield from ((node.lineno, f"{module}.{node.id}") for module in starred)


def _by_string(node: ast.Call, aliases: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield names spelled as text: ``getattr(nn, "X")``, ``__import__("x")``, ``import_module``."""
    function = _dotted(node.func, aliases) or getattr(node.func, "id", "")
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if function == "getattr" and len(node.args) > 1 and texts:
        owner = _dotted(node.args[0], aliases)
        if owner:
            yield node.lineno, f"{owner}.{texts[0]}"
    elif function in ("__import__", "importlib.import_module", "sys.modules.get") and texts:
        yield node.lineno, texts[0]


def _dotted(node: ast.AST, aliases: Mapping[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(parts)])
