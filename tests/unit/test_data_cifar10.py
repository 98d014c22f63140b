"""CIFAR-10: the sample made of clothes, the images of a mirror, the official file."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

import data
from data import DataError, cifar10, fashion_mnist


def test_the_sample_shows_ten_classes_of_clothes_and_says_so() -> None:
    for split, count in cifar10.COUNTS["sample"].items():
        part = cifar10.load(split, "sample")
        assert part.images.shape == (count, 3, 32, 32)
        assert part.images.dtype == np.uint8
        assert set(part.labels) == set(range(10))
        assert part.classes == fashion_mnist.CLASSES
        assert "Fashion-MNIST in place of CIFAR-10" in part.title
        assert (part.images[:, 0] == part.images[:, 2]).all()


def test_no_image_is_in_two_parts() -> None:
    held_out = data.dataset("cifar10").held_out
    assert held_out is not None
    parts = [cifar10.load(split, "sample") for split in cifar10.SPLITS] + [held_out.load()]
    seen = [image.tobytes() for part in parts for image in part.images]
    assert len(seen) == len(set(seen)) == 1_200 + 400 + 500 + 1_000


def test_the_held_out_images_are_those_of_fashion_mnist() -> None:
    held_out, grey = (data.dataset(name).held_out for name in ("cifar10", "fashion_mnist"))
    assert held_out is not None
    assert grey is not None
    assert held_out.labels_bytes() == held_out.load().labels.astype(np.uint8).tobytes()
    assert held_out.fingerprints() == grey.fingerprints()
    assert (held_out.one, held_out.many) == ("an image", "images")


def test_the_images_of_the_mirror_are_mixed_and_in_one_split() -> None:
    if cifar10.DATASET.available_sizes()["6k"] is None:
        pytest.skip("the size 6k is not here: set DL_DATA_MIRROR")
    parts = {split: cifar10.load(split, "6k") for split in cifar10.SPLITS}
    for split, part in parts.items():
        assert part.images.shape == (cifar10.COUNTS["6k"][split], 3, 32, 32)
        assert set(part.labels[:100]) == set(range(10))
        assert part.classes[:2] == ("airplane", "automobile")
    seen = [image.tobytes() for split in ("train", "val") for image in parts[split].images]
    assert len(set(seen)) > 4_990  # CIFAR-10 has a few images twice


def test_the_official_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    names = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]
    rows = {name: draw.integers(0, 10, (3, 3_073), dtype=np.uint8) for name in names}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name in reversed(names):
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = rows[name].nbytes
            archive.addfile(entry, io.BytesIO(rows[name].tobytes()))
    found = cifar10._of_official(io.BytesIO(stream.getvalue()))
    images, labels = found["train"]
    assert images.shape == (15, 3, 32, 32)
    assert labels.tolist() == [int(row[0]) for name in names[:5] for row in rows[name]]
    assert (found["test"][0].reshape(3, -1) == rows["test_batch.bin"][:, 1:]).all()
    monkeypatch.setenv("DL_DATA_CACHE", str(tmp_path))
    (tmp_path / "cifar10").mkdir()
    (tmp_path / "cifar10" / "cifar-10-binary.tgz").write_bytes(stream.getvalue())
    with pytest.raises(DataError, match="is not the expected file"):
        cifar10.load("train", "full")


def test_without_the_files_the_error_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DL_DATA_MIRROR", raising=False)
    monkeypatch.setenv("DL_DATA_CACHE", str(tmp_path))
    with pytest.raises(DataError, match="python -m data fetch cifar10 --size full"):
        cifar10.load("train", "full")
    with pytest.raises(DataError, match="set DL_DATA_MIRROR to a folder with cifar10_6k/"):
        cifar10.load("train", "6k")
    assert cifar10.load("val").size == "sample"


def test_an_unknown_split_or_size_is_named() -> None:
    with pytest.raises(DataError, match="has no split 'dev'; it has: train, val, test"):
        cifar10.load("dev")
    with pytest.raises(DataError, match="has no size 'tiny'"):
        cifar10.load("train", "tiny")
