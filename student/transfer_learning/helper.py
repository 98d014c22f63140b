"""Provided: the pretrained network, the images, and a log of losses and accuracies.

This file is complete. N images in a batch, C classes, P pixels per side.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from data import ants_bees, squeezenet

if TYPE_CHECKING:
    from jaxtyping import Float

BACKBONE = os.environ.get("BACKBONE", "squeezenet1_1")  # or "resnet18"
TITLES = {"squeezenet1_1": "SqueezeNet 1.1", "resnet18": "ResNet-18"}


class Entry(NamedTuple):
    """One line of the log; the epochs count from 1, epoch 0 is an evaluation only."""

    epoch: int
    phase: str
    loss: float
    accuracy: float


LOG: list[Entry] = []


def log(epoch: int, phase: str, loss: float, accuracy: float) -> None:
    """Print the loss and the accuracy of one phase ("train" or "val") and append them to `LOG`.

    Args:
        epoch: the number of the epoch.
        phase: "train" or "val".
        loss: the mean loss per image.
        accuracy: the fraction of correct predictions.
    """
    LOG.append(Entry(int(epoch), str(phase), float(loss), float(accuracy)))
    print(f"epoch {epoch}  {phase:<5}  loss {float(loss):.4f}  accuracy {float(accuracy):.1%}")


class SqueezeNet(nn.Module):
    """SqueezeNet 1.1 with weights learned on ImageNet, and a linear last layer `fc`.

    The original ends with a convolution of 1 by 1, a ReLU and a mean over the positions. Here, the
    mean comes first and the ReLU is left out, so that the last layer is linear, as in a ResNet.
    """

    def __init__(self) -> None:
        super().__init__()
        original = squeezenet.model("sample")
        convolution = original.classifier[1]
        self.features = original.features
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(convolution.in_channels, convolution.out_channels)
        with torch.no_grad():
            self.fc.weight.copy_(convolution.weight.flatten(start_dim=1))
            self.fc.bias.copy_(convolution.bias)

    def forward(self, images: Float[Tensor, "N 3 P P"]) -> Float[Tensor, "N C"]:
        """Compute the logits of the classes."""
        features = self.features(images).mean(dim=(2, 3))  # (N, 512)
        return self.fc(self.dropout(features))


def pretrained_model(name: str | None = None) -> nn.Module:
    """Return a network with weights learned on ImageNet; its last layer `fc` has 1,000 outputs.

    Args:
        name: "squeezenet1_1" or "resnet18", by default `BACKBONE`.

    Raises:
        ValueError: if there is no such network.
        FileNotFoundError: if the official weights of ResNet-18 are not in torchvision's cache.
    """
    name = name or BACKBONE
    if name == "squeezenet1_1":
        return SqueezeNet()
    if name != "resnet18":
        raise ValueError(f"There is no backbone {name!r}; there are: {', '.join(TITLES)}.")
    from torchvision.models import ResNet18_Weights, resnet18

    weights = ResNet18_Weights.DEFAULT
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist: download it with "
            "`torchvision.models.resnet18(weights='DEFAULT')`, or use squeezenet1_1."
        )
    return resnet18(weights=weights)


def make_dataloaders(
    folder: str | Path | None = None, pixels: int | None = None, batch_size: int = 8
) -> tuple[dict[str, DataLoader], dict[str, int], list[str]]:
    """Return the dataloaders "train" and "val", their numbers of images and the class names.

    All images are shuffled; the training images are also cut and flipped at random. Grey pictures
    become RGB.

    Args:
        folder: holds the images as `<split>/<class>/<file>`. Without it, the images of
            `data.ants_bees` are written into the folder `images` first.
        pixels: P, the length of a side; by default 64 for clothes and 160 for photographs.
        batch_size: the number of images in a batch; the last batch may have fewer.

    Raises:
        ValueError: if a split or a class has no images, or if a file is not an image.
    """
    if folder is None:
        size = ants_bees.DATASET.find()[0]
        folder = ants_bees.write_images(Path("images") / size, size)
        pixels = pixels or ants_bees.PIXELS[size]
    pixels = pixels or 160
    normalise = [transforms.ToTensor(), transforms.Normalize(squeezenet.MEAN, squeezenet.DEVIATION)]
    cut = transforms.RandomResizedCrop(pixels, scale=(0.6, 1.0))
    steps = {
        "train": [cut, transforms.RandomHorizontalFlip(), *normalise],
        "val": [transforms.Resize(pixels), transforms.CenterCrop(pixels), *normalise],
    }
    splits = {
        split: _image_folder(Path(folder) / split, transforms.Compose(of_split))
        for split, of_split in steps.items()
    }
    if splits["train"].classes != splits["val"].classes:
        raise ValueError(f"The folders train and val in {folder} have different classes.")
    loaders = {
        split: DataLoader(images, batch_size, shuffle=True) for split, images in splits.items()
    }
    return loaders, {split: len(images) for split, images in splits.items()}, splits["val"].classes


def _image_folder(folder: Path, transform: transforms.Compose) -> datasets.ImageFolder:
    """Return the images in a folder; fail with one sentence where an image cannot be read."""
    from PIL import Image

    try:
        images = datasets.ImageFolder(str(folder), transform)
    except FileNotFoundError as error:  # no folder, no class or a class without images
        raise ValueError(f"{folder} cannot be used: {str(error).splitlines()[0]}") from None
    for path, _ in images.samples:
        try:
            with Image.open(path) as image:
                image.convert("RGB")
        except OSError:
            raise ValueError(f"{path} is no image, or it is damaged; delete it.") from None
    return images


def to_picture(image: Float[Tensor, "3 P P"]) -> Float[np.ndarray, "P P 3"]:
    """Undo the normalisation of an image; return RGB values from 0 to 1 for `axes.imshow`."""
    pixels = image.detach().cpu().numpy().transpose(1, 2, 0)
    return np.clip(pixels * squeezenet.DEVIATION + squeezenet.MEAN, 0, 1)
