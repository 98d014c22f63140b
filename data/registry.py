"""All datasets by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from .errors import DataError
from .sources import Dataset

_MODULES = (
    "captioned_images",
    "fashion_mnist",
    "glove",
    "logistic_points",
    "mnist_digits",
    "sentence_pairs",
)


class _Entry(NamedTuple):
    dataset: Dataset
    load: Callable[..., Any]


def _entries() -> dict[str, _Entry]:
    """Return what is known of each dataset whose loader is here: students get those they need."""
    here = [name for name in _MODULES if find_spec(f"{__package__}.{name}")]
    modules = {name: import_module(f"{__package__}.{name}") for name in here}
    return {name: _Entry(module.DATASET, module.load) for name, module in modules.items()}


_ENTRIES = _entries()


def names() -> tuple[str, ...]:
    """Return the names of all datasets, sorted."""
    return tuple(sorted(_ENTRIES))


def dataset(name: str) -> Dataset:
    """Return what is known of the dataset called ``name``."""
    return _entry(name).dataset


def load(name: str, split: str, size: str | None = None, download: bool = False) -> Any:
    """Load one split of the dataset called ``name``; its module says what comes back."""
    return _entry(name).load(split, size, download)


def _entry(name: str) -> _Entry:
    if name not in _ENTRIES:
        raise DataError(f"There is no dataset {name!r}; there are: {', '.join(names())}.")
    return _ENTRIES[name]
