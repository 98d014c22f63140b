"""Short texts with a label each, and how to recognise a text in another spelling."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .sources import Source
from .text_arrays import text_lines

_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, eq=False)
class LabelledTexts:
    """One split of N texts: ``labels`` is (N,) int64, ``labels[i]`` belongs to ``texts[i]``."""

    texts: tuple[str, ...]
    labels: NDArray[np.int64]
    size: str
    source: str

    def __len__(self) -> int:
        return len(self.texts)


@functools.lru_cache(maxsize=2)
def read_unlabelled(source: Source, name: str, folder: Path | None) -> tuple[str, ...]:
    """Read the texts without labels of a sample; ``folder`` keeps two copies apart in the cache."""
    with np.load(io.BytesIO(source.read(name)), allow_pickle=False) as arrays:
        return text_lines(arrays["texts_unlabelled"])


def letters(text: str) -> str:
    """Return the letters and digits of a text, in lower case and without accents."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKD", text.lower()))


def is_reserved(text: str, share: int) -> bool:
    """Tell whether a text is among the ``share`` percent that the grader may hold out.

    The answer depends on the letters of the text alone, so every copy of a text gives the same.
    """
    return int.from_bytes(hashlib.sha256(letters(text).encode()).digest()[:8], "big") % 100 < share


class Likeness:
    """Finds texts that say nearly the same as one of many: half of their word triples agree."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [_triples(text) for text in texts]
        self._places: dict[tuple[str, ...], list[int]] = {}
        for i, triples in enumerate(self._texts):
            for triple in triples:
                self._places.setdefault(triple, []).append(i)

    def has_like(self, text: str) -> bool:
        """Tell whether one of the texts is nearly ``text``."""
        return self.count(text) > 0

    def count(self, text: str) -> int:
        """Return how many of the texts are nearly ``text``."""
        triples = _triples(text)
        shared = Counter(i for triple in triples for i in self._places.get(triple, ()))
        return sum(
            2 * count >= min(len(triples), len(self._texts[i])) for i, count in shared.items()
        )


def labelled_lines(
    lines: Sequence[str], path: str, labels: Iterable[str], label_first: bool
) -> Iterator[tuple[str, int]]:
    """Yield text and label of each line, which a tab separates; empty lines are left out.

    A line of another form raises a DataError that names ``path`` and the line.
    """
    known = set(labels)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        first, tab, second = line.partition("\t") if label_first else line.rpartition("\t")
        label, text = (first, second) if label_first else (second, first)
        if not tab or label.strip() not in known or not text.strip():
            form = "label, tab, text" if label_first else "text, tab, label"
            raise DataError(
                f"{path}, line {number}: expected {form} with a label in "
                f"{', '.join(sorted(known))}, but it is {line[:60]!r}."
            )
        yield text.strip(), int(label)


def _triples(text: str) -> set[tuple[str, ...]]:
    words = _NO_LETTER.sub(" ", unicodedata.normalize("NFKD", text.lower())).split()
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))} - {()}
