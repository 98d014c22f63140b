"""Find what Python files import: modules that must ship with them, packages that pip installs."""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from autograder.course.source import syntax_tree
from autograder.errors import CourseError

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ON_DEMAND = {"torch", "torchvision", "pypdf"}
_SHARED = ("checking/", "checks/", "figures/", "data/")
_TOO_NEW = {"tomllib"}  # students may have Python 3.10
NOTEBOOK = "jupyterlab>=4.0"


@functools.lru_cache(maxsize=1024)
def imports_of(file: str, content: bytes) -> tuple[tuple[int, str], ...]:
    """Return (line, dotted name) of every module that a file of a package imports when it runs.

    ``file`` is its path in the package, a module or a notebook; others import nothing.
    ``from a import b`` gives ``a`` and ``a.b``, since ``b`` may be a module.
    """
    if file.endswith(".py"):
        tree = syntax_tree(content.decode())
    elif file.endswith(".ipynb"):
        tree = syntax_tree(_notebook_code(content))
    else:
        return ()
    package = Path(file).parent.name.split(".")
    found: list[tuple[int, str]] = []
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            found.append((node.lineno, name))
            found += [(node.lineno, f"{name}.{alias.name}") for alias in node.names]
    return tuple(found)


def _notebook_code(content: bytes) -> str:
    cells = json.loads(content)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    lines = [line for text in code for line in text.splitlines()]
    return "\n".join(line for line in lines if not line.startswith(("%", "!")))


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all statements but those under ``if TYPE_CHECKING:``."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        typing_only = isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, name, None)
            if isinstance(below, list) and not (typing_only and name == "body"):
                todo += below


def package_closure(folder: Path, roots: Iterable[str], denied: Iterable[str] = ()) -> list[str]:
    """Return the files of a flat package that ``roots`` (module names) need, sorted.

    A module named in ``denied`` is left out even where another one tries to import it.
    """
    package = folder.name
    todo = ["__init__", *roots]
    kept: set[str] = set()
    while todo:
        name = todo.pop()
        path = folder / f"{name}.py"
        if name in kept or name in denied or not path.is_file():
            continue
        kept.add(name)
        for _, module in imports_of(f"{package}/{path.name}", path.read_bytes()):
            if module.startswith(f"{package}."):
                todo.append(module.split(".")[1])
    return sorted(f"{name}.py" for name in kept)


def requirements(files: Mapping[str, bytes], local: Iterable[str]) -> list[str]:
    """Return the lines of a requirements file for what ``files`` (by name) import.

    ``local`` names what ships beside them. An import that is neither raises CourseError. A library
    that only some functions of shared modules import is not asked for: a problem that calls these
    imports it itself, and a page limit asks for pypdf.
    """
    beside = {*local, *sys.stdlib_module_names} - _TOO_NEW
    known = _known()
    needed: set[str] = set()
    for file, content in files.items():
        for line, module in imports_of(file, content):
            top = module.split(".")[0]
            if top in beside or (top in _ON_DEMAND and _is_optional(file, content, line)):
                continue
            distribution = next((name for name in _distributions(top) if name in known), None)
            if distribution is None:
                raise CourseError(
                    f"{file}:{line}: it imports {top}, which students cannot install from this "
                    "package; remove the import or add it to the dependencies in pyproject.toml."
                )
            needed.add(known[distribution])
    return sorted(needed)


def _distributions(top: str) -> Iterator[str]:
    """Yield the names under which pip may know the package that brings the module ``top``."""
    yield _normalised(top)
    if top in _brought():
        yield _brought()[top]


@functools.cache
def _brought() -> dict[str, str]:
    """Return modules that an installed dependency of another name brings, such as PIL."""
    found: dict[str, str] = {}
    for name in _known():
        with contextlib.suppress(PackageNotFoundError):
            modules = (distribution(name).read_text("top_level.txt") or "").split()
            found |= {module: name for module in modules if _normalised(module) != name}
    return found


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-")


def _is_optional(file: str, content: bytes, line: int) -> bool:
    """Tell whether an import stands inside a function of a shared module."""
    if not file.startswith(_SHARED):
        return False
    return line not in {node.lineno for node in syntax_tree(content.decode()).body}


def dependencies() -> list[str]:
    """Return what this project itself needs, as pip wants it."""
    lines: list[str] = _project()["dependencies"]
    return lines


def dependency(name: str) -> str:
    """Return one dependency of this project, as pip wants it."""
    return _known()[name]


@functools.cache
def _known() -> dict[str, str]:
    """Return the dependencies of this project and of its extras by name, as pip wants them."""
    extras = _project().get("optional-dependencies", {}).values()
    lines = [*dependencies(), *(line for extra in extras for line in extra)]
    names = (re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in lines)
    return {_normalised(name): line for name, line in zip(names, lines, strict=True)}


@functools.cache
def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    return project
