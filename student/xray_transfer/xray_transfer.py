"""Pneumonia in chest X-rays by transfer learning: parts a to c of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py build_model`` checks one of them.

N images, P pixels per side. A grey X-ray becomes a float32 tensor (3, P, P). Its label is 0
(normal) or 1 (pneumonia, the positive class).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from helper import (
    DEVIATION,
    MEAN,
    XRayDataset,
    XRays,
    best_device,
    blocks,
    device_of,
    log,
    pretrained_model,
)
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms

if TYPE_CHECKING:
    from jaxtyping import Float
    from PIL.Image import Image

PIXELS = 64  # P
STRATEGIES = ("head", "partial", "full")
BEST_STRATEGY = "full"  # your choice: the grader trains with this one


def make_transform(training: bool, pixels: int = PIXELS) -> Callable[[Image], Tensor]:
    """Return the steps from an X-ray to an input of the network (part a).

    Scale the image to P by P, make three equal channels, and normalise each channel c as the
    network expects it: (v - MEAN[c]) / DEVIATION[c], where v is a pixel in [0, 1].

    Args:
        training: whether to change the image at random, a little, anew on every call. Otherwise
            the result is the same on every call.
        pixels: P.

    Returns:
        A function from a PIL image (grey or RGB, any size) to a float32 tensor (3, P, P).
    """
    # TODO: list the steps, with random ones for training only (about 10 lines)
    raise NotImplementedError("make_transform")


def split(
    labels: Sequence[int], patients: Sequence[str], val_fraction: float = 0.2, seed: int = 0
) -> tuple[list[int], list[int]]:
    """Split X-rays into a part for training and a part for validation (part a).

    All X-rays of a patient are in one part. Both parts have X-rays of both classes. The result
    depends on the arguments alone, not on random numbers that were drawn before.

    Args:
        labels: N labels, 0 or 1.
        patients: N names, or empty; then every X-ray counts as a patient of its own.
        val_fraction: about this fraction of the X-rays of each class is for validation.
        seed: another seed gives other parts.

    Returns:
        The positions, from 0 to N - 1, of the X-rays for training and of those for validation.
    """
    # TODO: choose patients of each class for validation (about 10 lines)
    raise NotImplementedError("split")


def make_dataloaders(
    train: XRays, val: XRays, test: XRays, pixels: int = PIXELS, batch_size: int = 16
) -> dict[str, DataLoader]:
    """Return the dataloaders "train", "val" and "test" (part a).

    In an epoch, each dataloader gives every image of its part once, also those of a short last
    batch, as pairs (images (B, 3, P, P), labels (B,)). "train" gives them in a new random order, by
    `make_transform(True, pixels)`; the random changes are new in every epoch. "val" and "test" give
    them in their own order, by `make_transform(False, pixels)`.

    Args:
        train: the X-rays for training; `XRayDataset` makes a dataset of them.
        val: those for validation.
        test: those for the test.
        pixels: P.
        batch_size: the number of images in a batch.
    """
    # TODO: make a dataset and a dataloader for each part (about 6 lines)
    raise NotImplementedError("make_dataloaders")


def class_weights(counts: Sequence[int]) -> Float[Tensor, " 2"]:
    """Return a weight for each class that makes both count the same in the loss (part b).

    The weights are inversely proportional to the counts; their scale is your choice.

    Args:
        counts: the number of normal X-rays and of those with pneumonia, in this order.

    Returns:
        The weights of the two classes, in this order.

    Raises:
        ValueError: if there are not two classes, or if one of them has no images.
    """
    if len(counts) != 2 or min(counts) < 1:
        raise ValueError(f"Both classes need images, but their numbers are {list(counts)}.")
    # TODO: weigh each class by the inverse of its count (about 2 lines)
    raise NotImplementedError("class_weights")


def build_model(strategy: str) -> nn.Module:
    """Return the pretrained network with a new last layer, ready for one strategy (part b).

    The network is `pretrained_model()`. A new layer replaces `fc` and starts from random numbers.
    It returns logits without a softmax: two, of normal and pneumonia, or one, of pneumonia. A
    parameter that must not change in training has `requires_grad = False`.

    Args:
        strategy: which parameters learn. "head": those of `fc` only. "partial": `fc` and the last
            ones of `blocks(model)`, at least one and not all; you choose how many. "full": all.

    Returns:
        A network from images (N, 3, P, P) to logits (N, 2) or (N, 1).

    Raises:
        ValueError: if there is no such strategy.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"There is no strategy {strategy!r}; there are: {', '.join(STRATEGIES)}.")
    # TODO: freeze what must not learn, and replace the last layer (about 8 lines)
    raise NotImplementedError("build_model")


