"""Classify clothes with a small convolutional network: parts a to f of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py SimpleCNN`` checks one of them.

Axes: N images in a batch, C channels, H height, W width. An image is float32 of shape
(1, 28, 28) with values from 0 (black) to 1 (white); a label is an int64 from 0 to 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

if TYPE_CHECKING:
    from jaxtyping import Float


def layer_table() -> list[tuple[str, tuple[int, ...], tuple[int, ...], int]]:
    """List the components of `SimpleCNN` with their shapes and parameter counts (part a).

    All shapes are for a single image, without the batch axis: `(C, H, W)` for a volume and
    `(features,)` for a row of numbers. The input of the first component is `(1, 28, 28)`, and the
    linear layer reads one long row.

    Returns:
        One row `(name, input shape, output shape, number of parameters)` for each of the five
        components, in the order of the network. Every weight and every bias is a parameter.
    """
    # BEGIN SOLUTION: write the five rows, computed with pencil and paper (about 7 lines)
    return [
        ("convolution", (1, 28, 28), (32, 28, 28), 32 * (3 * 3 * 1 + 1)),
        ("logistic function", (32, 28, 28), (32, 28, 28), 0),
        ("max-pooling", (32, 28, 28), (32, 14, 14), 0),
        ("linear layer", (32 * 14 * 14,), (10,), 10 * (32 * 14 * 14 + 1)),
        ("log-softmax", (10,), (10,), 0),
    ]
    # END SOLUTION


class SimpleCNN(nn.Module):
    """Map images to log-probabilities with one convolution and one linear layer (part b).

    The five components, in this order:

    1. a convolution with 3 x 3 kernels and bias, 1 input channel, 32 output channels, stride 1
       and a border of one zero on each side;
    2. the logistic function, `s(z) = 1 / (1 + exp(-z))`, element by element;
    3. max-pooling over 2 x 2 windows with stride 2;
    4. a linear layer with bias from all pooled numbers of an image to 10 logits;
    5. log-softmax, `log p_k = z_k - log(sum_j exp(z_j))`, over the 10 logits of each image.

    `torch.nn` has a class for each of them. Keep the initial weights that `torch.nn` draws.
    """

    def __init__(self) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the five components as attributes (5 lines)
        self.convolution = nn.Conv2d(1, 32, kernel_size=3, stride=1, padding=1)
        self.logistic = nn.Sigmoid()
        self.pooling = nn.MaxPool2d(kernel_size=2, stride=2)
        self.linear = nn.Linear(32 * 14 * 14, 10)
        self.log_softmax = nn.LogSoftmax(dim=1)
        # END SOLUTION

    def forward(self, images: Float[Tensor, "N 1 28 28"]) -> Float[Tensor, "N 10"]:
        """Compute the log-probability of each class for each image.

        Args:
            images: grey values in [0, 1], of shape `(N, 1, 28, 28)`, float32. N may be 1.

        Returns:
            Natural logarithms of probabilities, of shape `(N, 10)`. Each row depends on its own
            image only.
        """
        # BEGIN SOLUTION: apply the components to the images in order (about 3 lines)
        volume = self.pooling(self.logistic(self.convolution(images)))  # (N, 32, 14, 14)
        logits = self.linear(volume.flatten(start_dim=1))  # (N, 10)
        return self.log_softmax(logits)
        # END SOLUTION


def mnist_test(model: nn.Module, data: Dataset, batch_size: int = 100) -> float:
    """Return the fraction of the images that a model classifies correctly (part c).

    The prediction for an image is the class with the largest log-probability. During the test,
    the model is in evaluation mode and no gradients are recorded. The test changes no parameter.
    The model may stay in evaluation mode.

    Args:
        model: maps images `(N, 1, 28, 28)` to log-probabilities `(N, 10)`. Its parameters may
            be on another device than the data; move each batch to that device.
        data: a dataset of (image, label) pairs.
        batch_size: the number of images per forward pass; the last batch may have fewer.

    Returns:
        The accuracy over all images of `data`, a fraction from 0 to 1 (not a percentage).
    """
    # BEGIN SOLUTION: count the correct predictions, batch by batch (about 8 lines)
    device = next(model.parameters()).device
    correct = 0
    model.eval()
    with torch.no_grad():
        for images, labels in DataLoader(data, batch_size=batch_size):
            predictions = model(images.to(device)).argmax(dim=1)  # (N,)
            correct += (predictions == labels.to(device)).sum().item()
    return correct / len(data)
    # END SOLUTION


def mnist_train(
    model: nn.Module,
    data: Dataset,
    num_epochs: int = 5,
    learning_rate: float = 0.001,
    batch_size: int = 100,
) -> list[float]:
    """Train a model in place by minimising its negative log-likelihood with Adam (part d).

    Each epoch uses every image exactly once, in batches drawn in a new random order. Each batch
    makes one step of `torch.optim.Adam` on the mean of `-log p(label)` over its images
    (`torch.nn.NLLLoss`). One optimiser, with its running averages, serves the whole training.

    Args:
        model: maps images `(N, 1, 28, 28)` to log-probabilities `(N, 10)`. Its parameters may
            be on another device than the data; move each batch to that device.
        data: a dataset of (image, label) pairs.
        num_epochs: the number of passes over `data`.
        learning_rate: Adam's step size; its other settings keep their defaults.
        batch_size: the number of images per step; the last batch of an epoch may have fewer.

    Returns:
        The mean loss per image of each epoch, for your learning curve. It is not graded.
    """
    # BEGIN SOLUTION: prepare the batches, the loss and the optimiser (about 4 lines)
    device = next(model.parameters()).device
    loader = DataLoader(data, batch_size=batch_size, shuffle=True)
    negative_log_likelihood = nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    # END SOLUTION
    epoch_losses = []
    model.train()
    for _ in range(num_epochs):
        # BEGIN SOLUTION: make one step per batch; append the epoch's mean loss (about 9 lines)
        loss_sum = 0.0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = negative_log_likelihood(model(images), labels)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
        epoch_losses.append(loss_sum / len(data))
        # END SOLUTION
    return epoch_losses


class CustomCNN(nn.Module):
    """Map images to log-probabilities with your own architecture (part f, optional).

    Its inputs and outputs have the same shapes as in `SimpleCNN`. The grader trains it with your
    `mnist_train` for 5 epochs with the default settings and lists its accuracy on the leaderboard.
    """

    def __init__(self) -> None:
        super().__init__()
        # BEGIN SOLUTION: create the components of your own network (any number of lines)
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 32, 14, 14)
            nn.Conv2d(32, 32, kernel_size=3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 32, 7, 7)
            nn.Flatten(),
            nn.Dropout(0.25),
            nn.Linear(32 * 7 * 7, 10),
            nn.LogSoftmax(dim=1),
        )
        # END SOLUTION

    def forward(self, images: Float[Tensor, "N 1 28 28"]) -> Float[Tensor, "N 10"]:
        """Compute log-probabilities `(N, 10)` of the classes for images `(N, 1, 28, 28)`."""
        # BEGIN SOLUTION: apply your components to the images (1 line or more)
        return self.layers(images)
        # END SOLUTION
