"""The held-out sentence pairs: short ones of Tatoeba's test split."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.sentence_pairs import SentencePairs, unaccented
from data.text_arrays import text_lines

from . import numbered_lines, read

COUNT = 500
LEAST_WORDS = 3  # of a held-out sentence: shorter ones are common in other texts
SHA256 = "48ea84bd262a9d26e0ea4b5e82a74eca0aa075ad0187c2f713948ad65539bc3d"
_BREAKS = re.compile(r"[\t|;:.!?…\"«»“”]|->|→")  # what separates sentences, in tables as well

_WORD = re.compile(r"[^\W_]+")


class HeldOutPairs:
    """Pairs; the fingerprint of a sentence is its text without case, punctuation and accents."""

    one, many = "a sentence", "sentences"

    def load(self, folder: Path | None = None) -> SentencePairs:
        """Load the pairs."""
        data = read(folder, "sentence_pairs.npz", SHA256)
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            sides = text_lines(arrays["french"]), text_lines(arrays["english"])
        return SentencePairs(*sides, "holdout", "holdout")

    def fingerprints(self) -> frozenset[str]:
        """Return the normalised sentences of both languages."""
        return _known()

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        """Yield (place, fingerprint) of sentences in text, or in an array of bytes of text.

        Lines are left out that contain the first words of no held-out sentence.
        """
        for place, line in numbered_lines(content):
            words = _words(line)
            if not _first_words().isdisjoint(zip(words, words[1:], words[2:], strict=False)):
                for fingerprint in sentences_in(line):
                    yield place, fingerprint

    def labels_bytes(self) -> bytes:
        """Return nothing: sentences have no labels."""
        return b""


HELD_OUT = HeldOutPairs()


@functools.cache
def _known() -> frozenset[str]:
    pairs = HELD_OUT.load()
    return frozenset(map(unaccented, (*pairs.french, *pairs.english)))


@functools.cache
def _first_words() -> frozenset[tuple[str, ...]]:
    """Return the first words of each held-out sentence, as many as the shortest has."""
    return frozenset(tuple(sentence.split(" ")[:LEAST_WORDS]) for sentence in _known())


def _words(line: str) -> list[str]:
    """Return the words of a line as they are in a fingerprint."""
    return _WORD.findall(line.lower()) if line.isascii() else unaccented(line).split(" ")


def sentences_in(line: str) -> set[str]:
    """Return the normalised sentences that a line may contain: all of it, and its parts."""
    parts = {line, *_BREAKS.split(line), *line.split(",")}
    words = (unaccented(part) for part in parts)
    return {text for text in words if text.count(" ") >= LEAST_WORDS - 1}
