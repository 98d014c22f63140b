"""Sentence pairs: the committed sample and its held-out pairs, and the two sets of the mirror."""

from __future__ import annotations

import hashlib
import re
import zlib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.release.package_tree import data_files
from data import DataError, make_samples, sentence_pairs
from data.holdout import sentence_pairs as hidden
from data.holdout.sentence_pairs import HELD_OUT
from data.sentence_pairs import plain, unaccented
from data.tokens import english_tokens, french_tokens

ROOM = Path(data.__file__).parent
COUNTS = {
    "sample": {"train": 6_000, "val": 200, "test": 250},
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
        "sample": ("Vous êtes jeune.", "You're young."),
    }
    assert known[size] in zip(pairs.french, pairs.english, strict=True)


def test_case_and_punctuation_do_not_make_another_sentence() -> None:
    assert plain("Où  est-IL\u202f?") == plain("où est il.") == "où est il"
    assert plain("J'ai su") != plain("J'ai sué")
    assert unaccented("J'ai sué") == unaccented("j’ai SUE !") == "j ai sue"


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


@pytest.mark.parametrize(
    ("folder", "sha256"), [("samples", sentence_pairs.SAMPLE_SHA256), ("holdout", hidden.SHA256)]
)
def test_committed_files_match_their_checksum_and_are_small(folder: str, sha256: str) -> None:
    content = (ROOM / folder / "sentence_pairs.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert len(content) < 150_000
    note = (ROOM / folder / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search(rf"\({len(content):,} bytes\): {sha256}", note)
    assert "www.manythings.org/anki and tatoeba.org" in note
    assert "CC BY 2.0 FR" in note


def parts() -> dict[str, sentence_pairs.SentencePairs]:
    """Return the splits of the sample and the held-out pairs."""
    found = {split: sentence_pairs.load(split, "sample") for split in sentence_pairs.SPLITS}
    return found | {"held out": HELD_OUT.load()}


@pytest.mark.parametrize("side", ["french", "english"])
def test_no_two_parts_share_a_sentence_even_without_accents(side: str) -> None:
    sentences = {
        name: set(map(unaccented, getattr(pairs, side))) for name, pairs in parts().items()
    }
    for (first, a), (second, b) in combinations(sentences.items(), 2):
        assert a & b == set(), (first, second)


def test_in_each_part_a_french_sentence_has_one_translation() -> None:
    for pairs in parts().values():
        assert len(set(map(unaccented, pairs.french))) == len(pairs.french)


def test_the_sample_has_short_sentences_of_words_that_the_training_split_has() -> None:
    for tokens, side in ((french_tokens, "french"), (english_tokens, "english")):
        rows = {
            name: [tokens(sentence) for sentence in getattr(pairs, side)]
            for name, pairs in parts().items()
        }
        assert max(len(row) for part in rows.values() for row in part) == make_samples.MOST_TOKENS
        words = {word for row in rows["train"] for word in row}
        assert len(words) <= make_samples.MOST_WORDS
        unknown = [row for row in rows["held out"] if not words.issuperset(row)]
        assert len(unknown) <= 3


def test_the_held_out_pairs_are_500_and_are_recognised() -> None:
    pairs = HELD_OUT.load()
    assert len(pairs.french) == len(pairs.english) == hidden.COUNT == 500
    assert HELD_OUT.labels_bytes() == b""
    text = "\n".join(pairs.french).upper().replace("É", "E").encode()
    found = {fingerprint for _, fingerprint in HELD_OUT.fingerprints_in(text, "a.txt")}
    assert len(found & HELD_OUT.fingerprints()) == 500


@pytest.mark.parametrize("split", sentence_pairs.SPLITS)
def test_no_held_out_sentence_is_in_the_sample_not_even_as_a_part(split: str) -> None:
    pairs = sentence_pairs.load(split, "sample")
    text = "\n".join((*pairs.french, *pairs.english)).encode()
    found = dict(reversed(pair) for pair in HELD_OUT.fingerprints_in(text, "a.txt"))
    assert HELD_OUT.fingerprints() & found.keys() == set()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Go.\n\n"])
def test_other_content_holds_no_sentence(content: bytes) -> None:
    assert list(HELD_OUT.fingerprints_in(content, "a.bin")) == []


def test_a_copy_without_the_held_out_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"sentence_pairs\.npz cannot be read .*data make"):
        HELD_OUT.load(tmp_path)


def test_the_held_out_pairs_are_in_the_test_split_of_tatoeba_only() -> None:
    if sentence_pairs.available_sizes()["tatoeba"] is None:
        pytest.skip("the size tatoeba is not here: set DL_DATA_MIRROR")
    pairs = HELD_OUT.load()
    test = sentence_pairs.load("test", "tatoeba")
    held_out = set(zip(pairs.french, pairs.english, strict=True))
    assert held_out <= set(zip(test.french, test.english, strict=True))


def test_the_maker_gives_the_committed_files_again(tmp_path: Path) -> None:
    if sentence_pairs.available_sizes()["tatoeba"] is None:
        pytest.skip("the size tatoeba is not here: set DL_DATA_MIRROR")
    folders = tmp_path / "samples", tmp_path / "holdout"
    for folder in folders:
        folder.mkdir()
    made = make_samples.make("sentence_pairs", *folders)
    assert [path.parent for path in made] == list(folders)
    for path in made:
        committed = ROOM / path.parent.name / path.name
        with np.load(path) as new, np.load(committed) as old:
            assert list(new) == list(old)
            assert all(np.array_equal(new[key], old[key]) for key in old)
        if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng compresses the same data differently
            assert path.read_bytes() == committed.read_bytes()


def test_without_the_mirror_the_sample_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    assert data.load("sentence_pairs", "val").size == "sample"
    with pytest.raises(DataError, match=r"sizes here: sample.*tatoeba_eng_fra/"):
        sentence_pairs.load("val", "tatoeba")
    with pytest.raises(DataError, match=r"multi30k_en_fr/.*your course"):
        sentence_pairs.load("val", "multi30k")
    with pytest.raises(DataError, match="it has: train, val, test"):
        sentence_pairs.load("dev")
    with pytest.raises(DataError, match="no size 'wmt'; it has: sample, multi30k, tatoeba"):
        sentence_pairs.load("val", "wmt")


def test_a_damaged_file_of_the_mirror_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tatoeba_eng_fra").mkdir()
    (tmp_path / "tatoeba_eng_fra" / "fra-eng.zip").write_bytes(b"damaged")
    monkeypatch.setenv("DL_DATA_MIRROR", str(tmp_path))
    with pytest.raises(DataError, match=r"fra-eng\.zip is not the expected file"):
        sentence_pairs.load("train", "tatoeba")


def test_students_get_the_sample_and_no_held_out_sentence() -> None:
    files = set(data_files(ROOM, ["sentence_pairs"]))
    assert {"data/sentence_pairs.py", "data/tokens.py", "data/samples/sentence_pairs.npz"} <= files
    assert not any("holdout" in name or "make_samples" in name for name in files)
