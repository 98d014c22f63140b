"""Provided: the X-rays, the pretrained network, trained weights in a file, and a log.

This file is complete. N images in a batch, H and W pixels of an image, P pixels per side after the
transform.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils.data import Dataset

from data import chest_xrays, squeezenet

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

BACKBONE = os.environ.get("BACKBONE", "squeezenet1_1")  # or "resnet18"
TITLES = {"squeezenet1_1": "SqueezeNet 1.1", "resnet18": "ResNet-18"}
CLASSES = chest_xrays.CLASSES  # normal has the label 0, pneumonia the label 1
MEAN, DEVIATION = squeezenet.MEAN, squeezenet.DEVIATION  # of the pixels in ImageNet, RGB
WEIGHTS = "xray_transfer.safetensors"
_FOLDERS = {"NORMAL": 0, "PNEUMONIA": 1}


class XRays(NamedTuple):
    """X-rays: ``images`` (N, H, W) uint8, grey; ``labels`` (N,) int64; ``patients``, N names.

    ``patients`` is empty where nobody knows whose X-rays they are.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    patients: tuple[str, ...] = ()

    def take(self, places: Any) -> XRays:
        """Return the X-rays with these numbers."""
        chosen = np.asarray(places, dtype=np.int64)
        patients = tuple(self.patients[i] for i in chosen) if self.patients else ()
        return XRays(self.images[chosen], self.labels[chosen], patients)


class XRayDataset(Dataset):
    """Give pairs (transformed image, label); the transform runs anew on every access.

    Args:
        images: (N, H, W) uint8, grey.
        labels: (N,) 0 or 1.
        transform: maps a grey PIL image to a tensor.
    """

    def __init__(self, images: Any, labels: Any, transform: Callable[[Any], Tensor]) -> None:
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: int) -> tuple[Tensor, int]:
        from PIL import Image

        return self.transform(Image.fromarray(self.images[place])), int(self.labels[place])


class Entry(NamedTuple):
    """One line of the log; the epochs count from 1."""

    epoch: int
    train_loss: float
    val_loss: float
    val_accuracy: float


LOG: list[Entry] = []


def log(epoch: int, train_loss: float, val_loss: float, val_accuracy: float) -> None:
    """Print the results of an epoch and append them to `LOG`."""
    LOG.append(Entry(int(epoch), float(train_loss), float(val_loss), float(val_accuracy)))
    print(
        f"epoch {epoch}  loss {float(train_loss):.4f}  "
        f"validation: loss {float(val_loss):.4f}  accuracy {float(val_accuracy):.1%}"
    )


def load_xrays(size: str | None = None) -> tuple[XRays, XRays]:
    """Return the X-rays for training and validation together, and those for the test.

    Args:
        size: "sample", "pneumoniamnist" or "kermany"; by default the largest on this machine.
    """
    parts = [chest_xrays.load(split, size) for split in chest_xrays.SPLITS]
    train, val, test = (XRays(part.images, part.labels, part.patients) for part in parts)
    return _joined(train, val), test


def read_folder(folder: Path | str, pixels: int = 224) -> tuple[XRays, XRays]:
    """Read the set of Kaggle: files ``<split>/<class>/<file>``, classes NORMAL and PNEUMONIA.

    Each image becomes grey and is scaled to ``pixels`` by ``pixels``.

    Returns:
        The X-rays in ``train`` and ``val`` together, and those in ``test``.

    Raises:
        ValueError: if a class has no folder or no images, or if a file is not an image.
    """
    train, val, test = (_read_split(Path(folder) / split, pixels) for split in chest_xrays.SPLITS)
    return _joined(train, val), test


