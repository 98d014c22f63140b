"""Tokens of French and English, and back; corpora for training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import sentence_pairs
from data.tokens import (
    END,
    PAD,
    START,
    UNKNOWN,
    Vocabulary,
    english_tokens,
    french_tokens,
    frequent_words,
    join_tokens,
    one_translation_each,
    padded,
)

CORPUS = sentence_pairs.corpus("sample", most_tokens=10, most_words=300, count=500)


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("J’ai faim.", ["j'", "ai", "faim", "."]),
        ("Est-ce qu'il vient\u202f?", ["est", "-ce", "qu'", "il", "vient", "?"]),
        ("Où va-t-elle\u00a0?", ["où", "va", "-t", "-elle", "?"]),
        ("L'été, « déjà » !", ["l'", "été", ",", '"', "déjà", '"', "!"]),
    ],
)
def test_french_is_split_at_apostrophes_and_hyphens(sentence, tokens):
    assert french_tokens(sentence) == tokens


@pytest.mark.parametrize(
    "sentence",
    [
        "i don't know.",
        "it's john's, isn't it?",
        "they'll have been well-known, i'd say!",
        "we can't wait until five o'clock.",
    ],
)
def test_english_is_split_and_joined_again(sentence):
    assert join_tokens(english_tokens(sentence)) == sentence


def test_english_contractions_are_those_of_glove():
    assert english_tokens("Don't! I can't, he's") == [
        "do", "n't", "!", "i", "ca", "n't", ",", "he", "'s"
    ]  # fmt: skip


@given(st.lists(st.sampled_from("a b c d e".split()), max_size=12))
def test_a_row_says_what_went_in(tokens):
    vocabulary = Vocabulary("abc")
    row = vocabulary.encode(tokens)
    assert (row[0], row[-1]) == (START, END)
    expected = [token if token in "abc" else "<unknown>" for token in tokens]
    assert vocabulary.decode([*row, PAD, PAD]) == expected


def test_special_tokens_come_first():
    vocabulary = Vocabulary(["x"])
    assert (vocabulary.words.index("x"), len(vocabulary)) == (4, 5)
    assert vocabulary.encode(["y"]) == [START, UNKNOWN, END]


def test_rows_are_filled_up_behind_their_end():
    assert padded([[1, 2], [1, 7, 8, 2]]).tolist() == [[1, 2, 0, 0], [1, 7, 8, 2]]
    assert padded([]).shape == (0,)


def test_the_most_frequent_words_stay_and_ties_go_by_the_alphabet():
    rows = [["b", "a"], ["c", "a"], ["b"]]
    assert frequent_words(rows, 2).words[4:] == ("a", "b")


def test_a_french_sentence_keeps_its_first_translation():
    pairs = [(["oui"], ["yes"]), (["non"], ["no"]), (["oui"], ["yeah"])]
    assert one_translation_each(pairs) == pairs[:2]


def test_a_corpus_holds_short_sentences_of_known_words():
    assert len(CORPUS.pairs["train"]) == 500
    for split, pairs in CORPUS.pairs.items():
        source, target = CORPUS.rows(split)
        assert source.shape[0] == target.shape[0] == len(pairs)
        assert max(source.shape[1], target.shape[1]) <= 12  # START and END are no words
        assert not np.isin(UNKNOWN, [*source.ravel(), *target.ravel()]).any()
        words = [CORPUS.english.decode(row) for row in target]
        assert words == [english for _, english in pairs]


def test_the_training_pairs_depend_on_the_seed_alone():
    again = sentence_pairs.corpus("sample", most_tokens=10, most_words=300, count=500)
    other = sentence_pairs.corpus("sample", most_tokens=10, most_words=300, count=500, seed=1)
    assert again.pairs == CORPUS.pairs
    assert other.pairs["train"] != CORPUS.pairs["train"]
    assert other.pairs["test"] == CORPUS.pairs["test"]
