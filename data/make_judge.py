"""Train the network that judges generated images of Fashion-MNIST; never shipped to students."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from data import fashion_mnist
from data.holdout.fashion_judge import Network

EPOCHS, BATCH = 10, 128


def trained_entries(images: int = 60_000) -> dict[str, NDArray[np.float16]]:
    """Train on the first training images of the full set; return all parameters by name.

    Each batch is shifted by up to two pixels, and half of it is mirrored.
    """
    torch.manual_seed(7_028)
    split = fashion_mnist.load("train", "full")
    x, y = torch.from_numpy(split.images[:images]), torch.from_numpy(split.labels[:images])
    network = Network()
    optimizer = torch.optim.Adam(network.parameters())
    steps = EPOCHS * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.005, total_steps=steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x))[: len(x) // BATCH * BATCH].split(BATCH):  # type: ignore[no-untyped-call]
            mirrored = torch.rand(BATCH, 1, 1, 1) < 0.5
            batch = torch.where(mirrored, x[rows].flip(3), x[rows])
            batch = batch.roll(torch.randint(-2, 3, (2,)).tolist(), dims=(2, 3))
            loss = functional.cross_entropy(network(batch), y[rows], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return {name: entry.half().numpy() for name, entry in network.state_dict().items()}
