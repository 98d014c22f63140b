"""Fine-tune a network that was trained on ImageNet, and extend the program (parts a to d, 1 to 8).

Check your work in the folder above with: `python check.py`

N images in a batch, P pixels per side, F features, C classes. An image is a float32 tensor
(3, P, P), already normalised; a label is an int64 from 0 to C - 1. The network returns logits
(N, C). A dict `dataloaders` has the dataloaders "train", "val" and "test"; each gives pairs
(images (N, 3, P, P), labels (N,)).
"""

from __future__ import annotations

import base64
import copy
import html
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from helper import DEVIATION, MEAN, PIXELS, plain_transform, pretrained_backbone, to_picture
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision import datasets, transforms

if TYPE_CHECKING:
    from jaxtyping import Float, Int

HIDDEN = 32  # units of the hidden layer
NUM_EPOCHS = 5
LEARNING_RATE = 0.0005


# The base: parts a to d


def new_head(in_features: int, num_classes: int = 10) -> nn.Module:
    """Return the new layers: a hidden layer with `HIDDEN` units and an output layer (part a).

    Args:
        in_features: F, the number of features that the backbone returns.
        num_classes: C, the number of outputs.

    Returns:
        A module that maps features (N, F) to logits (N, C). It has two linear layers with biases;
        you choose what is between them (nothing, an activation function, dropout). Nothing follows
        the second one.
    """
    # BEGIN SOLUTION: build the two layers (about 3 lines)
    return nn.Sequential(nn.Linear(in_features, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, num_classes))
    # END SOLUTION


class FineTunedNet(nn.Module):
    """A pretrained network up to its pooling, followed by new layers (part a).

    Attributes:
        backbone: what `pretrained_backbone()` returns; it maps images to features (N, F).
        head: the new layers; they map features to logits (N, C). All parameters of the network
            that are not in `backbone` are here.
    """

    def __init__(
        self, num_classes: int = 10, make_head: Callable[[int, int], nn.Module] = new_head
    ) -> None:
        """Build the network. Training by `train` must not change the backbone.

        Args:
            num_classes: C, the number of outputs.
            make_head: makes the new layers, called as `make_head(in_features, num_classes)`.
        """
        super().__init__()
        # BEGIN SOLUTION: build backbone and head; freeze the backbone if you like (about 3 lines)
        self.backbone = pretrained_backbone()
        self.backbone.requires_grad_(False)
        self.head = make_head(self.backbone.num_features, num_classes)
        # END SOLUTION

    def forward(self, images: Float[Tensor, "N 3 P P"]) -> Float[Tensor, "N C"]:
        """Compute the logits of the classes for `images`."""
        # BEGIN SOLUTION: features, then logits (1 line)
        return self.head(self.backbone(images))
        # END SOLUTION


def train(
    model: nn.Module,
    dataloaders: Mapping[str, DataLoader],
    device: torch.device | str,
    num_epochs: int = NUM_EPOCHS,
) -> list[float]:
    """Train the new layers with the training images (part b).

    For each batch, make one step with the gradient of the mean cross-entropy of this batch alone.
    The new layers are in training mode. No parameter of the backbone changes. You choose the
    optimiser and the learning rate.

    Args:
        model: a network with `backbone` and `head`, on the device.
        dataloaders: use "train" only.
        device: move each batch to it.
        num_epochs: how often each training image is used.

    Returns:
        For each epoch, the mean loss per image, from the logits before each step. Every image has
        the same weight, also if the last batch is shorter.
    """
    # BEGIN SOLUTION: an optimiser for the head; epochs, batches, steps (about 16 lines)
    optimizer = torch.optim.SGD(model.head.parameters(), lr=LEARNING_RATE, momentum=0.9)
    losses = []
    for _ in range(num_epochs):
        model.train()
        loss_sum, count = 0.0, 0
        for images, labels in dataloaders["train"]:
            images, labels = images.to(device), labels.to(device)
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
            count += len(labels)
        losses.append(loss_sum / count)
    return losses
    # END SOLUTION


def evaluate(
    model: nn.Module, dataloader: DataLoader, device: torch.device | str
) -> tuple[float, float]:
    """Return the mean cross-entropy per image, and the fraction of correct predictions (part c).

    The network is in evaluation mode, no gradients are recorded and nothing of it changes. Every
    image has the same weight.

    Args:
        model: maps images to logits (N, C); on the device.
        dataloader: gives pairs of images and labels.
        device: move each batch to it.
    """
    # BEGIN SOLUTION: sum the losses and count the hits of all batches (about 10 lines)
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in dataloader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            loss_sum += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
            correct += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return loss_sum / count, correct / count
    # END SOLUTION


# Extensions 1 to 8: your assignment says how many to write


