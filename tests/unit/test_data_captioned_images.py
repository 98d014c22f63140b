"""Captioned images: the committed scenes, and the photographs where the mirror has them."""

from __future__ import annotations

import hashlib
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

import data
from autograder.release.package_tree import data_files
from data import DataError, captioned_images, fashion_mnist, make_samples, scenes

ROOM = Path(data.__file__).parent
WIDTHS = {"scenes": 588, "flickr8k": 1280}


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> str:
    """Each size that this machine has."""
    if captioned_images.available_sizes()[request.param] is None:
        pytest.skip(f"the size {request.param} is not here: set DL_DATA_MIRROR")
    return str(request.param)


def sentence(loaded: captioned_images.CaptionedImages, k: int) -> str:
    return " ".join(loaded.words[word] for word in loaded.captions[k])


def test_the_committed_file_matches_its_checksum_and_is_small() -> None:
    content = (ROOM / "samples" / "captioned_images.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == captioned_images.SAMPLE_SHA256
    assert len(content) < 50_000
    note = (ROOM / "samples" / "SOURCE.md").read_text(encoding="utf-8")
    assert re.search(rf"\({len(content):,} bytes\): {captioned_images.SAMPLE_SHA256}", note)
    assert "sentences are generated" in note


def test_the_splits_share_vocabulary_and_scale(size: str) -> None:
    splits = {split: captioned_images.load(split, size) for split in captioned_images.SPLITS}
    assert {split: len(part.features) for split, part in splits.items()} == {
        "train": 800, "val": 100, "test": 100,
    }  # fmt: skip
    assert len({part.words for part in splits.values()}) == 1
    for part in splits.values():
        images = len(part.features)
        assert part.features.shape == (images, WIDTHS[size])
        assert part.features.dtype == np.float32
        assert part.captions.shape == (5 * images, captioned_images.LENGTH)
        assert (part.captions.dtype, part.image_indices.dtype) == (np.int64, np.int64)
        assert np.bincount(part.image_indices).tolist() == [5] * images
    train = splits["train"].features
    assert abs(train.mean()) < 1e-4
    assert abs(train.std() - 1) < 1e-4


def test_captions_start_end_and_are_padded(size: str) -> None:
    captions = captioned_images.load("train", size).captions
    assert (captions[:, 0] == captioned_images.START).all()
    assert ((captions == captioned_images.END).sum(axis=1) == 1).all()
    lengths = captions.argmin(axis=1)
    lengths[lengths == 0] = captions.shape[1]
    rows = np.arange(len(captions))
    assert (captions[rows, lengths - 1] == captioned_images.END).all()
    assert ((captions == captioned_images.NULL).sum(axis=1) == captions.shape[1] - lengths).all()


def test_the_vocabulary_is_of_words_seen_twice_in_training(size: str) -> None:
    train = captioned_images.load("train", size)
    assert train.words[:4] == ("<NULL>", "<START>", "<END>", "<UNK>")
    assert len(set(train.words)) == len(train.words)
    assert all(re.fullmatch(r"[a-z0-9]+", word) for word in train.words[4:])
    ends = captioned_images.load("test", size)
    assert ends.captions.max() < len(train.words)
    unknown = (ends.captions == captioned_images.UNKNOWN).mean()
    assert (unknown > 0) == (size == "flickr8k")


def test_a_caption_is_about_its_picture(size: str) -> None:
    val = captioned_images.load("val", size)
    expected = {
        "scenes": ((28, 84, 3), "<START> there are three ankle boots <END>"),
        "flickr8k": (
            (150, 200, 3),
            "<START> a boy smiles in front of a <UNK> wall in a city <END>",
        ),
    }[size]
    picture = val.picture(0)
    assert picture.dtype == np.uint8
    assert (picture.shape, sentence(val, 0)[: len(expected[1])]) == expected
    with pytest.raises(DataError, match="from 0 to 99"):
        val.picture(100)


def test_features_of_a_scene_are_its_pixels_two_by_two() -> None:
    train, test = (captioned_images.load(split, "scenes") for split in ("train", "test"))
    grey = np.stack([train.picture(i)[..., 0] for i in range(800)]).astype(float)
    means = grey.reshape(800, 14, 2, 42, 2).mean(axis=(2, 4)).reshape(800, 588)
    centred = means - means.mean(axis=0)
    assert np.allclose(train.features, centred / centred.std(), atol=1e-3)
    block = test.picture(3)[:2, 40:42, 0].mean() - means.mean(axis=0)[20]
    assert np.isclose(test.features[3, 20], block / centred.std(), atol=1e-3)


def test_scenes_of_different_splits_share_no_item() -> None:
    shown = {}
    for split in captioned_images.SPLITS:
        loaded = captioned_images.load(split, "scenes")
        pictures = [loaded.picture(i)[..., 0] for i in range(len(loaded.features))]
        slots = [slot for p in pictures for slot in np.split(p, 3, axis=1) if slot.any()]
        shown[split] = {slot.tobytes() for slot in slots}
    assert not shown["train"] & shown["val"]
    assert not shown["train"] & shown["test"]
    assert not shown["val"] & shown["test"]


def test_sentences_about_a_scene_are_true() -> None:
    rng = np.random.default_rng(5)
    trouser, bag = (fashion_mnist.CLASSES.index(name) for name in ("Trouser", "Bag"))
    found = set(scenes.describe([trouser, bag, trouser], 12, rng))
    assert len(found) == 12
    assert "two pairs of trousers with a bag between them" in found
    assert not any("two bags" in text or text.startswith("a bag to the left") for text in found)
    alone = set(scenes.describe([-1, -1, bag], 6, rng))
    assert not any("on the left" in text or "in the middle" in text for text in alone)


def test_a_long_caption_is_cut_before_a_joining_word() -> None:
    words = [f"w{i}" for i in range(13)]
    index = {word: number for number, word in enumerate([*captioned_images.SPECIAL, *words, "on"])}
    row = captioned_images._encoded(" ".join([*words, "on", "the", "w1", "w2"]), index)
    assert row == [1, *range(4, 17), 2, 0, 0]


def test_as_dict_has_the_keys_that_the_course_uses() -> None:
    found = captioned_images.as_dict("scenes")
    for split in captioned_images.SPLITS:
        loaded = captioned_images.load(split, "scenes")
        assert np.array_equal(found[f"{split}_captions"], loaded.captions)
        assert np.array_equal(found[f"{split}_image_idxs"], loaded.image_indices)
        assert np.array_equal(found[f"{split}_features"], loaded.features)
        assert np.array_equal(found[f"{split}_picture"](7), loaded.picture(7))
    assert [found["word_to_idx"][word] for word in found["idx_to_word"]] == list(range(69))


def test_without_the_mirror_the_scenes_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    assert data.load("captioned_images", "val").size == "scenes"
    with pytest.raises(DataError, match=r"sizes here: scenes.*flickr8k_1000/.*your course"):
        captioned_images.load("val", "flickr8k")
    with pytest.raises(DataError, match="it has: train, val, test"):
        captioned_images.load("dev")


def test_the_maker_gives_the_committed_file_again(tmp_path: Path) -> None:
    (made,) = make_samples.make("captioned_images", tmp_path, tmp_path)
    with np.load(made) as new, np.load(ROOM / "samples" / made.name) as old:
        assert list(new) == list(old)
        assert all(np.array_equal(new[key], old[key]) for key in old)
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng compresses the same data differently
        assert made.read_bytes() == (ROOM / "samples" / made.name).read_bytes()


def test_students_get_the_samples_that_a_loader_needs() -> None:
    with_scenes = set(data_files(ROOM, ["captioned_images"]))
    without = set(data_files(ROOM, ["fashion_mnist"]))
    assert with_scenes - without == {
        "data/captioned_images.py", "data/scenes.py", "data/samples/captioned_images.npz",
    }  # fmt: skip
    assert without <= with_scenes
    assert not any("holdout" in name or "make_samples" in name for name in with_scenes)
