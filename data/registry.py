"""All datasets by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import fashion_mnist
from .errors import DataError
from .sources import Dataset


class _Entry(NamedTuple):
    dataset: Dataset
    load: Callable[..., Any]


_ENTRIES = {
    entry.dataset.name: entry
    for entry in (_Entry(fashion_mnist.DATASET, fashion_mnist.load),)
}  # fmt: skip


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
