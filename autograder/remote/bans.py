"""What the names that a question forbids mean for a worker: packages, functions, files."""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.course import Forbidden
from autograder.wire import Ban

_OPERATORS = ("torch", "torch.nn.functional")  # where an operator of torch has a name of its own
_PASS_ON = ("ADInplaceOrView", "Autocast", "AutogradFunctionality", "Functionalize", "Tracer")


@functools.lru_cache(maxsize=256)
def ban(forbidden: Forbidden) -> Ban:
    """Return what a worker must make unusable for a question.

    A pattern that names everything private, such as ``torch.nn.functional._*``, is for the scan
    of the source alone: torch itself needs most of that. So are torch's C modules, whose
    operators are refused by name.
    """
    packages = tuple(name for name in forbidden.imports if "." not in name)
    modules = tuple(name for name in forbidden.imports if "." in name)
    names = tuple(name for name in (*forbidden.names, *modules) if _says_what(name))
    return Ban(
        packages=packages,
        names=names,
        operators=tuple(_operators(names)),
        paths=tuple(sorted({*_package_files(packages), *_module_files(names)})),
    )


def _says_what(name: str) -> bool:
    last = name.rpartition(".")[2].rstrip("*")
    return len(last.lstrip("_")) > 1


def _operators(names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (operator, dispatch key, full name) for every kernel that ``names`` name."""
    patterns = [name for name in names if name.startswith("torch.")]
    if not patterns:
        return
    import torch  # for problems in torch alone

    for full in sorted(torch._C._dispatch_get_all_op_names()):
        library, _, operator = full.partition("::")
        if library != "aten":
            continue
        for place in _OPERATORS:
            name = f"{place}.{operator.partition('.')[0]}"
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                for key in _dispatch_keys():
                    if torch._C._dispatch_has_kernel_for_dispatch_key(full, key):
                        yield operator, key, name
                break


@functools.cache
def _dispatch_keys() -> tuple[str, ...]:
    """Return the dispatch keys of this build of torch under which kernels compute.

    Kernels of the other keys call one of these in the end.
    """
    import torch

    found = []
    for key in sorted(name for name in dir(torch._C.DispatchKey) if name[0].isupper()):
        if key.startswith(_PASS_ON):
            continue
        try:
            torch._C._dispatch_has_kernel_for_dispatch_key("aten::add.Tensor", key)
        except RuntimeError:
            continue
        found.append(key)
    return tuple(found)


def _package_files(packages: Iterable[str]) -> Iterator[str]:
    for name in packages:
        spec = importlib.util.find_spec(name)
        if spec is not None:
            places = spec.submodule_search_locations or [spec.origin or ""]
            yield from (os.path.realpath(place) for place in places if os.path.exists(place))


def _module_files(names: Iterable[str]) -> Iterator[str]:
    """Yield the files of modules that are forbidden, or of which something is forbidden.

    Not ``__init__.py`` of a package with forbidden parts: it takes them from other files.
    """
    for pattern in names:
        root, *parts = pattern.split(".")
        folders = [Path(place) for place in _package_files([root]) if os.path.isdir(place)]
        while folders and parts:
            part, *parts = parts
            for file in (file for folder in folders for file in folder.glob(f"{part}.py")):
                yield str(file)
                yield importlib.util.cache_from_source(str(file))
            folders = [
                inner
                for folder in folders
                for inner in folder.glob(part)
                if (inner / "__init__.py").is_file()
            ]
        if not parts:
            yield from map(str, folders)
