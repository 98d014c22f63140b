"""Load a file of public cases; otter-grader, whose format it is, need not be installed."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One public case: its name in words, its function, and the hint when it fails."""

    name: str
    function: Callable[..., None]
    failure_message: str | None


class _TestCase:
    """Stands in for ``otter.test_files.test_case``: keeps the settings and the function."""

    def __init__(
        self,
        name: str | None = None,
        points: float | None = None,
        hidden: bool = False,
        success_message: str | None = None,
        failure_message: str | None = None,
    ) -> None:
        self.name = name
        self.failure_message = failure_message
        self.function: Callable[..., None] | None = None

    def __call__(self, function: Callable[..., None]) -> _TestCase:
        self.function = function
        return self


def load_cases(path: Path) -> list[Case]:
    """Return the cases of a file in their order."""
    namespace: dict[str, Any] = {"__name__": f"cases_{path.stem}", "__file__": str(path)}
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    with _stand_in(), _support(path.parent):
        exec(code, namespace)  # noqa: S102 - a file of this package
    return [
        Case(value.name or name.replace("_", " "), value.function, value.failure_message)
        for name, value in namespace.items()
        if isinstance(value, _TestCase) and value.function
    ]


@contextlib.contextmanager
def _support(folder: Path) -> Iterator[None]:
    """Let a file of cases import the ``support`` of its own folder, not another problem's."""
    sys.path.insert(0, str(folder))
    sys.modules.pop("support", None)
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("support", None)


@contextlib.contextmanager
def _stand_in() -> Iterator[None]:
    """Let ``from otter.test_files import test_case`` give the stand-in inside the block."""
    otter, test_files = types.ModuleType("otter"), types.ModuleType("otter.test_files")
    otter.test_files = test_files  # type: ignore[attr-defined]
    test_files.test_case = _TestCase  # type: ignore[attr-defined]
    stand_ins = {"otter": otter, "otter.test_files": test_files}
    before = {name: sys.modules[name] for name in stand_ins if name in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
        sys.modules.update(before)
