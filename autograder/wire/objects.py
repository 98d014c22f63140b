"""Answer requests on a student's objects: get, call, differentiate, run a helper beside them."""

from __future__ import annotations
import __future__

import functools
import importlib.util
import itertools
import os
import random
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from .loaded import torch_if_loaded
from .tracing import Trace
from .values import Handle

_FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


class Tape:
    """Outputs and leaves of one call, kept for any number of backward passes."""

    def __init__(self, outputs: list[Any], leaves: list[Any]) -> None:
        self.outputs, self.leaves = outputs, leaves

    def vjp(self, cotangents: Sequence[Any]) -> list[Any]:
        """Return the vector-Jacobian product for each leaf, None where an output ignores it."""
        import torch

        pairs = [
            (output, cotangent)
            for output, cotangent in zip(self.outputs, cotangents, strict=True)
            if output.requires_grad and cotangent is not None
        ]
        if not pairs:
            return [None for _ in self.leaves]
        outputs, vectors = zip(*pairs, strict=True)
        return list(
            torch.autograd.grad(outputs, self.leaves, vectors, retain_graph=True, allow_unused=True)
        )


class _CompiledOnce(SourceFileLoader):
    """Reads and compiles a module once, however often it is imported; keeps it in ``code``."""

    def __init__(self, code: dict[str, CodeType], name: str, path: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        if self.path not in self._code:
            self._code[self.path] = self.source_to_code(self.get_data(self.path), self.path)
        return self._code[self.path]


class Objects:
    """The modules of one submission and every object that a handle refers to."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._before = len(sys.modules)
        self._modules: list[Any] = []
        self._code: dict[str, CodeType] = {}  # of the student's modules and of helpers
        self._finders: dict[str, dict[str, FileFinder]] = {}  # by folder, of it and of packages
        self._libraries: dict[ModuleType, dict[str, Any]] = {}  # before revisions ran
        self._trace: Trace | None = None

    def reference(self, value: Any) -> Handle:
        """Keep ``value`` and return the handle that names it."""
        number = len(self._objects) and max(self._objects) + 1
        self._objects[number] = value
        return Handle(number, _kind(value), _type_name(value))

    def resolve(self, handle: Handle) -> Any:
        """Return the object that ``handle`` names."""
        return self._objects[handle.id]

    def handle(self, operation: str, arguments: Sequence[Any]) -> Any:
        """Carry out one request and return its value."""
        return getattr(self, f"_do_{operation}")(*arguments)

    def _do_load(self, folder: str, files: Sequence[str], *revised: tuple[str, int, str]) -> None:
        """Import the student's modules as if for the first time, whatever ran here before.

        Each of ``revised`` is (file, line, text): a function or class that is defined once more, in
        other words, as soon as its module is imported. Then packages stay as they are, and what an
        earlier revision has put into a library is undone: ``torch.embedding = ...`` would spoil all
        that follow.
        """
        if folder not in sys.path:
            sys.path.append(folder)
        if folder not in self._finders:
            loader = functools.partial(_CompiledOnce, self._code)
            details: Any = (loader, [".py"])  # typeshed asks for a class
            packages = [str(path.parent) for path in Path(folder).rglob("__init__.py")]
            self._finders[folder] = {p: FileFinder(p, details) for p in (folder, *packages)}
        # Another submission may have been loaded from this folder before, with its own finders.
        sys.path_importer_cache.update(self._finders[folder])
        self._modules.clear()
        # Only what was imported here: a look at each of torch's modules costs 10 ms and 15 MB.
        count = max(0, len(sys.modules) - self._before)
        for name, module in list(itertools.islice(reversed(sys.modules.items()), count)):
            is_kept = revised and ("." in name or hasattr(module, "__path__"))
            if not is_kept and str(getattr(module, "__file__", None)).startswith(f"{folder}/"):
                del sys.modules[name]
        _settings_at_first()
        for library, names in self._libraries.items():
            vars(library).update(names)
        for file in files:
            name, path = Path(file).stem, str(Path(folder) / file)
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or not isinstance(spec.loader, SourceFileLoader):
                raise ImportError(f"{file} is not a Python module")
            if path not in self._code:
                self._code[path] = spec.loader.source_to_code(spec.loader.get_data(path), path)
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            exec(self._code[path], vars(module))  # noqa: S102
            for _, line, revision in (each for each in revised if each[0] == file):
                text = "\n" * (line - 1) + revision
                flags = self._code[path].co_flags & _FUTURE  # annotations stay unevaluated
                exec(compile(text, path, "exec", flags, True), vars(module))  # noqa: S102
            self._modules.append(module)
        if revised and not self._libraries:
            self._libraries = {
                value: dict(vars(value))
                for module in self._modules
                for value in vars(module).values()
                if isinstance(value, ModuleType) and value not in self._modules
            }

    def _do_names(self) -> list[str]:
        names = {name for module in self._modules for name in vars(module)}
        return sorted(name for name in names if isinstance(name, str) and name[:1] != "_")[:500]

    def _do_get(self, name: str) -> Any:
        for module in self._modules:
            if name in vars(module):
                return self.reference(vars(module)[name])
        raise LookupError(name)

    def _do_trace(self, folder: str) -> None:
        self._trace = Trace(folder)
        sys.settrace(self._trace.of_frame)

    def _do_traced(self) -> tuple[list[Any], list[Any]]:
        sys.settrace(None)
        return ([], []) if self._trace is None else self._trace.found()

    def seed(self, seed: int) -> None:
        """Seed every global generator."""
        random.seed(seed)
        np.random.seed(seed % 2**32)
        if (torch := torch_if_loaded()) is not None:
            # Not torch.manual_seed: looking for accelerators, it touches 2 MB and takes 3 ms.
            torch.default_generator.manual_seed(seed)
            if os.environ.get("CUDA_VISIBLE_DEVICES"):
                torch.cuda.manual_seed_all(seed)

    def _do_call(self, target: Any, arguments: Any, keywords: Any) -> Any:
        return target(*arguments, **keywords)

    def _do_taped_call(
        self, target: Any, arguments: Any, keywords: Any, parameters: Sequence[str]
    ) -> tuple[Any, Handle, list[bool]]:
        """Call and return (value, tape, which of the value's tensors are differentiable)."""
        leaves = [t for t in tensors([arguments, keywords]) if t.requires_grad and t.is_leaf]
        if parameters:
            named = dict(target.named_parameters())
            leaves += [named[name] for name in parameters]
        value = target(*arguments, **keywords)
        outputs = list(tensors(value))
        flags = [bool(output.requires_grad) for output in outputs]
        return value, self.reference(Tape(outputs, leaves)), flags

    def _do_vjp(self, tape: Tape, cotangents: Sequence[Any]) -> list[Any]:
        return tape.vjp(cotangents)

    def _do_method(self, target: Any, name: str, arguments: Any, keywords: Any) -> Any:
        return getattr(target, name)(*arguments, **keywords)

    def _do_attribute(self, target: Any, name: str) -> Any:
        return getattr(target, name)

    def _do_set(self, target: Any, name: str, value: Any) -> None:
        setattr(target, name, value)

    def _do_parameters(self, module: Any) -> dict[str, Any]:
        from torch.nn.parameter import is_lazy

        # What a lazy layer has not shaped yet follows once it has seen an input.
        return {
            name: value.detach() for name, value in module.named_parameters() if not is_lazy(value)
        }

    def _do_assign(self, module: Any, values: dict[str, Any]) -> None:
        import torch

        named = dict(module.named_parameters())
        with torch.no_grad():
            for name, value in values.items():
                named[name].copy_(value)

    def _do_drop(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._objects.pop(number, None)

    def _do_run_beside(self, source: str, name: str, arguments: Sequence[Any]) -> Any:
        if source not in self._code:
            self._code[source] = compile(source, "<helper of the test>", "exec")
        namespace: dict[str, Any] = {"__name__": "beside"}
        exec(self._code[source], namespace)  # noqa: S102
        return namespace[name](*arguments)


def _settings_at_first() -> None:
    """Undo what a student's function may have set for the whole process."""
    np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    if (torch := torch_if_loaded()) is not None:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)


def tensors(value: Any) -> Iterator[Any]:
    """Yield the tensors in nested lists, tuples and dicts, in a fixed order."""
    if type(value) in (list, tuple):
        for item in value:
            yield from tensors(item)
    elif type(value) is dict:
        for item in value.values():
            yield from tensors(item)
    elif (torch := torch_if_loaded()) is not None and isinstance(value, torch.Tensor):
        yield value


def _type_name(value: Any) -> str:
    """Return the name of a type, and why an array of it cannot be copied."""
    name = type(value).__name__
    if type(value) is np.ndarray:
        return f"{name} of dtype {value.dtype}"
    torch = torch_if_loaded()
    if torch is not None and type(value) is torch.Tensor:
        return f"{name} on {value.device} of layout {value.layout} and dtype {value.dtype}"
    return name


def _kind(value: Any) -> str:
    if isinstance(value, type):
        return "class"
    torch = torch_if_loaded()
    if torch is not None and isinstance(value, torch.nn.Module):
        return "module"
    return "function" if callable(value) else "object"
