"""Grey images of 28 by 28 pixels with their labels: Fashion-MNIST and MNIST digits load these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch.utils.data import TensorDataset


@dataclass(frozen=True, eq=False)
class GreyImages:
    """One split: ``images`` (N, 1, 28, 28) float32 in [0, 1], ``labels`` (N,) int64."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    size: str
    source: str

    def as_dataset(self) -> TensorDataset:
        """Return the split as a torch ``TensorDataset`` of (image, label) pairs."""
        import torch
        from torch.utils.data import TensorDataset

        return TensorDataset(torch.from_numpy(self.images), torch.from_numpy(self.labels))


def from_bytes(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], size: str, source: object
) -> GreyImages:
    """Convert stored images (N, 28, 28) and labels (N,) of bytes."""
    floats = images[:, np.newaxis].astype(np.float32) / np.float32(255)
    return GreyImages(floats, labels.astype(np.int64), size, str(source))
