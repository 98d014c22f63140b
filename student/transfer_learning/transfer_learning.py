"""Transfer learning: fine-tune a pretrained network, or train only its last layer (parts a to e).

Check your work in the folder above with: `python check.py`

N images in a batch, C classes, P pixels per side. An image is a float32 tensor (3, P, P), already
normalised; a label is an int64 from 0 to C - 1. The networks return logits (N, C).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import torch
from helper import log, pretrained_model, to_picture
from torch import Tensor, nn
from torch.utils.data import DataLoader

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUM_EPOCHS = 5  # of finetune and freeze


def train_model(
    device: torch.device | str,
    dataloaders: Mapping[str, DataLoader],
    dataset_sizes: Mapping[str, int],
    model: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    num_epochs: int = 25,
) -> nn.Module:
    """Train a model and return it with the weights of its best epoch (part a).

    Every epoch has two phases. "train" makes one step of the optimiser for each batch, in training
    mode. "val" only evaluates: in evaluation mode, without gradients, without steps. The best epoch
    is the one with the highest validation accuracy. With `num_epochs=0` there is only one phase
    "val": the model is evaluated and returned as it is.

    For each phase, compute two numbers over all of its images, each with the same weight, also if
    the last batch is shorter: `epoch_loss`, the mean loss per image, and `epoch_accuracy`, the
    fraction of correct predictions. In training, use the logits that each batch had before its
    step; do not run the training images through the model a second time.

    Args:
        device: the model is on this device; move each batch to it.
        dataloaders: "train" and "val", each gives pairs (images (N, 3, P, P), labels (N,)).
        dataset_sizes: the number of images of "train" and of "val".
        model: maps images to logits (N, C).
        criterion: maps logits and labels to the mean loss of the batch, a scalar.
        optimizer: holds the parameters to train.
        scheduler: changes the learning rate. It is called once after each training phase; the call
            is given.
        num_epochs: the number of epochs.

    Returns:
        The model with all entries of its `state_dict` (parameters and buffers, such as the running
        statistics of batch normalisation) as they were after the best epoch. If several epochs are
        best, any of them.

    Raises:
        ValueError: if the number of epochs is negative, or if a phase is missing or has no images.
    """
    phases = ("train", "val") if num_epochs > 0 else ("val",)
    if num_epochs < 0:
        raise ValueError(f"num_epochs is {num_epochs}, but it cannot be negative.")
    for phase in phases:
        if phase not in dataloaders or dataset_sizes.get(phase, 0) < 1:
            raise ValueError(f"There are no images for the phase {phase!r}.")
    # TODO: prepare the search for the best epoch (about 2 lines)
    raise NotImplementedError("train_model")
    for epoch in range(1, num_epochs + 1) if num_epochs > 0 else (0,):
        for phase in phases:
            # TODO: run all batches of this phase; sum losses and hits (about 17 lines)
            raise NotImplementedError("train_model")
            log(epoch, phase, epoch_loss, epoch_accuracy)
            if phase == "train":
                scheduler.step()
        # TODO: keep the weights if this epoch is the best so far (about 3 lines)
        raise NotImplementedError("train_model")
    # TODO: put the best weights into the model and return it (2 lines)
    raise NotImplementedError("train_model")


def visualize_model(
    device: torch.device | str,
    dataloaders: Mapping[str, DataLoader],
    model: nn.Module,
    class_names: Sequence[str],
    num_images: int = 6,
) -> Figure:
    """Draw the first validation images with the classes that a model predicts for them (part b).

    The model predicts in evaluation mode, in which it may stay, and without gradients. `to_picture`
    makes an image ready for `axes.imshow`. The title of each picture contains the name of the
    predicted class; if you also write the true class, write it after the predicted one. Axes
    without a picture are allowed.

    Args:
        device: the model is on this device.
        dataloaders: draw the first `num_images` images that "val" gives.
        model: maps images to logits (N, C).
        class_names: the names of the C classes.
        num_images: the number of pictures, which may need several batches. If there are fewer
            validation images, draw them all.

    Returns:
        The figure, one picture per axes.
    """
    # TODO: predict the class of each image and draw it (about 16 lines)
    raise NotImplementedError("visualize_model")


def finetune(
    device: torch.device | str,
    dataloaders: Mapping[str, DataLoader],
    dataset_sizes: Mapping[str, int],
    class_names: Sequence[str],
) -> nn.Module:
    """Train all layers of a pretrained network on new classes (part c).

    The network is `pretrained_model()`. Its last layer `fc`, an `nn.Linear`, is replaced by a new
    one with one output per class, which starts from random weights. All other layers start from
    their pretrained weights. Then `train_model` trains the whole network for `NUM_EPOCHS` epochs.

    Args:
        device: move the network to this device.
        dataloaders: "train" and "val", passed on to `train_model`.
        dataset_sizes: the number of images of each.
        class_names: the names of the C classes.

    Returns:
        What `train_model` returns: the network with the weights of its best epoch.
    """
    # TODO: build the network, its loss, optimiser and scheduler; train (about 8 lines)
    raise NotImplementedError("finetune")


def freeze(
    device: torch.device | str,
    dataloaders: Mapping[str, DataLoader],
    dataset_sizes: Mapping[str, int],
    class_names: Sequence[str],
) -> nn.Module:
    """Train only the new last layer of a pretrained network (part d).

    As `finetune`, but training changes the parameters of the new layer `fc` only. All other
    parameters keep their pretrained values, bit for bit. Buffers may change.

    Args:
        device: move the network to this device.
        dataloaders: "train" and "val", passed on to `train_model`.
        dataset_sizes: the number of images of each.
        class_names: the names of the C classes.

    Returns:
        What `train_model` returns: the network with the weights of its best epoch.
    """
    # TODO: as in finetune, but freeze all layers except the new one (about 10 lines)
    raise NotImplementedError("freeze")
