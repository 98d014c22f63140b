"""All datasets by name: each module here that defines ``DATASET`` and ``load`` is one."""

from __future__ import annotations

import functools
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import DataError
from .sources import Dataset

_FOLDER = Path(__file__).parent
_DEFINED = re.compile(r"^DATASET\b[^=\n]*=[^=]", re.MULTILINE)


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of all datasets, sorted; a student's copy has those that it needs.

    The text of a module says whether it is a dataset, so that none need be imported.
    """
    found = (path for path in _FOLDER.glob("*.py") if _DEFINED.search(path.read_text("utf-8")))
    return tuple(sorted(path.stem for path in found))


def dataset(name: str) -> Dataset:
    """Return the description of the dataset called ``name``."""
    found: Dataset = _module(name).DATASET
    return found


def load(name: str, split: str, size: str | None = None, download: bool = False) -> Any:
    """Load one split of the dataset called ``name``; its module documents the result."""
    return _module(name).load(split, size, download)


def _module(name: str) -> ModuleType:
    if name not in names():
        raise DataError(f"There is no dataset {name!r}; there are: {', '.join(names())}.")
    module = import_module(f"{__package__}.{name}")
    if not callable(getattr(module, "load", None)):
        raise DataError(f"data/{name}.py defines DATASET but no function load; add it.")
    return module
