"""Put answers in an order in which neighbours are alike, so that like answers get like marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_MOST_WORDS = 2000  # different words that are compared
_LONGEST = 20_000  # characters of an answer


def order_by_likeness(answers: Sequence[str | None]) -> list[int]:
    """Return the places of ``answers``: first the empty ones, then each beside one like it."""
    counts = [Counter(_WORD.findall((answer or "")[:_LONGEST].lower())) for answer in answers]
    empty = [place for place, words in enumerate(counts) if not words]
    full = [place for place, words in enumerate(counts) if words]
    return [*empty, *(full[i] for i in _chain(_vectors([counts[place] for place in full])))]


def _vectors(counts: Sequence[Counter[str]]) -> NDArray[np.float32]:
    """Return a unit vector for each answer: its words, rare ones with more weight (TF-IDF)."""
    spread = Counter(word for words in counts for word in words)
    column = {word: i for i, (word, _) in enumerate(spread.most_common(_MOST_WORDS))}
    vectors = np.zeros((len(counts), max(1, len(column))), np.float32)
    for row, words in zip(vectors, counts, strict=True):
        for word, count in words.items():
            if word in column:
                row[column[word]] = (1 + np.log(count)) * np.log(1 + len(counts) / spread[word])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors


def _chain(vectors: NDArray[np.float32]) -> list[int]:
    """Return a path from the most typical vector, each time to the nearest one that is left."""
    if not len(vectors):
        return []
    here = int(np.argmax(vectors @ vectors.mean(axis=0)))
    left = np.ones(len(vectors), bool)
    path = []
    while True:
        path.append(here)
        left[here] = False
        if not left.any():
            return path
        here = int(np.argmax(np.where(left, vectors @ vectors[here], -1)))
