"""Import a student's modules again and pass their names to the cases."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import inspect
import linecache
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any


class MissingName(Exception):
    """A case needs a name that the student's modules do not define."""


@contextlib.contextmanager
def fresh_modules(
    folders: Sequence[Path], modules: Iterable[str], root: Path
) -> Iterator[dict[str, Any]]:
    """Import the modules of a problem as they are on disk now; yield their names and values.

    The problem's folder is the first of ``folders``; in the others lie problems it builds on.
    Modules that a notebook has imported from the problems below ``root`` are restored after the
    block; the folders are on ``sys.path`` only inside it.
    """
    linecache.checkcache()
    aside = forget(root)
    importlib.invalidate_caches()
    before_path, before_flag = list(sys.path), sys.dont_write_bytecode
    sys.path[:0] = map(str, folders)
    sys.dont_write_bytecode = True
    try:
        imported = [importlib.import_module(Path(name).stem) for name in modules]
        names: dict[str, Any] = {module.__name__: module for module in imported}
        for module in reversed(imported):
            names |= {key: value for key, value in vars(module).items() if key[:2] != "__"}
        yield names
    finally:
        sys.path[:] = before_path
        sys.dont_write_bytecode = before_flag
        forget(root)
        sys.modules.update(aside)


def forget(root: Path) -> dict[str, ModuleType]:
    """Drop and return the modules that were imported from the problem folders below ``root``."""
    dropped = {}
    ours = {path.stem for path in root.glob("*/*.py")} - {"__init__", "__main__"}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name in ours and file and is_below(file, root):
            dropped[name] = sys.modules.pop(name)
    return dropped


def is_below(file: str, folder: Path) -> bool:
    """Say whether ``file`` lies in ``folder`` or deeper."""
    path, top = (os.path.normcase(os.path.realpath(item)) for item in (file, folder))
    return path.startswith(top + os.sep)


def arguments(
    function: Callable[..., None], names: dict[str, Any], file: str, asked: Collection[str]
) -> dict[str, Any]:
    """Return the arguments of a case by name; a missing one raises MissingName.

    What the question does not ask for itself may be missing: other questions ask for it.
    """
    from checks.guarded import guarded
    from checks.values import Absent

    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "env":
            given[name] = names
        elif name in names:
            given[name] = guarded(names[name])
        elif name not in asked:
            given[name] = Absent(name)
        elif parameter.default is inspect.Parameter.empty:
            modules = {key for key, value in names.items() if inspect.ismodule(value)}
            similar = close_match(name, names.keys() - modules - set(asked))
            hint = f"; the most similar name is {similar}" if similar else ""
            raise MissingName(f"{file} does not define {name}{hint}.")
    return given


def close_match(name: str, names: Iterable[str]) -> str | None:
    """Return the most similar of ``names``, whatever its case, or None."""
    by_lower = {item.lower(): item for item in names}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
