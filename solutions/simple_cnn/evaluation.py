"""Provided: predictions, confusion matrix and accuracy per class of a trained network (part e).

This file is complete. N images; classes are numbered from 0 to 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def predict(model: nn.Module, data: Dataset, batch_size: int = 200) -> Int[np.ndarray, " N"]:
    """Return the most likely class of each image according to the model, of shape `(N,)`.

    Args:
        model: maps images `(N, 1, 28, 28)` to log-probabilities `(N, 10)`.
        data: a dataset of (image, label) pairs; the predictions have the same order.
        batch_size: the number of images per forward pass.
    """
    device = next(model.parameters()).device
    predictions = []
    model.eval()
    with torch.no_grad():
        for images, _ in DataLoader(data, batch_size=batch_size):
            predictions.append(model(images.to(device)).argmax(dim=1).cpu())
    return torch.cat(predictions).numpy()


def confusion_matrix(
    labels: Int[np.ndarray, " N"], predictions: Int[np.ndarray, " N"]
) -> Int[np.ndarray, "10 10"]:
    """Count the images of each class (row) by the predicted class (column)."""
    matrix = np.zeros((10, 10), dtype=int)
    np.add.at(matrix, (labels, predictions), 1)
    return matrix


def class_accuracies(
    labels: Int[np.ndarray, " N"], predictions: Int[np.ndarray, " N"]
) -> Float[np.ndarray, " 10"]:
    """Return the fraction of correct predictions for each class; NaN for a class without images."""
    counts = np.bincount(labels, minlength=10)
    correct = np.bincount(labels[labels == predictions], minlength=10)
    return np.divide(correct, counts, out=np.full(10, np.nan), where=counts > 0)
