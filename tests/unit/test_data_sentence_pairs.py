"""Sentence pairs: the generated phrases, and the two sets that the mirror may have."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.release.package_tree import data_files
from data import DataError, sentence_pairs
from data.sentence_pairs import plain

ROOM = Path(data.__file__).parent
COUNTS = {
    "phrases": {"train": 6_000, "val": 500, "test": 500},
    "multi30k": {"train": 29_000, "val": 1_014, "test": 1_000},
    "tatoeba": {"train": 128_648, "val": 6_973, "test": 7_166},
}


@pytest.fixture(params=COUNTS)
def size(request: pytest.FixtureRequest) -> str:
    """Each size that this machine has."""
    if sentence_pairs.available_sizes()[request.param] is None:
        pytest.skip(f"the size {request.param} is not here: set DL_DATA_MIRROR")
    return str(request.param)


def test_the_splits_have_their_counts_and_whole_sentences(size: str) -> None:
    for split, count in COUNTS[size].items():
        pairs = sentence_pairs.load(split, size)
        assert (len(pairs.french), len(pairs.english)) == (count, count)
        assert (pairs.size, type(pairs.french)) == (size, tuple)
        assert all(french and english for french, english in zip(*_sides(pairs), strict=True))
        assert not any("\n" in sentence for side in _sides(pairs) for sentence in side)


def _sides(pairs: sentence_pairs.SentencePairs) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return pairs.french, pairs.english


@pytest.mark.parametrize("side", ["french", "english"])
def test_no_sentence_stands_in_two_splits_of_ours(size: str, side: str) -> None:
    shared_by_authors = {"french": 4, "english": 1} if size == "multi30k" else {}
    splits = [
        {plain(sentence) for sentence in getattr(sentence_pairs.load(split, size), side)}
        for split in sentence_pairs.SPLITS
    ]
    assert [len(a & b) for a, b in combinations(splits, 2)] == [
        shared_by_authors.get(side, 0), 0, 0,
    ]  # fmt: skip


def test_a_pair_is_a_sentence_and_its_translation(size: str) -> None:
    pairs = sentence_pairs.load("train", size)
    known = {
        "multi30k": (
            "Deux jeunes hommes blancs sont dehors près de buissons.",
            "Two young, White males are outside near many bushes.",
        ),
        "tatoeba": ("Va !", "Go."),
        "phrases": ("Elle attend ta sœur.", "She is waiting for your sister."),
    }
    assert known[size] in zip(pairs.french, pairs.english, strict=True)


def test_case_and_punctuation_do_not_make_another_sentence() -> None:
    assert plain("Où  est-IL\u202f?") == plain("où est il.") == "où est il"
    assert plain("J'ai su") != plain("J'ai sué")


def test_pairs_that_share_a_sentence_are_one_group_also_through_others() -> None:
    pairs = [
        ("Va !", "Go."),
        ("Cours !", "Run!"),
        ("Pars.", "Go!"),
        ("cours", "Go on."),
        ("a", "b"),
    ]
    groups = sentence_pairs._groups(pairs)
    assert groups[0] == groups[2] != groups[1] == groups[3]
    assert len(set(groups)) == 3
    assert sentence_pairs._groups(pairs[::-1]) == groups[::-1]


def test_fresh_pairs_are_in_no_split() -> None:
    known = set()
    for split in sentence_pairs.SPLITS:
        pairs = sentence_pairs.load(split, "phrases")
        known |= {*pairs.french, *pairs.english}
    fresh = sentence_pairs.fresh(np.random.default_rng(2), 1_000)
    assert not known & {sentence for pair in fresh for sentence in pair}


def test_without_the_mirror_the_phrases_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    assert data.load("sentence_pairs", "val").size == "phrases"
    with pytest.raises(DataError, match=r"sizes here: phrases.*tatoeba_eng_fra/"):
        sentence_pairs.load("val", "tatoeba")
    with pytest.raises(DataError, match=r"multi30k_en_fr/.*your course"):
        sentence_pairs.load("val", "multi30k")
    with pytest.raises(DataError, match="it has: train, val, test"):
        sentence_pairs.load("dev")
    with pytest.raises(DataError, match="no size 'wmt'; it has: phrases, multi30k, tatoeba"):
        sentence_pairs.load("val", "wmt")


def test_a_damaged_file_of_the_mirror_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tatoeba_eng_fra").mkdir()
    (tmp_path / "tatoeba_eng_fra" / "fra-eng.zip").write_bytes(b"damaged")
    monkeypatch.setenv("DL_DATA_MIRROR", str(tmp_path))
    with pytest.raises(DataError, match=r"fra-eng\.zip is not the file that was expected"):
        sentence_pairs.load("train", "tatoeba")


def test_students_get_the_grammar_and_no_sentences() -> None:
    files = set(data_files(ROOM, ["sentence_pairs"]))
    grammar = {"phrases", "phrase_choice", "phrase_clauses", "phrase_parts", "phrase_times"}
    assert {f"data/{name}.py" for name in (*grammar, "phrase_words", "tokens")} <= files
    assert not any(name.endswith((".npz", ".zip", ".gz", "make_samples.py")) for name in files)
