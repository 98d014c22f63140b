"""Put off the import of torch's compiler, which takes as long as torch and is hardly ever used.

An optimiser asks it at every step, torchvision at its import, and a backward pass with a given
gradient its algebra of shapes (which brings sympy), for something that matters only to compiled
code. Until something else is asked of them, small modules answer in their place.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_COMPILER = "torch._dynamo"
_NAMES = (_COMPILER, f"{_COMPILER}.utils")
_SHAPES = "torch.fx.experimental.symbolic_shapes"
_MARK = "__dynamo_disable"  # where torch keeps what ``disable`` has returned
_enabled: list[Callable[..., Any]] = []


def put_off_compiler() -> None:
    """Let the compiler be imported at its first real use; nothing changes if it is imported."""
    if _COMPILER in sys.modules:
        return
    compiler, its_utils = (_Deferred(name, _import_compiler) for name in _NAMES)
    compiler.__path__ = []
    compiler.__dict__.update(disable=_disable, graph_break=_graph_break, utils=its_utils)
    its_utils.__dict__["is_compile_supported"] = _is_compile_supported
    sys.modules.update({module.__name__: module for module in (compiler, its_utils)})
    sys.modules["torch"].__dict__["_dynamo"] = compiler
    sys.meta_path.insert(0, _FINDER)
    if _SHAPES not in sys.modules:
        shapes = sys.modules[_SHAPES] = _Deferred(_SHAPES, _import_shapes)
        shapes.__dict__.update(expect_true=_expect_true, sym_eq=_sym_eq)
        importlib.import_module("torch.fx.experimental").__dict__["symbolic_shapes"] = shapes


class _Deferred(ModuleType):
    """A module whose attributes come from the real one, which the first access imports."""

    __path__: list[str]

    def __init__(self, name: str, load: Callable[[], None]) -> None:
        super().__init__(name)
        self.__dict__["__load"] = load

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # whoever looks at all modules means no compiler
            raise AttributeError(name)
        self.__dict__["__load"]()
        return getattr(sys.modules[self.__name__], name)


class _Finder:
    """Finds the modules below the compiler: their import needs the compiler itself."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if not name.startswith(f"{_COMPILER}."):
            return None
        _import_compiler()
        if name in sys.modules:
            return ModuleSpec(name, _Imported(sys.modules[name]))
        return PathFinder.find_spec(name, sys.modules[_COMPILER].__path__, target)


class _Imported(Loader):
    """The loader of a module that the compiler has imported already."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


_FINDER = _Finder()


def _import_compiler() -> None:
    """Import the compiler in place of what stands in for it."""
    if _FINDER in sys.meta_path:
        sys.meta_path.remove(_FINDER)
        for name in _NAMES:
            del sys.modules[name]
        del sys.modules["torch"].__dict__["_dynamo"]
        for function in _enabled:
            function.__dict__.pop(_MARK, None)  # the compiler shall see them
        _enabled.clear()
    importlib.import_module(_COMPILER)


def _disable(function: Callable[..., Any], *_: Any, **__: Any) -> Callable[..., Any]:
    """Return ``function``: where nothing is compiled, there is nothing to keep out."""
    _enabled.append(function)
    return function


def _graph_break(*_: Any, **__: Any) -> None:
    """Do nothing: where nothing is compiled, there is no graph to break."""


def _is_compile_supported(device: Any) -> bool:
    _import_compiler()
    return bool(sys.modules[_NAMES[1]].is_compile_supported(device))


def _import_shapes() -> None:
    """Import the algebra of shapes in place of what stands in for it."""
    if isinstance(sys.modules[_SHAPES], _Deferred):
        del sys.modules[_SHAPES]
    importlib.import_module(_SHAPES)


def _expect_true(value: Any) -> bool:
    if type(value) is bool:
        return value
    _import_shapes()
    return bool(sys.modules[_SHAPES].expect_true(value))


def _sym_eq(first: Any, second: Any) -> Any:
    if all(type(length) is int for shape in (first, second) for length in shape):
        return tuple(first) == tuple(second)
    _import_shapes()
    return sys.modules[_SHAPES].sym_eq(first, second)