def write_html(
    model: nn.Module,
    dataloader: DataLoader,
    class_names: Sequence[str],
    path: str | Path,
    device: torch.device | str,
) -> None:
    """Write an HTML table with every image and its probabilities (extension 1).

    Each image of the dataloader has one row (`<tr>`). The row contains the picture (`<img>`), in
    its own colours and without margins, in any size; and either the probabilities of all classes
    or the name of the most probable class with its probability. A probability is a number from 0
    to 1, or a percentage with the sign %, with an error of at most 0.006. The network is in
    evaluation mode.

    Args:
        model: maps images to logits (N, C); on the device.
        dataloader: gives pairs of images and labels.
        class_names: the names of the C classes.
        path: the HTML file. If pictures are files, write them into the same folder or below it and
            name them relative to it. They may also be part of the HTML file (base64).
        device: the device of the model.
    """
    # BEGIN SOLUTION: one row for each image: picture and probabilities (about 20 lines)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in class_names)
    rows = [f"<tr><th>image</th>{head}</tr>"]
    model.eval()
    with torch.no_grad():
        for images, _ in dataloader:
            chances = model(images.to(device)).softmax(dim=1).tolist()
            for image, row in zip(images, chances, strict=True):
                stream = io.BytesIO()
                pixels = np.rint(255 * to_picture(image)).astype(np.uint8)
                Image.fromarray(pixels).save(stream, "PNG")
                code = base64.b64encode(stream.getvalue()).decode()
                cells = [f'<img src="data:image/png;base64,{code}">']
                cells += [f"<b>{p:.3f}</b>" if p == max(row) else f"{p:.3f}" for p in row]
                rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    table = "<table>\n" + "\n".join(rows) + "\n</table>"
    start = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>'
    page = f"{start}\n{table}\n</body></html>\n"
    Path(path).write_text(page, encoding="utf-8")
    # END SOLUTION


def train_best(
    model: nn.Module,
    dataloaders: Mapping[str, DataLoader],
    device: torch.device | str,
    num_epochs: int,
    path: str | Path,
) -> nn.Module:
    """Train the new layers, and keep the weights of the best validation (extension 2).

    Train as in `train`. After each epoch, evaluate the network with the validation images. The
    best epoch has the highest validation accuracy, or the lowest validation loss: you choose. The
    state before the first epoch does not take part.

    Args:
        model: a network with `backbone` and `head`, on the device.
        dataloaders: train with "train", validate with "val", do not use "test".
        device: move each batch to it.
        num_epochs: the number of epochs.
        path: save the `state_dict` of the best epoch here, with `torch.save`.

    Returns:
        The network, the given one or a copy, with the weights of the best epoch.
    """
    # BEGIN SOLUTION: train epoch by epoch; keep and save the best state (about 10 lines)
    best_accuracy, best_state = -1.0, copy.deepcopy(model.state_dict())
    for _ in range(num_epochs):
        train(model, dataloaders, device, 1)
        accuracy = evaluate(model, dataloaders["val"], device)[1]
        if accuracy > best_accuracy:
            best_accuracy = accuracy
            best_state = copy.deepcopy(model.state_dict())
            torch.save(best_state, path)
    model.load_state_dict(best_state)
    return model
    # END SOLUTION


