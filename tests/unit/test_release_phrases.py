"""Phrases are found wherever the text holds them, also where they begin inside a word."""

from hypothesis import given
from hypothesis import strategies as st

from autograder.release.phrases import Phrases

_WORDS = st.lists(st.sampled_from(["a", "ab", "ba", "b", "-a"]), min_size=1, max_size=8)
_TEXTS = _WORDS.map(" ".join)


@given(st.lists(_TEXTS, max_size=6, unique=True), _TEXTS)
def test_the_index_finds_what_a_search_for_each_phrase_finds(phrases: list[str], text: str) -> None:
    found = [(phrase, text.find(phrase)) for phrase in phrases if phrase in text]
    assert Phrases(phrases).found_in(text) == found


def test_the_first_and_the_last_word_can_be_parts_of_words() -> None:
    phrases = Phrases(["gates in the order i, f, o, g", "never there at all"])
    text = "your (gates in the order i, f, o, g) differ"
    assert phrases.found_in(text) == [("gates in the order i, f, o, g", 6)]
