"""Measures of generated images: how close their features are to the features of real ones.

Features (N, F), probabilities (N, C) and images are arrays of finite numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import numbers

Floats = NDArray[np.floating[Any]]
JUDGED = 1_000  # how many images are judged
_ROUNDING = 1e-3  # how far values may be outside 0 to 1


def as_images(handed_in: object, count: int = JUDGED) -> NDArray[np.float32]:
    """Return the first images as (count, 1, 28, 28) from 0 to 1, or fail with one sentence.

    Values may also be bytes from 0 to 255.
    """
    images = numbers(handed_in, "the images")
    found = len(images) if images.ndim else 0
    assert found >= count, f"there are {found} images; at least {count} are required"
    assert images.size == found * 784, f"the shape is {images.shape}, not (N, 28, 28)"
    scale = 255 if images.dtype == np.uint8 else 1
    images = images[:count].astype(np.float32).reshape(-1, 1, 28, 28) / scale
    assert np.isfinite(images).all(), "some values are NaN or infinite"
    low, high = images.min(), images.max()
    assert low >= -_ROUNDING, f"the lowest value is {low:.3g}, but values go from 0 to 1"
    assert high <= 1 + _ROUNDING, f"the highest value is {high:.3g}, but values go from 0 to 1"
    return images.clip(0, 1)


def frechet_distance(real: Floats, generated: Floats) -> float:
    """Return the squared Fréchet distance of two sets of features, each taken as a Gaussian.

    It is 0 for equal means and covariances: |m - m'|² + trace(S + S' - 2 (S S')^½), equations 6 of
    Heusel and others (2017), "GANs trained by a two time-scale update rule".
    """
    means = [features.mean(axis=0) for features in (real, generated)]
    real_covariance, covariance = (np.cov(f, rowvar=False) for f in (real, generated))
    values, vectors = np.linalg.eigh(real_covariance)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    # S S' and S^½ S' S^½ have the same eigenvalues, and the second one is symmetric
    shared = np.sqrt(np.linalg.eigvalsh(root @ covariance @ root).clip(min=0)).sum()
    traces = np.trace(real_covariance) + np.trace(covariance)
    return float(((means[0] - means[1]) ** 2).sum() + traces - 2 * shared)


def precision_and_coverage(
    real: Floats, generated: Floats, neighbours: int = 5
) -> tuple[float, float]:
    """Return how many generated images look real, and how many real ones are covered.

    Each real image has a ball that reaches to its k-th nearest real neighbour. Precision is the
    fraction of generated images in at least one ball (Kynkäänniemi and others 2019), coverage the
    fraction of balls with at least one generated image (Naeem and others 2020).
    """
    radii = np.sort(distances(real, real), axis=1)[:, neighbours]
    inside = distances(generated, real) <= radii
    return float(inside.any(axis=1).mean()), float(inside.any(axis=0).mean())


def spread(real: Floats, generated: Floats) -> float:
    """Return how far a generated image is from the nearest other one, relative to real images.

    It is the ratio of two medians: near 0 if the images repeat a few ones, 1 if they differ as much
    as real ones do.
    """
    medians = []
    for features in (generated, real):
        gaps = distances(features, features)
        np.fill_diagonal(gaps, np.inf)
        medians.append(float(np.median(gaps.min(axis=1))))
    return medians[0] / medians[1]


def class_entropy(probabilities: Floats) -> float:
    """Return how evenly the most likely classes are spread: 1 if all C occur equally often.

    It is the entropy of their frequencies, divided by log C.
    """
    classes = probabilities.shape[1]
    shares = np.bincount(probabilities.argmax(axis=1), minlength=classes) / len(probabilities)
    found = shares[shares > 0]
    return float(-(found * np.log(found)).sum() / np.log(classes))


def confidence(probabilities: Floats) -> float:
    """Return the mean probability of the most likely class."""
    return float(probabilities.max(axis=1).mean())


def distances(a: Floats, b: Floats) -> Floats:
    """Return the Euclidean distances (N, M) of the rows of ``a`` (N, F) and ``b`` (M, F)."""
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    found: Floats = np.sqrt(squares.clip(min=0))
    return found
