"""Review sentences, film reviews and tweets: samples, held-out parts, and the mirror's sets."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from itertools import permutations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import data
from data import DataError, film_reviews, make_samples, make_texts, review_sentences, tweets
from data.held_out import held_out_of
from data.labelled_texts import Likeness, is_reserved, labelled_lines, letters

ROOM = Path(data.__file__).parent
TEXTS = {"review_sentences": "sst2", "tweets": "20k"}  # and the size in the mirror
SPLITS = [
    (name, size)
    for name, full in {**TEXTS, "film_reviews": "imdb"}.items()
    for size in ("sample", full)
]


def served(name: str, size: str) -> dict[str, data.labelled_texts.LabelledTexts]:
    """Return all splits of a size, or skip."""
    if data.dataset(name).available_sizes()[size] is None:
        pytest.skip(f"the size {size} is not here: {data.dataset(name).ways(size)[0][:40]}")
    module = {"review_sentences": review_sentences, "tweets": tweets, "film_reviews": film_reviews}
    return {split: data.load(name, split, size) for split in module[name].SPLITS}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("folder", ["samples", "holdout"])
def test_the_committed_files_match_their_checksums(name: str, folder: str) -> None:
    content = (ROOM / folder / f"{name}.npz").read_bytes()
    note = (ROOM / folder / "SOURCE.md").read_text(encoding="utf-8")
    assert f"({len(content):,} bytes): {hashlib.sha256(content).hexdigest()}" in note
    assert len(content) < 300_000


@pytest.mark.parametrize(("name", "size"), SPLITS)
def test_every_text_has_one_of_two_labels(name: str, size: str) -> None:
    for part in served(name, size).values():
        assert part.labels.shape == (len(part),)
        assert part.labels.dtype == np.int64
        assert set(part.labels.tolist()) == ({0, 4} if name == "tweets" else {0, 1})
        assert all(text == text.strip() and text for text in part.texts)
        assert not any("\n" in text for text in part.texts)
        assert part.size == size


def test_the_samples_have_their_counts() -> None:
    for split, count in review_sentences.COUNTS.items():
        part = review_sentences.load(split, "sample")
        assert Counter(part.labels.tolist()) == {0: count // 2, 1: count // 2}
    assert len(tweets.load("all", "sample")) == tweets.COUNT
    assert len(film_reviews.load("train", "sample")) == 4_500
    assert len(film_reviews.load("test", "sample")) == 500


def test_no_whole_review_contains_a_held_out_sentence() -> None:
    """A phrase of a few words occurs in many long reviews by chance: it is no copy."""
    held_out = held_out_of("film_reviews")
    assert held_out is not None
    sentences = [text for text in held_out.fingerprints() if len(text) >= 30]
    assert len(sentences) > 550
    for part in served("film_reviews", "imdb").values():
        for review in map(letters, part.texts):
            assert [sentence for sentence in sentences if sentence in review] == []


@pytest.mark.parametrize(("name", "size"), [pair for pair in SPLITS if pair[1] != "imdb"])
def test_no_text_is_nearly_a_held_out_one(name: str, size: str) -> None:
    held_out = held_out_of(name)
    assert held_out is not None
    like = Likeness(held_out.load().texts)
    for part in served(name, size).values():
        assert [text for text in part.texts if like.has_like(text)] == []


def test_no_two_parts_of_the_sample_have_nearly_the_same_sentence() -> None:
    parts = served("review_sentences", "sample").values()
    for first, second in permutations(parts, 2):
        like = Likeness(first.texts)
        assert [text for text in second.texts if like.has_like(text)] == []


@pytest.mark.parametrize(("name", "count"), [("review_sentences", 600), ("tweets", 400)])
def test_half_of_the_held_out_texts_are_positive(name: str, count: int) -> None:
    held_out = held_out_of(name)
    assert held_out is not None
    texts = held_out.load()
    positive = texts.labels.max()
    assert Counter(texts.labels.tolist()) == {0: count // 2, positive: count // 2}
    assert held_out.labels_bytes() == bytes(texts.labels.tolist())
    assert len(held_out.fingerprints()) == count


@pytest.mark.parametrize("name", TEXTS)
def test_a_held_out_text_is_recognised_in_any_table(name: str) -> None:
    held_out = held_out_of(name)
    assert held_out is not None
    text = held_out.load().texts[3]
    for line in (text.upper(), f"1\t{text}", f"{text},1", f'0,"{text}"', text.replace(" ", "  ")):
        content = f"text\n{line}\n".encode()
        found = [place for place, print_ in held_out.fingerprints_in(content, "a.csv")
                 if print_ in held_out.fingerprints()]  # fmt: skip
        assert set(found) == {"2"}
    other = b"a sentence that nobody has held out of anything"
    assert not held_out.fingerprints() & {p for _, p in held_out.fingerprints_in(other, "a.txt")}


@pytest.mark.parametrize(
    ("name", "module"), [("review_sentences", review_sentences), ("tweets", tweets)]
)
def test_texts_without_labels_are_in_no_part(name: str, module: ModuleType) -> None:
    texts = module.unlabelled()
    assert len(set(map(letters, texts))) == len(texts) == module.UNLABELLED
    like = Likeness(texts)
    held_out = held_out_of(name)
    assert held_out is not None
    assert not any(like.has_like(text) for text in held_out.load().texts)
    for size, source in data.dataset(name).available_sizes().items():
        for part in served(name, size).values() if source else ():
            assert [text for text in part.texts if like.has_like(text)] == []
    labels = held_out.unlabelled_labels()
    assert Counter(labels.tolist()) == dict.fromkeys(set(labels.tolist()), len(texts) // 2)


def test_sst2_serves_about_half_of_its_test_sentences() -> None:
    parts = served("review_sentences", "sst2")
    assert [len(part) for part in parts.values()] == [6_520, 872, 921]
    assert not any(is_reserved(text, review_sentences.RESERVED) for text in parts["test"].texts)


@pytest.mark.parametrize("name", TEXTS)
def test_the_maker_gives_the_committed_texts(name: str, tmp_path: Path) -> None:
    if make_texts.RATED.where() is None:
        pytest.skip("the rated texts are not here: set DL_DATA_MIRROR")
    folders = [tmp_path / "samples", tmp_path / "holdout"]
    for folder in folders:
        folder.mkdir()
    for path in make_samples.make(name, *folders):
        committed = ROOM / path.parent.name / path.name
        with np.load(path) as made, np.load(committed) as kept:
            assert made.files == kept.files
            assert all(np.array_equal(made[key], kept[key]) for key in kept.files)


@pytest.mark.parametrize(
    ("line", "label_first"),
    [("no tab", False), ("2\ttext", True), ("text\tgood", False), ("1\t ", True), ("\t1", False)],
)
def test_a_malformed_line_is_named(line: str, label_first: bool) -> None:
    good = "1\tright" if label_first else "right\t1"
    with pytest.raises(DataError, match=re.escape("a.tsv, line 3: expected")) as error:
        list(labelled_lines([good, "", line], "a.tsv", "01", label_first))
    assert "a label in 0, 1" in str(error.value)


def test_lines_of_both_forms() -> None:
    assert list(labelled_lines(["0\ta\tb"], "f", "01", label_first=True)) == [("a\tb", 0)]
    assert list(labelled_lines(["a\tb\t1"], "f", "01", label_first=False)) == [("a\tb", 1)]


def test_an_unknown_split_or_size_is_named() -> None:
    for module in (review_sentences, film_reviews, tweets):
        with pytest.raises(DataError, match="has no split 'dev2'"):
            module.load("dev2")
        with pytest.raises(DataError, match="has no size 'huge'"):
            module.load(module.SPLITS[0], "huge")


def test_letters_and_likeness() -> None:
    assert letters("It's a Café!") == "itsacafe"
    like = Likeness(["the film is a warm and funny one", "two words"])
    assert like.has_like("The film is a warm, funny one!")
    assert like.has_like("two words")
    assert not like.has_like("the film is a cold and dreary mess")
    assert not like.has_like("words two")
    assert not like.has_like("")
