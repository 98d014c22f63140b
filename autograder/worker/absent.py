"""Packages that must not be used: an import gives an empty shell, and any use of it raises."""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, NoReturn


class ForbiddenUse(Exception):
    """The student's code used what it must write itself; the text is the full dotted name."""


class Shell(ModuleType):
    """What an import of a forbidden package gives.

    The import alone is harmless, so that a line that nothing uses breaks nothing.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Shell(f"{self.__name__}.{name}")

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ForbiddenUse(self.__name__)

    __call__ = __mro_entries__ = __getitem__ = __iter__ = __len__ = __enter__ = __bool__ = _refuse
    __int__ = __float__ = __index__ = __array__ = __add__ = __matmul__ = __mul__ = _refuse

    def __or__(self, other: Any) -> Shell:  # in annotations, which do not use it
        return self

    __ror__ = __or__

    def __instancecheck__(self, _: Any) -> bool:
        return False

    __subclasscheck__ = __instancecheck__


class Shells(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a shell for every module that ``is_forbidden``."""

    def __init__(self, is_forbidden: Callable[[str], bool]) -> None:
        self._is_forbidden = is_forbidden

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a forbidden module, None for others."""
        if not self._is_forbidden(name):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return the shell."""
        return Shell(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


class Missing(importlib.abc.MetaPathFinder):
    """Lets packages look as if they were not installed, for libraries that can do without."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = frozenset(packages)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        """Raise for what is below one of the packages."""
        if name.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@contextlib.contextmanager
def hidden(packages: Sequence[str]) -> Iterator[None]:
    """Import nothing of ``packages`` inside the block."""
    finder = Missing(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
