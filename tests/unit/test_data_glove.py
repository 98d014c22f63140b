"""GloVe: the committed sample, its maker, and the 40,000 words where the mirror is."""

from __future__ import annotations

import hashlib
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.release.package_tree import data_files
from data import DataError, glove, make_samples, sentence_pairs, tokens

ROOM = Path(data.__file__).parent
THE = (0.418, 0.24968, -0.41242, 0.1217)  # the first numbers of "the", as published


@pytest.fixture(params=["sample", "40k"])
def vectors(request: pytest.FixtureRequest) -> glove.Glove:
    """Each size that this machine has."""
    if glove.available_sizes()[request.param] is None:
        pytest.skip(f"the size {request.param} is not here: set DL_DATA_MIRROR")
    return glove.load("all", request.param)


def test_the_committed_file_matches_its_checksum_and_is_small() -> None:
    content = (ROOM / "samples" / "glove.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == glove.SAMPLE_SHA256
    assert len(content) < 1_000_000
    note = (ROOM / "samples" / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search(rf"\({len(content):,} bytes\): {glove.SAMPLE_SHA256}", note)
    assert f"({len(glove.load(size='sample').words)}, 50) float32" in note


def test_every_word_has_a_vector_and_stands_once(vectors: glove.Glove) -> None:
    assert vectors.vectors.shape == (len(vectors.words), glove.DIMENSION)
    assert vectors.vectors.dtype == np.float32
    assert np.isfinite(vectors.vectors).all()
    assert len(set(vectors.words)) == len(vectors.words)
    assert vectors.words[:5] == ("the", ",", ".", "of", "to")


def test_a_vector_is_the_published_one(vectors: glove.Glove) -> None:
    (row,), _ = vectors.rows(["the"])
    assert np.allclose(row[:4], THE, atol=1e-6)


def test_rows_follow_the_words_that_are_asked_for(vectors: glove.Glove) -> None:
    rows, found = vectors.rows(["to", "no such word", "The", "the"])
    assert (rows.shape, rows.dtype, found.dtype) == ((4, 50), np.float32, np.bool_)
    assert found.tolist() == [True, False, False, True]
    assert np.array_equal(rows[0], vectors.vectors[4])
    assert not rows[1:3].any()
    assert np.array_equal(rows[3], vectors.vectors[0])


def test_no_words_give_no_rows(vectors: glove.Glove) -> None:
    rows, found = vectors.rows([])
    assert (rows.shape, found.shape) == ((0, 50), (0,))


def test_words_of_like_meaning_are_near(vectors: glove.Glove) -> None:
    rows, _ = vectors.rows(["coffee", "tea", "station"])
    coffee, tea, station = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert coffee @ tea > coffee @ station + 0.3


def test_changing_what_was_loaded_changes_nothing_else(vectors: glove.Glove) -> None:
    vectors.vectors[:] = 0
    assert glove.load("all", vectors.size).vectors.any()


def test_the_sample_has_every_english_word_of_the_sentence_pairs() -> None:
    sentences = [
        sentence
        for split in sentence_pairs.SPLITS
        for sentence in sentence_pairs.load(split, "sample").english
    ]
    words = sorted({word for sentence in sentences for word in tokens.english_tokens(sentence)})
    _, found = glove.load("all", "sample").rows(words)
    assert [word for word, here in zip(words, found, strict=True) if not here] == []


def test_the_sample_is_a_part_of_the_larger_set_in_its_order() -> None:
    if glove.available_sizes()["40k"] is None:
        pytest.skip("the size 40k is not here: set DL_DATA_MIRROR")
    small, large = glove.load("all", "sample"), glove.load("all", "40k")
    assert len(large.words) == 40_000
    assert small.words[: glove.FREQUENT] == large.words[: glove.FREQUENT]
    positions = [large.words.index(word) for word in small.words]
    assert positions == sorted(positions)
    assert np.array_equal(small.vectors, large.vectors[positions])


def test_the_maker_gives_the_committed_file_again(tmp_path: Path) -> None:
    if glove.available_sizes()["40k"] is None:
        pytest.skip("the size 40k is not here: set DL_DATA_MIRROR")
    (made,) = make_samples.make("glove", tmp_path, tmp_path)
    with np.load(made) as new, np.load(ROOM / "samples" / made.name) as old:
        assert list(new) == list(old)
        assert all(np.array_equal(new[key], old[key]) for key in old)
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng compresses the same data differently
        assert made.read_bytes() == (ROOM / "samples" / made.name).read_bytes()


def test_without_the_mirror_the_sample_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    assert data.load("glove", "all").size == "sample"
    with pytest.raises(DataError, match=r"sizes here: sample.*glove_6b_50d_40k/"):
        glove.load("all", "40k")
    with pytest.raises(DataError, match="no split 'train'; it has: all"):
        glove.load("train")
    with pytest.raises(DataError, match="no size '400k'"):
        glove.load("all", "400k")


def test_a_damaged_file_of_the_mirror_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "glove_6b_50d_40k").mkdir()
    for name in ("vectors.npz", "vocab.txt"):
        (tmp_path / "glove_6b_50d_40k" / name).write_bytes(b"damaged")
    monkeypatch.setenv("DL_DATA_MIRROR", str(tmp_path))
    with pytest.raises(DataError, match=r"vectors\.npz is not the expected file"):
        glove.load("all", "40k")


def test_students_get_the_loader_and_the_sample() -> None:
    files = data_files(ROOM, ["glove"])
    assert {"data/glove.py", "data/samples/glove.npz"} <= set(files)
    assert not any("sentence_pairs" in name or "make_samples" in name for name in files)
