"""A network that classifies images of Fashion-MNIST; only the grader has it.

The grader judges generated images with it: by its features, by its classes and by how sure it is.
``python -m data make fashion_judge`` trains it anew.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from . import read

SHA256 = "4e0f970dd17eefa4a624e6e655aed514e4701d558084c842a26cc0d96a027594"
FEATURES = 48
_BATCH = 500


class Judged(NamedTuple):
    """What the network finds in N images: ``features`` (N, 48), ``probabilities`` (N, 10)."""

    features: NDArray[np.float64]
    probabilities: NDArray[np.float64]


class Network(nn.Module):
    """Three convolutions and two linear layers; 28,410 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(channels, outputs, 3, padding=1)
            for channels, outputs in ((1, 16), (16, 32), (32, 32))
        )
        self.hidden = nn.Linear(288, FEATURES)
        self.output = nn.Linear(FEATURES, 10)

    def features(self, images: Tensor) -> Tensor:
        """Map images (N, 1, 28, 28) in [0, 1] to features (N, 48)."""
        for convolution in self.convolutions:
            images = functional.max_pool2d(convolution(images).relu(), 2)
        found: Tensor = self.hidden(images.flatten(1)).relu()
        return found

    def forward(self, images: Tensor) -> Tensor:
        """Map images (N, 1, 28, 28) in [0, 1] to logits (N, 10)."""
        logits: Tensor = self.output(functional.dropout(self.features(images), 0.3, self.training))
        return logits


def load(folder: Path | None = None) -> Network:
    """Return the trained network in evaluation mode."""
    data = read(folder, "fashion_judge.npz", SHA256)
    network = Network()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        entries = {n: torch.from_numpy(a.astype(np.float32)) for n, a in arrays.items()}
    network.load_state_dict(entries)
    return network.eval()


def judged(network: Network, images: NDArray[np.float32]) -> Judged:
    """Return features and probabilities of images (N, 1, 28, 28) in [0, 1]."""
    features, probabilities = [], []
    with torch.no_grad():
        for start in range(0, len(images), _BATCH):
            found = network.features(torch.from_numpy(images[start : start + _BATCH]))
            features.append(found.double())
            probabilities.append(network.output(found).double().softmax(dim=1))
    return Judged(torch.cat(features).numpy(), torch.cat(probabilities).numpy())
