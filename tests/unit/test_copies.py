"""Copies of training images are found in many disguises, and new images are not taken for them."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from autograder.examine.copies import Training, share_of_copies
from data import fashion_mnist
from tests.generated import weak

COPIES = (
    weak.copies, weak.mirrored, weak.moved, weak.turned, weak.noisy, weak.softened, weak.blended,
    weak.brightest_of_two,
)  # fmt: skip
LEAST = 0.15  # half as much again as what makes images worth nothing


@functools.cache
def training() -> Training:
    return Training(fashion_mnist.load("train", weak.SIZE).images)


@pytest.mark.parametrize("make", COPIES, ids=lambda make: make.__name__)
def test_a_disguised_copy_is_found(make):
    assert share_of_copies(make(np.random.default_rng(3)), training()) > LEAST


def test_training_images_themselves_are_copies():
    images = weak.training_images(np.random.default_rng(3))
    assert share_of_copies(images, training()) == 1


@pytest.mark.parametrize("change", ["none", "blurred", "mirrored", "moved", "darker"])
def test_unseen_images_are_no_copies(change):
    images = weak.unseen_images()[0]
    changed = {
        "none": images,
        "blurred": gaussian_filter(images, (0, 0, 1, 1)),
        "mirrored": images[..., ::-1],
        "moved": np.roll(images, 1, axis=2),
        "darker": 0.7 * images,
    }
    assert share_of_copies(changed[change], training()) < 0.02


def test_blends_of_unseen_images_are_no_copies():
    images = weak.unseen_images()[0]
    assert share_of_copies((images[:-1] + images[1:]) / 2, training()) < 0.02


@pytest.mark.parametrize("value", [0, 1])
def test_uniform_images_are_no_copies(value):
    assert share_of_copies(np.full((30, 1, 28, 28), value, np.float32), training()) == 0


def test_the_share_of_a_mixed_set():
    generator = np.random.default_rng(5)
    images = np.concatenate([weak.unseen_images()[0][:300], weak.mirrored(generator)[:100]])
    assert share_of_copies(images, training()) == pytest.approx(0.25, abs=0.03)


def test_a_training_image_that_occurs_twice_is_copied_too():
    few = fashion_mnist.load("train", weak.SIZE).images[:60]
    twice = Training(np.concatenate([few, few]))
    assert share_of_copies(few, twice) == 1