def train_l2(
    model: nn.Module,
    dataloaders: Mapping[str, DataLoader],
    device: torch.device | str,
    num_epochs: int = NUM_EPOCHS,
    strength: float = 0.01,
    learning_rate: float = LEARNING_RATE,
) -> None:
    """Train the new layers with an L2 penalty on their weights (extension 3).

    The loss of a batch is its mean cross-entropy plus strength / 2 * (sum of the squares of all
    weights of the new layers). So the penalty adds strength * w to the gradient of each weight w.
    It does not concern the biases and the backbone. Use SGD, with or without momentum, but not
    Nesterov's: the first step is -learning_rate times the gradient.

    Args:
        model: a network with `backbone` and `head`, on the device. The tensors of the head with
            two or more axes are weights, those with one axis are biases.
        dataloaders: use "train" only.
        device: move each batch to it.
        num_epochs: how often each training image is used.
        strength: the factor of the penalty, at least 0.
        learning_rate: the learning rate of SGD.
    """
    # BEGIN SOLUTION: two groups of parameters or a longer loss; train as before (about 13 lines)
    parameters = list(model.head.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": strength},
        {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.SGD(groups, lr=learning_rate, momentum=0.9)
    for _ in range(num_epochs):
        model.train()
        for images, labels in dataloaders["train"]:
            loss = nn.functional.cross_entropy(model(images.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    # END SOLUTION


def mnist_set(root: str | Path, train: bool) -> Dataset:
    """Return a set of torchvision.datasets whose items the network can use (extension 4).

    It is MNIST, whose pictures are grey and have 28 by 28 pixels. Nothing is downloaded:
    `helper.write_mnist(root)` writes the files.

    Args:
        root: the folder that torchvision.datasets.MNIST gets.
        train: whether the set has the training images or the test images.

    Returns:
        A dataset with items (image (3, PIXELS, PIXELS), label), where the image is normalised as
        by `plain_transform` and its three colours are those of a grey picture.
    """
    # BEGIN SOLUTION: a transformation for grey pictures; the set (about 2 lines)
    transform = transforms.Compose([transforms.Grayscale(3), plain_transform(PIXELS)])
    return datasets.MNIST(str(root), train=train, transform=transform)
    # END SOLUTION


class FolderDataset(Dataset):
    """The pictures in a folder, `<class>/<file>`, as a dataset of your own (extension 4).

    A file is a picture if its name ends with .png or .jpg; other files do not count. The names of
    the class folders, sorted, are the classes; the label of a picture is the position of its class.

    Attributes:
        classes: the list of the class names.
    """

    def __init__(
        self, folder: str | Path, transform: Callable[[Image.Image], Any] | None = None
    ) -> None:
        """Find the pictures and their labels.

        Args:
            folder: holds a folder for each class.
            transform: is applied to a picture each time it is asked for.
        """
        # BEGIN SOLUTION: classes, and a list of paths and labels (about 8 lines)
        self.classes = sorted(path.name for path in Path(folder).iterdir() if path.is_dir())
        self.transform = transform
        self.samples = [
            (path, label)
            for label, name in enumerate(self.classes)
            for path in sorted((Path(folder) / name).iterdir())
            if path.suffix in (".png", ".jpg")
        ]
        # END SOLUTION

    def __len__(self) -> int:
        """Return the number of pictures."""
        # BEGIN SOLUTION: the number of pictures (1 line)
        return len(self.samples)
        # END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return the picture at `index` and its label.

        The picture is an RGB image of PIL, also if the file is grey or has transparency, or what
        the transformation makes of this image.
        """
        # BEGIN SOLUTION: open, convert, transform (about 5 lines)
        path, label = self.samples[index]
        with Image.open(path) as file:
            picture = file.convert("RGB")
        if self.transform is not None:
            return self.transform(picture), label
        return picture, label
        # END SOLUTION


def other_head(in_features: int, num_classes: int = 10) -> nn.Module:
    """Return new layers with another structure than those of `new_head` (extension 5).

    Args:
        in_features: F, the number of features that the backbone returns.
        num_classes: C, the number of outputs.

    Returns:
        A module that maps features (N, F) to logits (N, C). It has at least one hidden layer, and
        another number of layers or of hidden units than `new_head`; with nonlinear functions
        between the layers, and none after the last one. Dropout and normalisation are allowed.
    """
    # BEGIN SOLUTION: build other layers (about 8 lines)
    return nn.Sequential(
        nn.Linear(in_features, 128),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, num_classes),
    )
    # END SOLUTION


def gaussian_blur(image: Float[Tensor, "3 P Q"], sigma: float) -> Float[Tensor, "3 P Q"]:
    """Blur an image with a Gaussian (extension 6).

    Each pixel becomes a weighted mean of the pixels around it, of the same colour. The weight of a
    pixel at distance (dx, dy) is proportional to exp(-(dx^2 + dy^2) / (2 sigma^2)). Take all
    pixels with |dx| and |dy| up to at least 3 sigma. At the border, mirror or repeat the pixels, or
    take the mean over those that exist; a picture of one colour stays as it is.

    Args:
        image: an RGB image, at least 7 sigma in height and width.
        sigma: the standard deviation in pixels, above 0.
    """
    # BEGIN SOLUTION: weights along one axis; blur along both (about 10 lines)
    radius = int(np.ceil(3 * sigma))
    distances = torch.arange(-radius, radius + 1, dtype=image.dtype, device=image.device)
    weights = torch.exp(-(distances**2) / (2 * sigma**2))
    weights = weights / weights.sum()
    padded = nn.functional.pad(image[None], (radius,) * 4, mode="reflect")[0]
    rows = padded.unfold(1, 2 * radius + 1, 1) @ weights  # (3, P, Q + 2 radius)
    return rows.unfold(2, 2 * radius + 1, 1) @ weights  # (3, P, Q)
    # END SOLUTION


def make_transforms(
    pixels: int = PIXELS,
) -> tuple[Callable[[Image.Image], Tensor], Callable[[Image.Image], Tensor]]:
    """Return the transformations of training images and of test images (extension 6).

    Both make an input (3, pixels, pixels) of an RGB image of PIL, normalised as by
    `plain_transform`. The first one augments at random: it uses at least one random transformation
    of torchvision, and sometimes, but not always, your `gaussian_blur`. The second one augments
    nothing. Keep most of the picture: a picture of one colour keeps this colour, within 0.3 on a
    scale from 0 to 1, in at least two thirds of its pixels.

    Args:
        pixels: P, the length of a side.
    """
    # BEGIN SOLUTION: random steps for training; none for the test (about 12 lines)
    blur = transforms.Lambda(lambda image: gaussian_blur(image, 0.5 + float(torch.rand(()))))
    training = transforms.Compose(
        [
            transforms.RandomResizedCrop(pixels, scale=(0.7, 1.0)),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.RandomApply([blur], p=0.3),
            transforms.Normalize(MEAN, DEVIATION),
        ]
    )
    return training, plain_transform(pixels)
    # END SOLUTION


def cache_features(
    model: nn.Module, dataloader: DataLoader, device: torch.device | str
) -> tuple[Float[Tensor, "N F"], Int[Tensor, " N"]]:
    """Compute the features of all images once (extension 7).

    The network is in evaluation mode, so that the features do not depend on the batch; no
    gradients are recorded.

    Args:
        model: a network with `backbone`, on the device.
        dataloader: gives pairs of images and labels. It may shuffle: each run through it has
            another order.
        device: move each batch to it.

    Returns:
        The features of all N images, and their labels in the same order.
    """
    # BEGIN SOLUTION: one run through the dataloader (about 7 lines)
    model.eval()
    features, numbers = [], []
    with torch.no_grad():
        for images, labels in dataloader:
            features.append(model.backbone(images.to(device)).cpu())
            numbers.append(labels)
    return torch.cat(features), torch.cat(numbers)
    # END SOLUTION


def train_cached(
    model: nn.Module,
    dataloaders: Mapping[str, DataLoader],
    device: torch.device | str,
    num_epochs: int = NUM_EPOCHS,
) -> list[float]:
    """Train the new layers with features that are computed once (extension 7).

    As `train`, but each training image goes through the backbone only once, whatever the number of
    epochs. Use batches of about the same size as the dataloader's, in a new random order in each
    epoch.

    Args:
        model: a network with `backbone` and `head`, on the device.
        dataloaders: use "train" only.
        device: move each batch to it.
        num_epochs: how often each training image is used.

    Returns:
        For each epoch, the mean loss per image, from the logits before each step.
    """
    # BEGIN SOLUTION: cache the features; train the head with them (about 16 lines)
    cached = TensorDataset(*cache_features(model, dataloaders["train"], device))
    loader = DataLoader(cached, dataloaders["train"].batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.head.parameters(), lr=LEARNING_RATE, momentum=0.9)
    losses = []
    for _ in range(num_epochs):
        model.head.train()
        loss_sum = 0.0
        for features, labels in loader:
            features, labels = features.to(device), labels.to(device)
            loss = nn.functional.cross_entropy(model.head(features), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
        losses.append(loss_sum / len(cached))
    return losses
    # END SOLUTION


def train_unfrozen(
    model: nn.Module,
    dataloaders: Mapping[str, DataLoader],
    device: torch.device | str,
    head_epochs: int = 3,
    full_epochs: int = 2,
) -> list[float]:
    """Train the new layers first, then the whole network (extension 8).

    In the first `head_epochs` epochs, no parameter of the backbone changes, as in `train`. In the
    following `full_epochs` epochs, every step changes all parameters: those of the backbone and of
    the head. Choose a small learning rate for the backbone.

    Args:
        model: a network with `backbone` and `head`, on the device, as `FineTunedNet()` makes it.
        dataloaders: use "train" only.
        device: move each batch to it.
        head_epochs: the number of epochs with a fixed backbone, at least 1.
        full_epochs: the number of epochs after that, at least 1.

    Returns:
        For each epoch, the mean loss per image, from the logits before each step.
    """
    # BEGIN SOLUTION: train the head; unfreeze; train everything (about 18 lines)
    losses = train(model, dataloaders, device, head_epochs)
    model.backbone.requires_grad_(True)
    groups = [
        {"params": model.backbone.parameters(), "lr": LEARNING_RATE / 5},
        {"params": model.head.parameters()},
    ]
    optimizer = torch.optim.SGD(groups, lr=LEARNING_RATE, momentum=0.9)
    for _ in range(full_epochs):
        model.train()
        loss_sum, count = 0.0, 0
        for images, labels in dataloaders["train"]:
            images, labels = images.to(device), labels.to(device)
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
            count += len(labels)
        losses.append(loss_sum / count)
    return losses
    # END SOLUTION
