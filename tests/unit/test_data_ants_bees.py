"""Ants and bees: the sample made of clothes, the photographs of a mirror, the held-out images."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

import data
from data import DataError, ants_bees, fashion_mnist


def photographs() -> None:
    """Skip the test where the photographs are not on this machine."""
    if ants_bees.DATASET.available_sizes()["hymenoptera"] is None:
        pytest.skip("the size hymenoptera is not here: set DL_DATA_MIRROR")


def test_the_sample_has_two_classes_of_clothes_and_says_so() -> None:
    for split, count in (("train", 240), ("val", 120)):
        part = ants_bees.load(split, "sample")
        assert part.images.shape == (count, 3, 64, 64)
        assert part.images.dtype == np.uint8
        assert np.bincount(part.labels).tolist() == [count // 2] * 2
        assert part.classes == ("dresses", "coats")
        assert "Fashion-MNIST in place of ants and bees" in part.title
        assert [fashion_mnist.CLASSES[k] for k in ants_bees.ORIGINALS] == ["Dress", "Coat"]
        assert (part.images[:, 0] == part.images[:, 2]).all()


def test_no_image_is_in_two_parts() -> None:
    held_out = data.dataset("ants_bees").held_out
    assert held_out is not None
    parts = [ants_bees.load(split, "sample") for split in ants_bees.SPLITS] + [held_out.load()]
    seen = [image.tobytes() for part in parts for image in part.images]
    assert len(seen) == len(set(seen)) == 240 + 120 + 201


def test_the_held_out_images_are_those_of_fashion_mnist() -> None:
    held_out = data.dataset("ants_bees").held_out
    grey = data.dataset("fashion_mnist").held_out
    assert held_out is not None
    assert grey is not None
    part = held_out.load()
    assert held_out.labels_bytes() == part.labels.astype(np.uint8).tobytes()
    assert held_out.fingerprints() == grey.fingerprints()
    assert (held_out.one, held_out.many) == ("an image", "images")
    clothes = grey.load()
    assert (clothes.labels == 3).sum() == (part.labels == 0).sum()


def test_the_images_are_written_as_an_image_folder(tmp_path: Path) -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    folder = ants_bees.write_images(tmp_path / "images", "sample")
    for split in ants_bees.SPLITS:
        part = ants_bees.load(split, "sample")
        images = datasets.ImageFolder(str(folder / split))
        assert sorted(images.classes) == sorted(part.classes)
        assert len(images) == len(part.labels)
        name = part.classes[part.labels[0]]
        first = next(path for path, _ in images.samples if path.endswith("000.png"))
        assert Path(first).parent.name == name
        assert (np.asarray(images.loader(first)).transpose(2, 0, 1) == part.images[0]).all()


def test_the_photographs_are_squares_of_the_asked_size() -> None:
    photographs()
    train, val = (ants_bees.load(split, "hymenoptera", pixels=32) for split in ants_bees.SPLITS)
    assert train.images.shape == (244, 3, 32, 32)
    assert val.images.shape == (153, 3, 32, 32)
    assert np.bincount(train.labels).tolist() == [123, 121]
    assert np.bincount(val.labels).tolist() == [70, 83]
    assert train.classes == ("ants", "bees")
    assert train.title == "photographs of ants and bees"
    assert ants_bees.load("val").size == "hymenoptera"
    assert ants_bees.load("val").images.shape[2:] == (160, 160)


def test_the_photographs_are_written_as_they_are(tmp_path: Path) -> None:
    photographs()
    ants_bees.write_images(tmp_path, "hymenoptera")
    assert len(list((tmp_path / "train" / "ants").iterdir())) == 123
    assert len(list((tmp_path / "val" / "bees").iterdir())) == 83


def test_a_damaged_archive_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL_DATA_MIRROR", str(tmp_path))
    (tmp_path / "hymenoptera").mkdir()
    with zipfile.ZipFile(tmp_path / "hymenoptera" / "hymenoptera_256.zip", "w") as archive:
        archive.writestr("hymenoptera_data/train/ants/0.jpg", b"")
    with pytest.raises(DataError, match="is not the expected file"):
        ants_bees.load("train", "hymenoptera")


def test_without_a_mirror_the_error_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    with pytest.raises(DataError, match="set DL_DATA_MIRROR to a folder with hymenoptera/"):
        ants_bees.load("train", "hymenoptera")
    assert ants_bees.load("val").size == "sample"


def test_an_unknown_split_or_size_is_named() -> None:
    with pytest.raises(DataError, match="has no split 'test'; it has: train, val"):
        ants_bees.load("test")
    with pytest.raises(DataError, match="has no size 'tiny'"):
        ants_bees.load("train", "tiny")
