"""Sentences as rows of token numbers, and back; French and English.

N sentences in a batch, T tokens in a row. Every row is START, the tokens, END, and then PAD up to
the length of the longest row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pair = tuple[list[str], list[str]]  # the tokens of a French sentence and of its translation

PAD, START, END, UNKNOWN = range(4)
SPECIAL = ("<pad>", "<start>", "<end>", "<unknown>")
_FRENCH = re.compile(r"\w+'|-?\w+|[^\w\s]")
_ENGLISH = re.compile(r"o'clock\b|\w+?(?=n't\b)|n't\b|'(?:m|s|d|re|ve|ll)\b|\w+(?:-\w+)*|[^\w\s]")
_ATTACHED = re.compile(r" (?=n't\b|'(?:m|s|d|re|ve|ll)\b|[.,;:!?%])")
_PLAIN = str.maketrans("’‘“”«»\u00a0\u202f", '\'\'""""  ')


def french_tokens(sentence: str) -> list[str]:
    """Split into lower-case tokens: `j'ai` into `j'` and `ai`, `est-il` into `est` and `-il`."""
    return _FRENCH.findall(sentence.translate(_PLAIN).lower())


def english_tokens(sentence: str) -> list[str]:
    """Split into lower-case tokens as GloVe does: `don't` into `do` and `n't`."""
    return _ENGLISH.findall(sentence.translate(_PLAIN).lower())


def join_tokens(tokens: Iterable[str]) -> str:
    """Write English tokens as a sentence: `do`, `n't`, `.` become `don't.`"""
    return _ATTACHED.sub("", " ".join(tokens))


class Vocabulary:
    """The words of one language with their numbers: the special tokens, then ``words``."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = (*SPECIAL, *words)
        self._numbers = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """Return the numbers of START, the tokens and END; other words become UNKNOWN."""
        return [START, *(self._numbers.get(token, UNKNOWN) for token in tokens), END]

    def decode(self, numbers: Iterable[int]) -> list[str]:
        """Return the words of a row up to its first END, without START and PAD."""
        row = [int(number) for number in numbers]
        row = row[: row.index(END)] if END in row else row
        return [self.words[number] for number in row if number not in (PAD, START)]


def padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Return rows of numbers as one array (N, T), padded with PAD."""
    length = max(map(len, rows), default=0)
    return np.array([[*row, *[PAD] * (length - len(row))] for row in rows], np.int64)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Pairs of token lists, French and English, by split, with both vocabularies."""

    pairs: Mapping[str, Sequence[Pair]]
    french: Vocabulary
    english: Vocabulary
    size: str

    def rows(self, split: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return a split as French rows (P, S) and English rows (P, T)."""
        french = [self.french.encode(source) for source, _ in self.pairs[split]]
        english = [self.english.encode(target) for _, target in self.pairs[split]]
        return padded(french), padded(english)

    def translations(self, split: str) -> list[str]:
        """Return the English sentences of a split as `join_tokens` writes them."""
        return [join_tokens(target) for _, target in self.pairs[split]]


def short_pairs(french: Iterable[str], english: Iterable[str], most_tokens: int) -> list[Pair]:
    """Return the pairs with at most ``most_tokens`` tokens on both sides, as tokens."""
    pairs = zip(map(french_tokens, french), map(english_tokens, english), strict=True)
    return [pair for pair in pairs if all(0 < len(tokens) <= most_tokens for tokens in pair)]


def frequent_words(rows: Iterable[Sequence[str]], most_words: int) -> Vocabulary:
    """Return the ``most_words`` most frequent words of rows of tokens."""
    counts = Counter(token for row in rows for token in row)
    return Vocabulary(sorted(counts, key=lambda word: (-counts[word], word))[:most_words])


def known_pairs(pairs: Iterable[Pair], french: Vocabulary, english: Vocabulary) -> list[Pair]:
    """Return the pairs whose words are all in the vocabularies."""
    known = frozenset(french.words), frozenset(english.words)
    return [pair for pair in pairs if known[0].issuperset(pair[0]) and known[1].issuperset(pair[1])]


def one_translation_each(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the first pair of each French sentence, which may have several translations."""
    first: dict[tuple[str, ...], Pair] = {}
    for pair in pairs:
        first.setdefault(tuple(pair[0]), pair)
    return list(first.values())
