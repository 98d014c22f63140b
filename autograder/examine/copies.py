"""Copies of training images among generated ones, also where they were disguised; never shipped.

A copy may be moved, mirrored, turned, resized, blurred, covered with noise, made darker or
brighter, or blended from two training images. So an image counts as a copy if training images,
changed in such ways, explain it much better than they explain one another: what is left of it is
less than ``FACTOR`` times what is left of its nearest training image when the others explain that
one in the same way (the idea of authenticity, Alaa and others 2022).

What is left is sqrt(1 - R²) of a least-squares fit to the inner pixels of the image, with an
intercept, so a change of brightness or contrast leaves nothing. All images are blurred first, which
removes much more of noise than of clothes.
"""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Floats = NDArray[np.floating[Any]]
Rows = NDArray[np.float32]
Numbers = NDArray[np.intp]

FACTOR = 0.5
BLENDED = 250  # images that are looked at for blends: these take longest
_SIDE, _BLUR = 28, 1.0
_MARGIN = 3  # pixels an image may have been moved; so many are left out at each border
_MOVES = [(down, right) for down in range(2 * _MARGIN + 1) for right in range(2 * _MARGIN + 1)]
_INNER = slice(_MARGIN, _SIDE - _MARGIN)
_FREQUENCIES, _PADDED = 6, 32  # of spectra, which hardly change if an image is moved
_ALIKE = 20  # training images with the most similar spectra, which are then compared
_FITTED = 2  # of these, those that are also turned and resized
_PARTS = (20, 3)  # candidates for one part of a blend: as it is, and moved
_PARTNERS = 4  # candidates for the other part
_DIMENSIONS = 64  # in which they are found
_LEAST = 0.02  # what is left of a training image, at the least: some occur twice
_AT_A_TIME = 250


class Nearest(NamedTuple):
    """The k training images that are most like each of N images, best first.

    ``left`` (N, k) is what is left of the image, ``rows`` (N, k) which training images these are,
    and ``moved`` (N, k, D) the image, moved to where each of them is.
    """

    left: Floats
    rows: Numbers
    moved: Rows


