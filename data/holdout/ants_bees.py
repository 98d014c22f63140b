"""The held-out images of the sample of ants_bees: two classes of the held-out Fashion-MNIST."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.ants_bees import PIXELS, ColourImages, enlarged, of_the_classes

from . import fashion_mnist


class HeldOutClothes:
    """Enlarged images; each has the fingerprint of its grey original."""

    one, many = "an image", "images"

    def load(self, folder: Path | None = None) -> ColourImages:
        """Load the images with their labels, enlarged as the sample is."""
        clothes = fashion_mnist.HELD_OUT.load(folder)
        grey = np.rint(255 * clothes.images[:, 0]).astype(np.uint8)
        chosen, labels = of_the_classes(grey, clothes.labels, slice(None))
        return enlarged(chosen, labels, PIXELS["sample"], "holdout", "holdout")

    def fingerprints(self) -> frozenset[str]:
        """Return the fingerprints of all held-out images of Fashion-MNIST."""
        return fashion_mnist.HELD_OUT.fingerprints()

    def fingerprints_in(self, content: bytes, name: str) -> Iterator[tuple[str, str]]:
        """Yield (row, fingerprint) of each image of 28 by 28 pixels in an array."""
        return fashion_mnist.HELD_OUT.fingerprints_in(content, name)

    def labels_bytes(self) -> bytes:
        """Return the labels of the images."""
        return self.load().labels.astype(np.uint8).tobytes()


HELD_OUT = HeldOutClothes()
