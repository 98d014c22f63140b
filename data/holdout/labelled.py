"""Held-out texts with labels, and how to recognise one in a file."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from data.labelled_texts import LabelledTexts, letters
from data.text_arrays import text_lines

from . import numbered_lines, read

LEAST_LETTERS = 20  # of a held-out text: shorter ones are common elsewhere
_BREAKS = re.compile(r"[\t|\";]")  # what separates a text from others, in tables as well


class HeldOutTexts:
    """Texts with labels; the fingerprint of a text is its letters and digits."""

    def __init__(self, name: str, sha256: str, one: str, many: str) -> None:
        self.one, self.many = one, many
        self._name, self._sha256 = name, sha256

    def load(self, folder: Path | None = None) -> LabelledTexts:
        """Load the texts with their labels."""
        texts, labels = self._arrays(folder)
        return LabelledTexts(texts, labels.astype(np.int64), "holdout", "holdout")

    def fingerprints(self) -> frozenset[str]:
        """Return the letters of each text."""
        return self._known

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        """Yield (place, fingerprint) of each text in lines, or in an array of bytes of lines."""
        yield from _texts_in(content)

    def labels_bytes(self) -> bytes:
        """Return the labels in order."""
        return self._arrays(None)[1].tobytes()

    def unlabelled_labels(self) -> NDArray[np.int64]:
        """Return the labels of the dataset's `unlabelled` texts, in their order."""
        with self._file(None) as arrays:
            labels: NDArray[np.int64] = arrays["labels_unlabelled"].astype(np.int64)
            return labels

    @functools.cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(map(letters, self._arrays(None)[0]))

    def _arrays(self, folder: Path | None) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
        with self._file(folder) as arrays:
            return text_lines(arrays["texts"]), arrays["labels"]

    def _file(self, folder: Path | None) -> NpzFile:
        data = read(folder, f"{self._name}.npz", self._sha256)
        file: NpzFile = np.load(io.BytesIO(data), allow_pickle=False)
        return file


@functools.lru_cache(maxsize=1)  # several sets look for their texts in the same file
def _texts_in(content: bytes) -> tuple[tuple[str, str], ...]:
    """Return place and letters of every part of a line that may be a text."""
    return tuple(
        (place, found)
        for place, line in numbered_lines(content)
        if len(line) >= LEAST_LETTERS or not line.isascii()  # others can grow when decomposed
        for part in {line, *_BREAKS.split(line), *line.split(",", 1), *line.rsplit(",", 1)}
        if len(part) >= LEAST_LETTERS or not part.isascii()
        if len(found := letters(part)) >= LEAST_LETTERS
    )
