"""The held-out images of the sample of cifar10: the held-out Fashion-MNIST as RGB images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data.cifar10 import SmallImages, clothes

from . import fashion_mnist


class HeldOutClothes:
    """Images of 32 by 32 pixels; each has the fingerprint of its grey original."""

    one, many = "an image", "images"

    def load(self, folder: Path | None = None) -> SmallImages:
        """Load the images with their labels, as RGB images of the sample's size."""
        return clothes(*fashion_mnist.HELD_OUT.raw(folder), "holdout", "holdout")

    def fingerprints(self) -> frozenset[str]:
        """Return the fingerprints of all held-out images of Fashion-MNIST."""
        return fashion_mnist.HELD_OUT.fingerprints()

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        """Yield (row, fingerprint) of each image of 28 by 28 pixels in an array."""
        return fashion_mnist.HELD_OUT.fingerprints_in(content, name)

    def labels_bytes(self) -> bytes:
        """Return the labels of the images."""
        return fashion_mnist.HELD_OUT.labels_bytes()


HELD_OUT = HeldOutClothes()
