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
    # TODO: write the five rows, computed with pencil and paper (about 7 lines)
    raise NotImplementedError("layer_table")


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
        # TODO: create the five components as attributes (5 lines)
        raise NotImplementedError("SimpleCNN")

    def forward(self, images: Float[Tensor, "N 1 28 28"]) -> Float[Tensor, "N 10"]:
        """Compute the log-probability of each class for each image.

        Args:
            images: grey values in [0, 1], of shape `(N, 1, 28, 28)`, float32. N may be 1.

        Returns:
            Natural logarithms of probabilities, of shape `(N, 10)`. Each row depends on its own
            image only.
        """
        # TODO: apply the components to the images in order (about 3 lines)
        raise NotImplementedError("SimpleCNN.forward")


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
    # TODO: count the correct predictions, batch by batch (about 8 lines)
    raise NotImplementedError("mnist_test")


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
    # TODO: prepare the batches, the loss and the optimiser (about 4 lines)
    raise NotImplementedError("mnist_train")
    epoch_losses = []
    model.train()
    for _ in range(num_epochs):
        # TODO: make one step per batch; append the epoch's mean loss (about 9 lines)
        raise NotImplementedError("mnist_train")
    return epoch_losses


class CustomCNN(nn.Module):
    """Map images to log-probabilities with your own architecture (part f, optional).

    Its inputs and outputs have the same shapes as in `SimpleCNN`. The grader trains it with your
    `mnist_train` for 5 epochs with the default settings and lists its accuracy on the leaderboard.
    """

    def __init__(self) -> None:
        super().__init__()
        # TODO: create the components of your own network (any number of lines)
        raise NotImplementedError("CustomCNN")

    def forward(self, images: Float[Tensor, "N 1 28 28"]) -> Float[Tensor, "N 10"]:
        """Compute log-probabilities `(N, 10)` of the classes for images `(N, 1, 28, 28)`."""
        # TODO: apply your components to the images (1 line or more)
        raise NotImplementedError("CustomCNN.forward")
