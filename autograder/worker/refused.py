"""Functions, classes and operators that must not be used: each raises, however it is reached.

Functions are changed in place, so that every name, alias and class that holds one holds a function
that raises. Torch's operators get a kernel that raises in its dispatcher, which all calls pass,
from Python, from C++ and from TorchScript.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from types import CodeType, FunctionType, ModuleType
from typing import Any, NoReturn

from autograder.wire import Ban
from autograder.worker.absent import ForbiddenUse, Shells


class Refusals:
    """What a ban means in this process: found once, before the forks, and enforced in a worker.

    A module of which only some names are forbidden is imported ahead where its package is loaded;
    else all of it is forbidden.
    """

    def __init__(self, ban: Ban) -> None:
        self._operators = ban.operators
        self._absent = set(ban.packages)
        self._functions: list[tuple[FunctionType, CodeType]] = []
        for pattern in ban.names:
            above = pattern.rpartition(".")[0]
            owner = _owner(above)
            if owner is None and "." in above:
                self._absent.add(above)
            for name, function in _functions(pattern, owner):
                self._functions.append((function, _raising(name, function.__code__.co_freevars)))
        self._is_named = _matcher([*ban.names, *(f"{name}.*" for name in self._absent)])

    def enforce(self) -> None:
        """Make all of it unusable in this process, before the student's code comes."""
        if not (self._absent or self._functions or self._operators):
            return
        for function, code in self._functions:
            function.__code__ = code
        if self._operators:
            _refuse_operators(self._operators)
        absent, is_named = self._absent, self._is_named
        sys.meta_path.insert(0, Shells(lambda name: name in absent or is_named(name)))


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    matches = re.compile("|".join(map(translate, patterns))).match
    return lambda name: matches(name) is not None


def _owner(name: str) -> Any:
    """Return the module or class called ``name``; None if its package is not loaded here."""
    root, _, _ = name.partition(".")
    if root not in sys.modules:
        return None
    with contextlib.suppress(ImportError):
        return importlib.import_module(name)
    above, _, last = name.rpartition(".")
    return getattr(sys.modules.get(above), last, None)


def _functions(pattern: str, owner: Any) -> Iterator[tuple[str, FunctionType]]:
    """Yield full name and function of all of ``owner`` that the pattern names."""
    above, _, last = pattern.rpartition(".")
    matches = _matcher([last])
    for name, value in list(vars(owner).items()) if owner is not None else ():
        if matches(name):
            yield from _functions_in(f"{above}.{name}", value)


def _functions_in(name: str, value: Any) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions of a function, a class or a module; not what it borrows from others."""
    if isinstance(value, FunctionType):
        yield name, value
    elif isinstance(value, type):
        for part in vars(value).values():
            function = getattr(part, "__func__", part)  # of a static or a class method
            if isinstance(function, FunctionType) and function.__module__ == value.__module__:
                yield name, function
    elif isinstance(value, ModuleType) and value.__name__ == name:
        for other, module in list(sys.modules.items()):
            if other == name or other.startswith(f"{name}."):
                for key, part in list(vars(module).items()):
                    own = isinstance(part, FunctionType | type) and part.__module__ == other
                    if own and not key.startswith("__"):  # a module's own __getattr__
                        for _, function in _functions_in(key, part):
                            yield other, function


@functools.lru_cache(maxsize=256)
def _raising(name: str, free: tuple[str, ...]) -> CodeType:
    """Return code that raises, for a function that has these variables of an outer one."""
    stands_for: dict[Any, Any] = {"raise": _raise, "name": name}
    constants = tuple(stands_for.get(c, c) for c in _TEMPLATE.co_consts)
    return _TEMPLATE.replace(co_consts=constants, co_freevars=free)


def _raise(name: str) -> NoReturn:
    raise ForbiddenUse(name)


def _template(*arguments: Any, **keywords: Any) -> Any:
    call: Any = "raise"
    return call("name")


_TEMPLATE: CodeType = _template.__code__


def _refuse_operators(operators: Sequence[tuple[str, str, str]]) -> None:
    """Give operators of torch kernels that raise, for each dispatch key that has one now."""
    import torch

    library: Any = torch._C._dispatch_library("IMPL", "aten", "", "", 0)
    for operator, key, name in operators:
        library.impl(operator, key, _kernel(name), False)
    # The registrations end with the library, so nobody may find it: it lives without a reference.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))


def _kernel(name: str) -> Callable[..., NoReturn]:
    def refused(*_: Any, **__: Any) -> NoReturn:
        raise ForbiddenUse(name)

    return refused