def train_model(
    model: nn.Module,
    loaders: Mapping[str, DataLoader],
    weights: Float[Tensor, " 2"],
    num_epochs: int = 10,
    patience: int = 3,
    learning_rate: float = 1e-4,
) -> nn.Module:
    """Train a model with a weighted loss and early stopping; return its best epoch (part b).

    An epoch makes one step for each batch of `loaders["train"]`, in training mode, and then
    evaluates the model on `loaders["val"]`, in evaluation mode and without gradients. The loss of
    an X-ray is its cross-entropy times the weight of its class.

    Only parameters with `requires_grad` learn. A batch normalisation without such a parameter stays
    in evaluation mode, so that its running statistics do not change either.

    Args:
        model: as from `build_model`; it is on its device, `device_of(model)`.
        loaders: "train" and "val", maybe "test"; the test part is not touched here.
        weights: the weights of the two classes.
        num_epochs: train for at most this number of epochs.
        patience: stop after this number of epochs in a row that are not better than the best one.
        learning_rate: the learning rate, or the first of a schedule.

    Returns:
        The model with all parameters and buffers as they were after its best epoch: the one with
        the highest accuracy (or AUC) or the lowest loss on the validation part.
    """
    # TODO: prepare the loss, the optimiser and the search (about 6 lines)
    raise NotImplementedError("train_model")
    for epoch in range(1, num_epochs + 1):
        # TODO: train on all batches; sum the losses (about 15 lines)
        raise NotImplementedError("train_model")
        # TODO: measure loss and accuracy on the validation part (about 13 lines)
        raise NotImplementedError("train_model")
        log(epoch, train_loss, val_loss, val_accuracy)
        # TODO: keep the best epoch, or stop after too many others (about 6 lines)
        raise NotImplementedError("train_model")
    # TODO: put the best epoch into the model and return it (2 lines)
    raise NotImplementedError("train_model")


def predict_proba(model: nn.Module, loader: DataLoader) -> Float[Tensor, " N"]:
    """Return for each image of a dataloader the probability of pneumonia (part b).

    The model predicts in evaluation mode, in which it may stay, and without gradients.

    Args:
        model: returns logits (B, 2) or (B, 1), as your `build_model`.
        loader: gives pairs (images, labels). The labels are not used.

    Returns:
        N probabilities, in the order of the dataloader, on the CPU.
    """
    # TODO: collect the probability of class 1 over all batches (about 7 lines)
    raise NotImplementedError("predict_proba")


def evaluate(model: nn.Module, loader: DataLoader) -> dict[str, Any]:
    """Judge a model on all images of a dataloader (part b).

    A probability above 0.5 means pneumonia. For a point of the ROC, every threshold is possible:
    the true positive rate is the fraction of the X-rays with pneumonia whose probability reaches
    the threshold, the false positive rate that of the normal ones.

    Args:
        model: returns logits.
        loader: gives pairs (images, labels); both classes occur.

    Returns:
        A dict with `accuracy`, the fraction of right predictions; `confusion` (2, 2), the number of
        images of each true class (row) by predicted class (column); `fpr` and `tpr`, both of the
        same length, the points of the ROC from (0, 0) to (1, 1); and `auc`, the area under it. For
        equal probabilities, it counts half.
    """
    # TODO: predict, count, and move the threshold from high to low (about 15 lines)
    raise NotImplementedError("evaluate")


def fit(train: XRays, val: XRays, strategy: str = BEST_STRATEGY) -> nn.Module:
    """Train a network on X-rays by one strategy (parts b and c).

    It calls the functions above: dataloaders, weights from the labels of the training part, model,
    training. The learning rate and the number of epochs may depend on the strategy.

    Args:
        train: the X-rays for training.
        val: those for validation.
        strategy: as in `build_model`.

    Returns:
        The trained model.
    """
    # TODO: call the functions above with the settings of the strategy (about 6 lines)
    raise NotImplementedError("fit")
