"""Load a file of public cases in the format of otter-grader, which need not be installed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PublicCase:
    """One public case: its name in words, its function, and the hint when it fails."""

    name: str
    function: Callable[..., None]
    failure_message: str | None
    after: str | None


def load_cases(path: Path) -> list[PublicCase]:
    """Return the cases of a file in their order."""
    namespace: dict[str, Any] = {"__name__": f"cases_{path.stem}", "__file__": str(path)}
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    with _support(path.parent):
        exec(code, namespace)  # noqa: S102 - a file of this package
    from checks.guarded import is_guarded  # only now: it needs numpy, and explains itself if not

    cases = {name: value for name, value in namespace.items() if is_guarded(value)}
    titles = {name: value.name or name.replace("_", " ") for name, value in cases.items()}
    return [
        PublicCase(titles[name], value.test_func, value.failure_message, titles.get(value.after))
        for name, value in cases.items()
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