def _read_split(folder: Path, pixels: int) -> XRays:
    from PIL import Image

    images, labels, patients = [], [], []
    for name, label in _FOLDERS.items():
        if not (folder / name).is_dir():
            raise ValueError(f"The class {name} is missing: there is no folder {folder / name}.")
        files = sorted(p for p in (folder / name).iterdir() if not p.name.startswith("."))
        if not files:
            raise ValueError(f"The class {name} has no images: {folder / name} is empty.")
        for path in files:
            try:
                with Image.open(path) as image:
                    images.append(np.asarray(image.convert("L").resize((pixels, pixels)), np.uint8))
            except OSError:
                raise ValueError(f"{path} is no image, or it is damaged; delete it.") from None
            labels.append(label)
            patients.append(_patient_of(path.name))
    return XRays(np.stack(images), np.array(labels, np.int64), tuple(patients))


def _patient_of(name: str) -> str:
    """Return the patient that a file name begins with; a file of another form is its own."""
    try:
        return chest_xrays.patient_of(name)
    except ValueError:
        return name


def _joined(one: XRays, other: XRays) -> XRays:
    images, labels = (np.concatenate([a, b]) for a, b in zip(one[:2], other[:2], strict=True))
    return XRays(images, labels, one.patients + other.patients)


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
        """Compute the logits."""
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
    if name not in TITLES:
        raise ValueError(f"There is no backbone {name!r}; there are: {', '.join(TITLES)}.")
    model = SqueezeNet() if name == "squeezenet1_1" else _resnet18()
    model.register_forward_pre_hook(_expect_colour)
    return model


def _resnet18() -> nn.Module:
    from torchvision.models import ResNet18_Weights, resnet18

    weights = ResNet18_Weights.DEFAULT
    path = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist: download it with "
            "`torchvision.models.resnet18(weights='DEFAULT')`, or use squeezenet1_1."
        )
    return resnet18(weights=weights)


def _expect_colour(model: nn.Module, arguments: tuple[Tensor, ...]) -> None:
    """Fail with one sentence where a network for RGB images gets others."""
    shape = tuple(arguments[0].shape)
    if len(shape) != 4 or shape[1] != 3:
        raise ValueError(
            f"The network expects images of shape (N, 3, P, P), but these have shape {shape}; "
            "repeat the channel of a grey image three times."
        )


def blocks(model: nn.Module) -> list[nn.Module]:
    """Return the parts of a pretrained network with parameters, first to last, without `fc`.

    SqueezeNet has 9 of them: a convolution and 8 fire modules.
    """
    if hasattr(model, "features"):
        parts = list(model.features.children())
    else:  # a ResNet
        parts = [model.conv1, model.bn1]
        parts += [block for k in range(1, 5) for block in getattr(model, f"layer{k}")]
    return [part for part in parts if any(True for _ in part.parameters())]


def device_of(model: nn.Module) -> torch.device:
    """Return the device of a model, to which its inputs must be moved."""
    return next(model.parameters()).device


def best_device() -> torch.device:
    """Return the accelerator of this machine, or else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def save_model(model: nn.Module, path: Path | str = WEIGHTS) -> None:
    """Write all entries of the `state_dict` of a model as safetensors: numbers, no code."""
    entries = model.state_dict().items()
    save_file({name: value.detach().cpu().contiguous() for name, value in entries}, path)


def load_model(model: nn.Module, path: Path | str = WEIGHTS) -> nn.Module:
    """Read the entries that `save_model` has written into a model of the same form.

    Raises:
        ValueError: if the file has another format or belongs to another network.
    """
    try:
        found, own = load_file(path), model.state_dict()
    except SafetensorError as error:
        raise ValueError(f"{path} is no file of weights, or it is damaged: {error}") from None
    shapes, wanted = ({k: tuple(v.shape) for k, v in part.items()} for part in (found, own))
    if shapes != wanted:
        wrong = next(k for k in {**wanted, **shapes} if shapes.get(k) != wanted.get(k))
        raise ValueError(
            f"{path} belongs to another network: {wrong} has the shape {shapes.get(wrong)} in the "
            f"file and {wanted.get(wrong)} in the model."
        )
    model.load_state_dict(found)
    return model


class Stopwatch:
    """Measure the seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return time.perf_counter() - self._start
