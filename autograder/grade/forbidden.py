"""Find uses of what a student has to write alone, by reading the code, never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from autograder.course import Forbidden


def find(sources: Mapping[str, str], forbidden: Forbidden) -> str | None:
    """Return one sentence on the first forbidden use in ``sources`` (file name to text), or None.

    ``forbidden.imports`` are modules with everything below them; ``forbidden.names`` are dotted
    names and may hold wildcards (``torch.nn.Transformer*``). Aliases are followed.
    """
    if not (forbidden.imports or forbidden.names):
        return None
    for file, text in sources.items():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # the syntax error is reported in its own words
        for line, name in sorted(set(_uses(tree))):
            if _is_forbidden(name, forbidden):
                return (
                    f"{file}, line {line} uses {name}, which this question asks you to do "
                    "without; write that part yourself."
                )
    return None


def _is_forbidden(name: str, forbidden: Forbidden) -> bool:
    if any(name == module or name.startswith(module + ".") for module in forbidden.imports):
        return True
    return any(fnmatchcase(name, pattern) for pattern in forbidden.names)


def _uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, full dotted name) of every import and every use of something imported."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
                root = alias.name.partition(".")[0]
                aliases[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}".removesuffix(".*")
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            if name := _dotted(node, aliases):
                yield node.lineno, name
        elif isinstance(node, ast.Call) and node.args:
            yield from _by_string(node, aliases)


def _by_string(node: ast.Call, aliases: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield names spelled as text: ``getattr(nn, "X")``, ``__import__("x")``, ``import_module``."""
    function = _dotted(node.func, aliases) or getattr(node.func, "id", "")
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if function == "getattr" and len(node.args) > 1 and texts:
        owner = _dotted(node.args[0], aliases)
        if owner:
            yield node.lineno, f"{owner}.{texts[0]}"
    elif function in ("__import__", "importlib.import_module") and texts:
        yield node.lineno, texts[0]


def _dotted(node: ast.AST, aliases: Mapping[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(parts)])
