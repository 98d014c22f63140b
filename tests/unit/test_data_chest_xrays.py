"""Chest X-rays: two classes of unequal size, and no image or patient in two parts."""

from __future__ import annotations

import numpy as np
import pytest

import data
from data import DataError, chest_xrays


def needs(size: str) -> str:
    """Skip the test where a size is not on this machine."""
    if chest_xrays.DATASET.available_sizes()[size] is None:
        pytest.skip(f"the size {size} is not here: set DL_DATA_MIRROR")
    return size


@pytest.mark.parametrize("size", chest_xrays.COUNTS)
def test_each_split_has_its_images_and_classes(size: str) -> None:
    needs(size)
    for split, count in chest_xrays.COUNTS[size].items():
        part = data.load("chest_xrays", split, size)
        pixels = chest_xrays.PIXELS[size]
        assert part.images.shape == (count, pixels, pixels)
        assert part.images.dtype == np.uint8
        assert part.labels.dtype == np.int64
        balanced = size == "kermany" and split != "test"
        least, most = (0.5, 0.5) if balanced else (0.6, 0.76)
        assert least <= part.labels.mean() <= most
        assert (part.size, len(part.patients)) == (size, count if size == "kermany" else 0)


@pytest.mark.parametrize("size", ["sample", "pneumoniamnist"])
def test_no_image_is_in_two_parts_or_twice_in_one(size: str) -> None:
    needs(size)
    held_out = data.dataset("chest_xrays").held_out
    assert held_out is not None
    hidden = np.rint(255 * held_out.load().images[:, 0]).astype(np.uint8)
    parts = [chest_xrays.load(split, size).images for split in chest_xrays.SPLITS]
    seen = [image.tobytes() for part in (*parts, hidden) for image in part]
    assert len(set(seen)) == len(seen)


def test_no_patient_of_the_large_x_rays_is_in_training_and_validation() -> None:
    needs("kermany")
    train, val = (set(chest_xrays.load(split, "kermany").patients) for split in ("train", "val"))
    assert train.isdisjoint(val)


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        ("person12_virus_3.jpeg", "person12"),
        ("IM-0386-0001.jpeg", "IM-0386"),
        ("IM-0386-0001-0002.jpeg", "IM-0386"),
        ("NORMAL2-IM-0386-0001.jpeg", "NORMAL2-IM-0386"),
    ],
)
def test_a_file_name_tells_the_patient(name: str, patient: str) -> None:
    assert chest_xrays.patient_of(name) == patient


def test_the_held_out_x_rays_have_labels_and_are_recognised() -> None:
    held_out = data.dataset("chest_xrays").held_out
    assert held_out is not None
    part = held_out.load()
    assert part.images.shape == (len(part.labels), 1, 28, 28)
    assert held_out.labels_bytes() == part.labels.astype(np.uint8).tobytes()
    assert len(held_out.fingerprints()) == len(part.labels)
    assert 0.6 < part.labels.mean() < 0.65


def test_a_split_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"no split 'dev'; it has: train, val, test\."):
        chest_xrays.load("dev", "sample")


def test_the_sample_is_the_beginning_of_pneumoniamnist() -> None:
    needs("pneumoniamnist")
    for split, count in chest_xrays.COUNTS["sample"].items():
        full, sample = (chest_xrays.load(split, size) for size in ("pneumoniamnist", "sample"))
        assert (full.images[:count] == sample.images).all()
        assert (full.labels[:count] == sample.labels).all()
