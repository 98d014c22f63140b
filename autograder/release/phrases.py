"""Find which of many phrases occur in a text, without looking for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class _Phrase:
    number: int
    text: str
    inner: frozenset[str]


class Phrases:
    """Phrases of words with single spaces, as ``flat`` returns them.

    A phrase can begin and end inside a word of the text, but its inner words are words of the text.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_word: dict[str, list[_Phrase]] = defaultdict(list)
        self._always: list[_Phrase] = []  # those without an inner word
        self._shortest = 0
        for number, text in enumerate(phrases):
            self._shortest = min(self._shortest or len(text), len(text))
            inner = frozenset(text.split(" ")[1:-1])
            kept = self._by_word[max(inner, key=len)] if inner else self._always
            kept.append(_Phrase(number, text, inner))

    def found_in(self, text: str) -> list[tuple[str, int]]:
        """Return each phrase that occurs in a flat text, in order, and where it begins."""
        if len(text) < self._shortest:
            return []
        words = set(text.split(" "))
        possible = [*self._always]
        for word in self._by_word.keys() & words:
            possible += (phrase for phrase in self._by_word[word] if phrase.inner <= words)
        possible.sort(key=lambda phrase: phrase.number)
        places = ((phrase.text, text.find(phrase.text)) for phrase in possible)
        return [(phrase, at) for phrase, at in places if at >= 0]
