"""The part of a dataset that only the grader has, and how to recognise its items elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

_FOLDER = Path(__file__).parent / "holdout"  # the module <dataset>.py in it defines HELD_OUT


class HeldOut(Protocol):
    """The held-out part of one dataset.

    A *fingerprint* is a string that is equal for equal items, however a file stores them.
    """

    @property
    def one(self) -> str:
        """Return what one item is, with its article: ``an image``."""

    @property
    def many(self) -> str:
        """Return what several items are: ``images``."""

    def load(self, folder: Path | None = None) -> Any:
        """Load the items; the type is that of the dataset's own ``load``."""

    def fingerprints(self) -> frozenset[str]:
        """Return the fingerprints of all items."""

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        """Yield (place, fingerprint) of items of this kind in a file, at least the held-out ones.

        ``content`` is an array in numpy's format or UTF-8 text; ``name`` is the file's name. The
        place is ``row 3`` in an array and the number of the line in text.
        """

    def labels_bytes(self) -> bytes:
        """Return the labels in order, one byte each; empty where the items have no labels."""


def held_out_of(name: str) -> HeldOut | None:
    """Return the held-out part of the dataset called ``name``, or None if this copy has none."""
    if not (_FOLDER / f"{name}.py").is_file():  # find_spec may find another copy's folder
        return None
    found: HeldOut = import_module(f"{__package__}.holdout.{name}").HELD_OUT
    return found
