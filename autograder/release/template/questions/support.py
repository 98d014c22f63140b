"""What the cases share; students get this file with the public cases."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from checks import rng


def draw_table(label: str, N: int, D: int) -> np.ndarray:
    """Return random numbers of shape (N, D) whose columns differ in mean and deviation."""
    generator = rng(label)
    return generator.normal(3.0, 1.0, size=(N, D)) * generator.uniform(0.5, 4.0, size=D)


def draw_rings(label: str, N: int) -> tuple[Tensor, Tensor]:
    """Return N points of two rings, of shape (N, 2), and which of them are outside, (N,)."""
    generator = rng(label)
    outside = generator.integers(0, 2, size=N)
    radius = 1.0 + outside + generator.normal(0.0, 0.15, size=N)
    angle = generator.uniform(0.0, 2 * np.pi, size=N)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return torch.from_numpy(points).float(), torch.from_numpy(outside).float()
