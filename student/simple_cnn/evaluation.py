"""Provided: what a trained network gets right and wrong, in numbers (part e).

Nothing is to be filled in here. Classes are numbered from 0 to 9; `labels` and `predictions` are
integer arrays of shape `(N,)`.
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


def predict(model: nn.Module, data: Dataset, batch_size: int = 200) -> np.ndarray:
    """Return the class that the model finds most likely for each image of `data`, `(N,)`.

    Args:
        model: maps images `(N, 1, 28, 28)` to log-probabilities `(N, 10)`.
        data: a dataset of (image, label) pairs; the predictions are in its order.
        batch_size: the number of images per forward pass.
    """
    device = next(model.parameters()).device
    predictions = []
    model.eval()
    with torch.no_grad():
        for images, _ in DataLoader(data, batch_size=batch_size):
            predictions.append(model(images.to(device)).argmax(dim=1).cpu())
    return torch.cat(predictions).numpy()


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Count the images of each class (row) by the predicted class (column), `(10, 10)`."""
    matrix = np.zeros((10, 10), dtype=int)
    np.add.at(matrix, (labels, predictions), 1)
    return matrix


def class_accuracies(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Return which fraction of each class is predicted correctly, `(10,)`; NaN without images."""
    counts = np.bincount(labels, minlength=10)
    correct = np.bincount(labels[labels == predictions], minlength=10)
    return np.divide(correct, counts, out=np.full(10, np.nan), where=counts > 0)
