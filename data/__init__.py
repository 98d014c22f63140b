"""Datasets by name: where their files come from, their checksums and their loaders."""

from .errors import DataError
from .registry import dataset, load, names

__all__ = ["DataError", "dataset", "load", "names"]
