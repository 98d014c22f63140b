"""The measures of generated images against other ways to compute them, and on made-up sets."""

import numpy as np
import pytest
import scipy.linalg

from checks import pictures

GENERATOR = np.random.default_rng(5)


def test_the_frechet_distance_is_that_of_two_gaussians():
    a = GENERATOR.standard_normal((300, 6)) @ GENERATOR.standard_normal((6, 6))
    b = GENERATOR.standard_normal((200, 6)) @ GENERATOR.standard_normal((6, 6)) + 0.5
    covariances = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(sum(covariances) - 2 * root)
    assert pictures.frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)
    assert pictures.frechet_distance(a, a) == pytest.approx(0, abs=1e-8)


def test_constant_features_have_a_frechet_distance():
    assert pictures.frechet_distance(np.zeros((9, 3)), np.ones((9, 3))) == pytest.approx(3)


def test_precision_and_coverage_of_points_on_a_line():
    real = np.arange(10.0)[:, None]  # with one neighbour, every ball has the radius 1
    generated = np.array([[0.5], [0.6], [30.0], [9.4]])
    precision, coverage = pictures.precision_and_coverage(real, generated, neighbours=1)
    assert precision == 3 / 4
    assert coverage == 3 / 10  # the balls of 0, 1 and 9


def test_precision_of_far_points_is_0():
    real = GENERATOR.standard_normal((50, 4))
    assert pictures.precision_and_coverage(real, real + 100) == (0, 0)


def test_entropy_and_confidence():
    sure = np.eye(4)
    assert pictures.class_entropy(sure) == pytest.approx(1)
    assert pictures.class_entropy(sure[[0, 0, 1, 1]]) == pytest.approx(0.5)
    assert pictures.class_entropy(sure[[2, 2]]) == 0
    assert pictures.confidence(np.array([[0.5, 0.5], [0.9, 0.1]])) == pytest.approx(0.7)


def test_what_is_no_image_is_said() -> None:
    good = np.zeros((pictures.JUDGED, 28, 28), np.float32)
    for change, sentence in (
        ((slice(0, 1), np.nan), "some values are NaN or infinite"),
        ((slice(0, 1), 2.0), "the highest value is 2, but values go from 0 to 1"),
        ((slice(0, 1), -1.0), "the lowest value is -1, but values go from 0 to 1"),
    ):
        bad = good.copy()
        bad[change[0]] = change[1]
        with pytest.raises(AssertionError, match=sentence):
            pictures.as_images(bad)
    with pytest.raises(AssertionError, match="there are 999 images; at least 1000 are required"):
        pictures.as_images(good[:999])
    with pytest.raises(AssertionError, match=r"the shape is \(1000, 28, 27\), not \(N, 28, 28\)"):
        pictures.as_images(good[:, :, :27])


def test_bytes_are_scaled_and_images_are_cut() -> None:
    bytes_ = np.full((pictures.JUDGED + 5, 784), 255, np.uint8)
    found = pictures.as_images(bytes_)
    assert found.shape == (pictures.JUDGED, 1, 28, 28)
    assert found.max() == found.min() == 1