class Training:
    """M training images (M, 1, 28, 28), prepared for comparisons."""

    def __init__(self, images: Floats) -> None:
        self.images = _blurred(images)
        self.spectra = _spectra(self.images)
        self.inner = _scaled(self.images[:, _INNER, _INNER])
        self.both = np.concatenate(  # (2 M, D): and their mirror images
            [self.inner, _scaled(self.images[:, _INNER, _INNER][:, :, ::-1])]
        )
        some = self.both[:: max(1, len(self.both) // 5_000)]
        self.axes: Rows = np.linalg.eigh(some.T @ some)[1][:, -_DIMENSIONS:].astype(np.float32)
        self.in_axes = self.both @ self.axes

    def nearest(self, images: Rows, count: int, without: Numbers | None = None) -> Nearest:
        """Return the training images, except for ``without`` (N,), that are most like images."""
        likeness: list[Floats] = []
        rows: list[Numbers] = []
        moves: list[Numbers] = []
        for version in (images, images[:, :, ::-1]):
            alike = _spectra(version) @ self.spectra.T
            if without is not None:
                alike[np.arange(len(images)), without] = -1
            found = _largest(alike, _ALIKE)
            fits = self.inner[found] @ _moved(version).transpose(0, 2, 1)  # (N, k, moves)
            likeness.append(fits.max(axis=2))
            moves.append(fits.argmax(axis=2) + len(_MOVES) * len(moves))
            rows.append(found)
        fit = np.concatenate(likeness, axis=1)
        order = np.argsort(-fit, axis=1)[:, :count]
        move = np.take_along_axis(np.concatenate(moves, axis=1), order, axis=1)
        versions = np.concatenate([_moved(images), _moved(images[:, :, ::-1])], axis=1)
        return Nearest(
            left=_left(np.take_along_axis(fit, order, axis=1) ** 2),
            rows=np.take_along_axis(np.concatenate(rows, axis=1), order, axis=1),
            moved=np.take_along_axis(versions, move[:, :, None], axis=1),
        )

    def left_by_changes(self, found: Nearest) -> Floats:
        """Return what is left of N images if the nearest ones are also turned, resized, blurred."""
        used, places = np.unique(found.rows[:, :_FITTED], return_inverse=True)
        changes = _changes(self.images[used])[places.reshape(-1, _FITTED)]  # (N, k, D, changes)
        parts = np.einsum("nkd,nkdc->nkc", found.moved[:, :_FITTED], changes, optimize=True)
        left: Floats = _left((parts**2).sum(axis=2)).min(axis=1)
        return left

    def left_by_blends(
        self, images: Rows, found: Nearest, without: Numbers | None = None
    ) -> Floats:
        """Return what is left of N images if two training images are blended."""
        rows, moved = self._parts(images, found, without)
        squares = [
            self._best_partner(self.inner[rows[:, k]], moved[:, k], without)
            for k in range(rows.shape[1])
        ]
        return _left(np.max(squares, axis=0))

    def _parts(self, images: Rows, found: Nearest, without: Numbers | None) -> tuple[Numbers, Rows]:
        """Return candidates for the first part of a blend (N, k), and the moved images."""
        still = _scaled(images[:, _INNER, _INNER])
        alike = (still @ self.axes) @ self.in_axes[: len(self.inner)].T
        if without is not None:
            alike[np.arange(len(images)), without] = -1
        rows = _largest(alike, _PARTS[0])
        same = np.repeat(still[:, None], _PARTS[0], axis=1)
        return (
            np.concatenate([rows, found.rows[:, : _PARTS[1]]], axis=1),
            np.concatenate([same, found.moved[:, : _PARTS[1]]], axis=1),
        )

    def _best_partner(self, first: Rows, images: Rows, without: Numbers | None) -> Floats:
        """Return R² of the best blend of ``first`` (N, D) and any training image."""
        fit = (first * images).sum(axis=1)[:, None]
        second = _gain(
            fit, (images @ self.axes) @ self.in_axes.T, (first @ self.axes) @ self.in_axes.T
        )
        if without is not None:
            for start in (0, len(self.inner)):
                second[np.arange(len(images)), without + start] = 0
        partners = self.both[_largest(second, _PARTNERS)]  # (N, k, D)
        exact = _gain(
            fit,
            (partners @ images[:, :, None])[:, :, 0],
            (partners @ first[:, :, None])[:, :, 0],
        )
        squares: Floats = fit[:, 0] ** 2 + exact.max(axis=1)
        return squares


def share_of_copies(generated: Floats, training: Training) -> float:
    """Return the fraction of generated images (N, 1, 28, 28) that copy a training image."""
    whole, blended = [], []
    chosen = np.zeros(len(generated), bool)  # by the images, so that nobody knows them before
    draw = np.random.default_rng(zlib.crc32(np.ascontiguousarray(generated).tobytes()))
    chosen[draw.permutation(len(generated))[:BLENDED]] = True
    for start in range(0, len(generated), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        found = _copied(_blurred(generated[part]), training, chosen[part])
        whole.append(found[0])
        blended.append(found[1])
    copied = np.concatenate(whole)
    rest = np.concatenate(blended)[~copied[chosen]]
    share = copied.mean() + (1 - copied.mean()) * (rest.mean() if len(rest) else 0)
    return float(share)


def _copied(
    images: Rows, training: Training, chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which images are copies of one training image, and which chosen ones are blends."""
    found = training.nearest(images, max(_FITTED, _PARTS[1]))
    row = found.rows[:, 0]
    models = training.images[row]
    alone = training.nearest(models, max(_FITTED, _PARTS[1]), row)

    def much_less(left: Floats, of_model: Floats) -> NDArray[np.bool_]:
        return left < FACTOR * of_model.clip(min=_LEAST)

    copied = much_less(found.left[:, 0], alone.left[:, 0])
    copied |= much_less(training.left_by_changes(found), training.left_by_changes(alone))
    few, few_alone = (
        Nearest(near.left[chosen], near.rows[chosen], near.moved[chosen]) for near in (found, alone)
    )
    blended = much_less(
        training.left_by_blends(images[chosen], few),
        training.left_by_blends(models[chosen], few_alone, row[chosen]),
    )
    return copied, blended


def _blurred(images: Floats) -> Rows:
    rows = images.reshape(-1, _SIDE, _SIDE).astype(np.float32)
    found: Rows = gaussian_filter(rows, (0, _BLUR, _BLUR))
    return found


def _scaled(images: Rows) -> Rows:
    """Return the pixels of each image with mean 0 and length 1; a uniform one becomes 0."""
    rows = images.reshape(*images.shape[:-2], -1)
    rows = rows - rows.mean(axis=-1, keepdims=True)
    found: Rows = rows / np.linalg.norm(rows, axis=-1, keepdims=True).clip(1e-4)
    return found


def _spectra(images: Rows) -> Rows:
    """Return the square roots of the amplitudes of low frequencies, scaled to length 1."""
    edge = np.sqrt(np.hanning(_SIDE + 2)[1:-1])
    seen = np.fft.rfft2(images * np.outer(edge, edge), s=(_PADDED, _PADDED))
    low = np.r_[0:_FREQUENCIES, 1 - _FREQUENCIES : 0]
    rows = np.sqrt(np.abs(seen[:, low, :_FREQUENCIES])).reshape(len(images), -1)
    rows[:, 0] = 0  # the brightness
    found: Rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-6)).astype(np.float32)
    return found


def _moved(images: Rows) -> Rows:
    """Return the inner pixels of N images at all moves, (N, moves, D), scaled."""
    size = _SIDE - 2 * _MARGIN
    views = [images[:, down : down + size, right : right + size] for down, right in _MOVES]
    return _scaled(np.stack(views, axis=1))


def _changes(images: Rows) -> Rows:
    """Return an orthonormal basis (N, D, 7) of images and their small changes.

    They are moved, turned and resized by fractions of pixels, and blurred (tangent distance, Simard
    and others 1993).
    """
    down, right = _slope(images, 1), _slope(images, 2)
    blur = _slope(down, 1) + _slope(right, 2)
    place = (np.arange(_SIDE, dtype=np.float32) - (_SIDE - 1) / 2) / 10
    y, x = place[:, None], place[None, :]
    parts = (images, down, right, x * down - y * right, y * down, x * right, blur)
    columns = np.stack([part[:, _INNER, _INNER].reshape(len(images), -1) for part in parts], axis=2)
    columns -= columns.mean(axis=1, keepdims=True)
    basis: Rows = np.linalg.qr(columns)[0]
    return basis


def _slope(images: Rows, axis: int) -> Rows:
    found: Rows = np.asarray(np.gradient(images, axis=axis), np.float32)
    return found


def _gain(fit: Floats, of_image: Floats, of_first: Floats) -> Floats:
    """Return by how much R² grows with a second part, where both parts count positively.

    All three are correlations: ``fit`` (N, 1) of the image with the first part, ``of_image`` (N, k)
    of the image with each second part, ``of_first`` (N, k) of the first part with each second one.
    """
    second = (of_image - fit * of_first) / (1 - of_first**2).clip(0.02)
    positive = (second > 0) & (fit > second * of_first)
    return np.where(positive, second * (of_image - fit * of_first), 0)


def _largest(values: Floats, count: int) -> Numbers:
    """Return the columns of the largest values of each row, in no order."""
    count = min(count, values.shape[1])
    return np.argpartition(-values, count - 1, axis=1)[:, :count]


def _left(squares: Floats) -> Floats:
    """Return sqrt(1 - R²)."""
    found: Floats = np.sqrt((1 - squares).clip(min=0))
    return found
