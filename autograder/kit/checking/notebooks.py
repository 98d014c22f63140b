"""Let a notebook with open holes run to its end: one line where a cell waits for a hole."""

from __future__ import annotations

import ast
import sys
import traceback
from pathlib import Path
from typing import Any

from .students import is_below


class OpenHoles:
    """Shows open holes, and names that cells stopped by them did not make, as one line each.

    Every other exception is shown as usual.
    """

    def __init__(self, shell: Any, root: Path) -> None:
        self._shell, self._root = shell, root
        self._waiting: dict[str, str] = {}  # name = the hole that it waits for
        self._shown: BaseException | None = None

    def install(self) -> None:
        """Register with IPython; once, however often a notebook imports this package."""
        self._shell.set_custom_exc((NotImplementedError, NameError), self._handle)
        self._shell.events.register("post_run_cell", self._after_cell)

    def _handle(self, shell: Any, kind: Any, error: BaseException, tb: Any, **_: Any) -> None:
        hole = self._hole(error, traceback.extract_tb(tb))
        if hole is None:
            shell.showtraceback((kind, error, tb))
            return
        self._shown = error
        print(f"This cell waits for the open hole in {hole}.")

    def _hole(self, error: BaseException, frames: list[traceback.FrameSummary]) -> str | None:
        """Return the open hole behind an exception, or None."""
        if isinstance(error, NameError):
            return self._waiting.get(error.name or "")
        last = frames[-1]
        if not (last.line or "").startswith("raise NotImplementedError"):
            return None
        if is_below(last.filename, self._root):
            return f"{error or last.name} ({Path(last.filename).name}:{last.lineno})"
        return f"{error or 'this cell'} (in the notebook)" if len(frames) <= 2 else None

    def _after_cell(self, result: Any) -> None:
        """Let the cells below run; note the names that they will miss."""
        shown, self._shown = self._shown, None
        if shown is None or result.error_in_exec is not shown:
            return
        hole = self._hole(shown, traceback.extract_tb(shown.__traceback__))
        result.error_in_exec = None
        for name in _names(result.info.raw_cell, self._shell):
            if name not in self._shell.user_ns:
                self._waiting[name] = hole or ""


def _names(cell: str, shell: Any) -> set[str]:
    """Return the names that a cell makes."""
    try:
        tree = ast.parse(shell.transform_cell(cell))
    except SyntaxError:
        return set()
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return stored | {node.name for node in ast.walk(tree) if isinstance(node, definitions)}


def install(root: Path) -> None:
    """Install in the running notebook, if there is one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and not getattr(shell, "_open_holes", False):
        OpenHoles(shell, root).install()
        shell._open_holes = True
