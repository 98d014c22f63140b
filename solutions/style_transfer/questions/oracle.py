"""Expected losses by NumPy, gradients by finite differences, right functions for later questions.

For hidden cases only; this module is never shipped to students.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from checks import expect_close, expect_own_or_replaced, numbers
from data import squeezenet

STEP = 1e-3  # the losses are polynomials: differences of fourth order have only rounding errors
DIFFERENCES = {1: 8 / 12, -1: -8 / 12, 2: -1 / 12, -2: 1 / 12}


def content_by_numpy(weight: float, current: Any, target: Any) -> float:
    """Return the content loss as the handout defines it."""
    difference = numbers(current).astype(np.float64) - numbers(target).astype(np.float64)
    return float(weight * np.sum(difference**2))


def gram_by_numpy(features: Any, normalize: bool = True) -> np.ndarray:
    """Return the Gram matrix (C, C) of a feature map (1, C, H, W), entry by entry."""
    maps = numbers(features).astype(np.float64)[0]
    gram = np.array([[np.sum(one * other) for other in maps] for one in maps])
    return gram / maps.size if normalize else gram


def style_by_numpy(
    feats: Sequence[Any], layers: Sequence[int], targets: Sequence[Any], weights: Sequence[float]
) -> float:
    """Return the style loss as the handout defines it."""
    terms = zip(layers, targets, weights, strict=True)
    return float(
        sum(w * np.sum((gram_by_numpy(feats[i]) - numbers(a)[0]) ** 2) for i, a, w in terms)
    )


def variation_by_numpy(image: Any, weight: float) -> float:
    """Return the total variation as the handout defines it."""
    pixels = numbers(image).astype(np.float64)[0]
    return float(weight * sum(np.sum(np.diff(pixels, axis=axis) ** 2) for axis in (1, 2)))


def expect_gradient(
    loss: Callable[[Tensor], Any],
    by_numpy: Callable[[np.ndarray], Any],
    at: Tensor,
    name: str,
) -> None:
    """Fail unless the gradient of a loss is the one of ``by_numpy``, by finite differences.

    A result with several numbers is summed with random but fixed factors.
    """
    leaf = at.clone().requires_grad_()
    value = loss(leaf)
    assert isinstance(value, Tensor), "the result should be a tensor"
    assert value.requires_grad, f"no gradient arrives at {name}"
    factors = np.cos(np.arange(value.numel())).reshape(tuple(value.shape))
    (value * torch.from_numpy(factors)).sum().backward()
    gradient = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    expected = np.zeros(at.shape)
    for index in np.ndindex(*at.shape):
        for step, weight in DIFFERENCES.items():
            moved = at.numpy().copy()
            moved[index] += step * STEP
            found = numbers(by_numpy(moved))
            expected[index] += weight * np.sum(found * factors.reshape(found.shape)) / STEP
    # code that computes in float32 is accepted
    scale = float(np.abs(expected).max())
    what = f"the gradient with respect to {name}"
    expect_close(gradient, expected, rtol=1e-4, atol=1e-5 * scale, name=what)


def right_functions(owner: Any) -> Any:
    """Return right losses in place of wrong ones in the student's module."""
    import torch

    def content_loss(content_weight: Any, content_current: Any, content_target: Any) -> Any:
        return content_weight * torch.sum((content_current - content_target) ** 2)

    def gram_matrix(features: Any, normalize: bool = True) -> Any:
        rows = features.reshape(*features.shape[:-2], -1)
        gram = rows @ rows.mT
        return gram / rows[0].numel() if normalize else gram

    def style_loss(feats: Any, style_layers: Any, style_targets: Any, style_weights: Any) -> Any:
        triples = zip(style_layers, style_targets, style_weights)  # noqa: B905
        return sum(w * ((gram_matrix(feats[i]) - a) ** 2).sum() for i, a, w in triples)

    def total_variation_loss(img: Any, tv_weight: Any) -> Any:
        return tv_weight * sum((torch.diff(img, dim=axis) ** 2).sum() for axis in (2, 3))

    right = content_loss, gram_matrix, style_loss, total_variation_loss
    return {f.__name__: f for f in right} | {"tv_loss": total_variation_loss}


def right_gram_matrix(owner: Any) -> Any:
    """Return a right gram_matrix in place of a wrong one in the student's module."""

    def gram_matrix(features: Any, normalize: bool = True) -> Any:
        rows = features.reshape(*features.shape[:-2], -1)
        gram = rows @ rows.mT
        return gram / rows[0].numel() if normalize else gram

    return {"gram_matrix": gram_matrix}


def expect_with_right_losses(check: Callable[[], None], style_transfer: Any) -> None:
    """Fail unless ``check()`` passes, perhaps with right losses in place of the student's own."""
    expect_own_or_replaced(check, style_transfer, right_functions)


def image_of(picture: np.ndarray, size: int) -> Tensor:
    """Return a picture (H, W, 3) of bytes as the image tensor (1, 3, H', W') of the network."""
    height, width = picture.shape[:2]
    shape = [round(side * size / min(height, width)) for side in (width, height)]
    small = np.array(Image.fromarray(picture).resize(shape, Image.Resampling.BICUBIC))
    pixels = (small / 255 - squeezenet.MEAN) / squeezenet.DEVIATION
    return torch.from_numpy(pixels.astype(np.float32).transpose(2, 0, 1)[None].copy())


def features_of(image: Tensor) -> list[np.ndarray]:
    """Return the feature maps of all layers as arrays."""
    found = []
    with torch.no_grad():
        for layer in _layers():
            image = layer(image)
            found.append(image.numpy())
    return found


def losses_of(
    image: Tensor, content: np.ndarray, style: np.ndarray, settings: dict[str, Any]
) -> dict[str, float]:
    """Return the three losses of an image tensor for a photograph and a painting."""
    feats = features_of(image)
    wanted = features_of(image_of(content, settings["image_size"]))
    painted = features_of(image_of(style, settings["style_size"]))
    layers, weights = settings["style_layers"], settings["style_weights"]
    layer = settings["content_layer"]
    targets = [_gram(painted[i])[None] for i in layers]
    grams = [_gram(feats[i])[None] for i in layers]
    terms = zip(weights, grams, targets, strict=True)
    return {
        "content": content_by_numpy(settings["content_weight"], feats[layer], wanted[layer]),
        "style": float(sum(w * np.sum((g - a) ** 2) for w, g, a in terms)),
        "variation": variation_by_numpy(image.numpy(), settings["tv_weight"]),
    }


def _gram(features: np.ndarray) -> np.ndarray:
    """Return the normalised Gram matrix of a large feature map."""
    rows = features[0].reshape(features.shape[1], -1).astype(np.float64)
    return rows @ rows.T / rows.size


@functools.cache
def _layers() -> Any:
    return squeezenet.model("sample").eval().requires_grad_(False).features
