"""Held-out grey images of 28 by 28 pixels, and how to recognise them in other files."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.grey_images import GreyImages, from_bytes

from . import NUMPY, read

_PIXELS = 28 * 28


class HeldOutImages:
    """Images ``x`` (N, 28, 28) and labels ``y`` (N,), bytes, in a held-out file.

    The fingerprint of an image is the sha256 of its 784 bytes.
    """

    one, many = "an image", "images"

    def __init__(self, file: str, sha256: str) -> None:
        self._file, self._sha256 = file, sha256

    def load(self, folder: Path | None = None) -> GreyImages:
        """Load the images with their labels."""
        return from_bytes(*self.raw(folder), "holdout", "holdout")

    def fingerprints(self) -> frozenset[str]:
        """Return the sha256 of the bytes of each image."""
        return _known(self)

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        """Yield (row, fingerprint) of each image in an array; text holds none."""
        for row, fingerprint in enumerate(_fingerprints_of(content)):
            yield f"row {row}", fingerprint

    def labels_bytes(self) -> bytes:
        """Return the classes of the images."""
        return self.raw()[1].tobytes()

    def raw(self, folder: Path | None = None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images and labels as stored."""
        data = read(folder, self._file, self._sha256)
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return arrays["x"], arrays["y"]


def image_fingerprints(images: NDArray[Any]) -> list[str]:
    """Return the sha256 of each image of 28 by 28 (or 784) in an array of any shape and dtype.

    Numbers in [0, 1] count as bytes divided by 255, others as bytes. An array that cannot hold
    whole images gives an empty list.
    """
    if images.dtype.kind not in "uif" or images.size == 0 or images.size % _PIXELS:
        return []
    if images.dtype.kind == "f":
        scale = 255 if np.nanmax(images) <= 1 else 1
        images = np.rint(np.nan_to_num(images.astype(np.float64)) * scale)
    rows = np.clip(images, 0, 255).astype(np.uint8).reshape(-1, _PIXELS)
    return [hashlib.sha256(row.tobytes()).hexdigest() for row in rows]


@functools.lru_cache(maxsize=1)  # several sets look for their images in the same file
def _fingerprints_of(content: bytes) -> list[str]:
    if not content.startswith(NUMPY):
        return []
    return image_fingerprints(np.load(io.BytesIO(content), allow_pickle=False))


@functools.cache
def _known(held_out: HeldOutImages) -> frozenset[str]:
    return frozenset(image_fingerprints(held_out.raw()[0]))
