"""Provided: the pretrained backbone, the images, and how they become inputs.

This file is complete. N images in a batch, P pixels per side, F features, C classes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from data import cifar10, mnist_digits, squeezenet

if TYPE_CHECKING:
    from jaxtyping import Float

BACKBONE = os.environ.get("BACKBONE", "squeezenet1_1")  # or "resnet50"
TITLES = {"squeezenet1_1": "SqueezeNet 1.1", "resnet50": "ResNet-50"}
PIXELS = {"squeezenet1_1": 64, "resnet50": 224}[BACKBONE] if BACKBONE in TITLES else 64  # P
MEAN, DEVIATION = squeezenet.MEAN, squeezenet.DEVIATION  # of the pixels in ImageNet, RGB


class SqueezeNet(nn.Module):
    """SqueezeNet 1.1 up to its pooling, with weights learned on ImageNet."""

    num_features = 512

    def __init__(self) -> None:
        super().__init__()
        self.layers = squeezenet.model("sample").features

    def forward(self, images: Float[Tensor, "N 3 P P"]) -> Float[Tensor, "N F"]:
        """Compute the features, each a mean over all positions."""
        return self.layers(images).mean(dim=(2, 3))


def pretrained_backbone(name: str | None = None) -> nn.Module:
    """Return a network up to its pooling, with weights learned on ImageNet.

    It maps images (N, 3, P, P) to features (N, F). Its attribute `num_features` is F.

    Args:
        name: "squeezenet1_1" or "resnet50", by default `BACKBONE`.

    Raises:
        ValueError: if there is no such network.
        FileNotFoundError: if the official weights of ResNet-50 are not in torchvision's cache.
    """
    name = name or BACKBONE
    if name == "squeezenet1_1":
        return SqueezeNet()
    if name != "resnet50":
        raise ValueError(f"There is no backbone {name!r}; there are: {', '.join(TITLES)}.")
    from torchvision.models import ResNet50_Weights, resnet50

    weights = ResNet50_Weights.DEFAULT
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist: download it with "
            "`torchvision.models.resnet50(weights='DEFAULT')`, or use squeezenet1_1."
        )
    network = resnet50(weights=weights)
    network.num_features = network.fc.in_features  # 2048
    network.fc = nn.Identity()
    return network


class Images(Dataset):
    """Images (N, 3, 32, 32) of bytes with labels; `transform` makes an input of a PIL image."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, transform: Callable[..., Any]):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self) -> int:
        """Return N."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Return an input (3, P, P) and its label."""
        picture = Image.fromarray(np.ascontiguousarray(self.images[index].transpose(1, 2, 0)))
        return self.transform(picture), int(self.labels[index])


def plain_transform(pixels: int = PIXELS) -> transforms.Compose:
    """Return the transformation of an RGB image (PIL) into an input, without augmentation.

    The image is scaled to P by P pixels, its values to 0 to 1; then ImageNet's mean is subtracted
    and the result is divided by ImageNet's standard deviation, for each colour.
    """
    return transforms.Compose(
        [
            transforms.Resize((pixels, pixels)),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, DEVIATION),
        ]
    )


def make_dataloaders(
    size: str | None = None,
    batch_size: int = 16,
    train_transform: Callable[..., Any] | None = None,
    test_transform: Callable[..., Any] | None = None,
    most: int | None = None,
) -> tuple[dict[str, DataLoader], tuple[str, ...]]:
    """Return the dataloaders "train", "val" and "test", and the class names.

    Only the training images are shuffled.

    Args:
        size: the size of `data.cifar10`, by default the largest on this machine.
        batch_size: the number of images in a batch; the last batch may have fewer.
        train_transform: makes inputs of the training images, by default `plain_transform()`.
        test_transform: the same for validation and test images.
        most: use only so many images of each part.
    """
    given = {"train": train_transform, "val": test_transform, "test": test_transform}
    parts = {split: cifar10.load(split, size) for split in given}
    loaders = {
        split: DataLoader(
            Images(part.images[:most], part.labels[:most], given[split] or plain_transform()),
            batch_size,
            shuffle=split == "train",
        )
        for split, part in parts.items()
    }
    return loaders, parts["train"].classes


def to_picture(image: Float[Tensor, "3 P P"]) -> Float[np.ndarray, "P P 3"]:
    """Undo the normalisation of an input; return RGB values from 0 to 1."""
    pixels = image.detach().cpu().numpy().transpose(1, 2, 0)
    return np.clip(pixels * DEVIATION + MEAN, 0, 1)


def write_mnist(root: str | Path) -> Path:
    """Write the MNIST digits of your package as files that torchvision.datasets.MNIST reads.

    Returns `root`. Files of the same names are overwritten.
    """
    folder = Path(root) / "MNIST" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    for split, prefix in (("train", "train"), ("test", "t10k")):
        digits = mnist_digits.load(split, "sample")
        pixels = np.rint(255 * digits.images[:, 0]).astype(np.uint8)
        arrays = {"images-idx3-ubyte": pixels, "labels-idx1-ubyte": digits.labels.astype(np.uint8)}
        for name, array in arrays.items():
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            (folder / f"{prefix}-{name}").write_bytes(head + array.tobytes())
    return Path(root)


def write_folder(root: str | Path, split: str, most: int = 200) -> Path:
    """Write images of one split as files `<class>/<number>.png`; return their folder."""
    part = cifar10.load(split)
    folder = Path(root) / split
    for number, (image, label) in enumerate(zip(part.images[:most], part.labels, strict=False)):
        place = folder / part.classes[label].replace("/", " or ")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0))).save(
            place / f"{number:04}.png"
        )
    return folder
