"""How good generated images of Fashion-MNIST are; hidden cases use it, and it is never shipped.

Generated images are compared with real ones that only the grader has, in the features of a network
that only the grader has, and pixel by pixel. A network alone can be deceived by noise that people
see at once; pixels alone say little about what an image shows.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checks import pictures
from data import dataset, fashion_mnist
from data.holdout import fashion_judge

COUNT = 1_000  # how many images are judged


@dataclass(frozen=True)
class Quality:
    """The measures of N generated images; ``classes`` (N,) is what each of them shows."""

    frechet_distance: float
    precision: float
    coverage: float
    pixel_precision: float
    class_entropy: float
    confidence: float
    share_of_copies: float
    classes: NDArray[np.int64]


def quality(images: NDArray[np.float32]) -> Quality:
    """Measure generated images (N, 1, 28, 28) with values from 0 to 1."""
    network, real, in_real = _reference()
    found = fashion_judge.judged(network, images)
    precision, coverage = pictures.precision_and_coverage(in_real.features, found.features)
    real_pixels, pixels = (array.reshape(len(array), -1) for array in (real, images))
    return Quality(
        frechet_distance=pictures.frechet_distance(in_real.features, found.features),
        precision=precision,
        coverage=coverage,
        pixel_precision=pictures.precision_and_coverage(real_pixels, pixels)[0],
        class_entropy=pictures.class_entropy(found.probabilities),
        confidence=pictures.confidence(found.probabilities),
        share_of_copies=pictures.share_of_copies(images, _training_images()),
        classes=found.probabilities.argmax(axis=1),
    )


@functools.cache
def _reference() -> tuple[fashion_judge.Network, NDArray[np.float32], fashion_judge.Judged]:
    """Return the network, the real images, and what the network finds in them."""
    held_out = dataset("fashion_mnist").held_out
    assert held_out is not None  # the grader has it
    network, real = fashion_judge.load(), held_out.load().images
    return network, real, fashion_judge.judged(network, real)


@functools.cache
def _training_images() -> NDArray[np.float32]:
    """Return the training images of the largest size on this machine."""
    return fashion_mnist.load("train").images
