"""Provided: pictures as tensors and back, and the feature maps of SqueezeNet.

This file is complete. A picture is an image file, or an array (H, W, 3) of bytes as
`data.style_images` has them. An image tensor (1, 3, H, W) is what the network reads: RGB values
in [0, 1], less the mean of ImageNet, divided by its standard deviation.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from data import squeezenet

if TYPE_CHECKING:
    from jaxtyping import Float, UInt8

LAYERS = 13  # layers of SqueezeNet 1.1 that return feature maps, numbered from 0
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
MEAN = torch.tensor(squeezenet.MEAN).reshape(3, 1, 1)
DEVIATION = torch.tensor(squeezenet.DEVIATION).reshape(3, 1, 1)


def extract_features(
    image: Float[Tensor, "1 3 H W"], cnn: nn.Module | None = None
) -> list[Float[Tensor, "1 C h w"]]:
    """Return the feature map of each of the 13 layers of SqueezeNet, the first one first.

    The gradient flows from the feature maps to `image`; the weights of the network are fixed.

    Args:
        image: an image tensor as `preprocess` returns it.
        cnn: another network with an attribute `features`; by default SqueezeNet 1.1 with the
            weights learned on ImageNet.
    """
    layers = (network() if cnn is None else cnn).features
    features = []
    for layer in layers:
        image = layer(image)
        features.append(image)
    return features


def preprocess(picture: UInt8[np.ndarray, "H W 3"] | str | Path, size: int) -> Tensor:
    """Return a picture as an image tensor whose shorter side has `size` pixels.

    Raises:
        ValueError: if the picture has no three colours, or the file is not a picture.
    """
    if isinstance(picture, str | Path):
        picture = _read(picture)
    elif isinstance(picture, Image.Image):
        picture = np.asarray(picture)
    picture = np.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(
            f"A colour picture has the shape (H, W, 3), but this one has {picture.shape}; "
            "convert a grey picture with `PIL.Image.open(...).convert('RGB')`."
        )
    if picture.dtype != np.uint8:
        raise ValueError(f"A picture has numbers of type uint8, but this one has {picture.dtype}.")
    height, width = picture.shape[:2]
    scale = size / min(height, width)
    shape = round(width * scale), round(height * scale)
    resized = Image.fromarray(picture).resize(shape, Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(np.array(resized)).float().permute(2, 0, 1) / 255  # (3, H, W)
    return ((pixels - MEAN) / DEVIATION)[None].contiguous().to(DEVICE)


def deprocess(image: Float[Tensor, "1 3 H W"]) -> UInt8[np.ndarray, "H W 3"]:
    """Return the picture of an image tensor; values outside the range of colours are clipped."""
    pixels = image.detach().cpu()[0] * DEVIATION + MEAN  # (3, H, W)
    return (255 * pixels.clamp(0, 1)).round().byte().permute(1, 2, 0).numpy()


def check_layers(
    content_layer: int, style_layers: Sequence[int], style_weights: Sequence[float]
) -> None:
    """Raise a ValueError if a layer does not exist, or a style layer has no weight."""
    for layer in (content_layer, *style_layers):
        if layer not in range(LAYERS):
            raise ValueError(f"There is no layer {layer}; the layers are 0 to {LAYERS - 1}.")
    if len(style_layers) != len(style_weights):
        raise ValueError(
            f"There are {len(style_layers)} style layers but {len(style_weights)} weights."
        )


@functools.cache
def network() -> nn.Module:
    """Return SqueezeNet in evaluation mode, with fixed weights.

    The network is kept, so its weights must not be tensors of `torch.inference_mode`, in which the
    first call may be: no gradient could flow through them later.
    """
    with torch.inference_mode(False):
        return squeezenet.model("sample").eval().requires_grad_(False).to(DEVICE)


def _read(path: str | Path) -> np.ndarray:
    try:
        with Image.open(path) as picture:
            return np.array(picture)
    except FileNotFoundError:
        raise ValueError(f"There is no file {path}.") from None
    except OSError:
        raise ValueError(f"{path} is not a picture that can be read.") from None
