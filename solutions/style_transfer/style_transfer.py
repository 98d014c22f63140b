"""Paint a photograph in the style of a painting: parts 1 to 5 of the handout.

Fill the holes from top to bottom. ``python check.py`` checks all parts that you have begun,
``python check.py content_loss`` checks one of them.

Axes: N pictures in a batch (always 1 here), C channels, H height, W width. All losses are sums
multiplied by a weight, not means. The gradient of a loss must reach the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from backbone import check_layers, extract_features, preprocess
from torch import Tensor

if TYPE_CHECKING:
    from jaxtyping import Float, UInt8

    Picture = UInt8[np.ndarray, "_ _ 3"] | str | Path


def content_loss(
    content_weight: float,
    content_current: Float[Tensor, "1 C H W"],
    content_target: Float[Tensor, "1 C H W"],
) -> Float[Tensor, ""]:
    """Measure how much the content of a picture differs from the photograph (part 1).

    `L_c = w_c * sum_cij (F_cij - P_cij)^2`

    Args:
        content_weight: the weight `w_c`.
        content_current: the feature map `F` of the generated picture, of shape `(1, C, H, W)`.
        content_target: the feature map `P` of the photograph, of the same shape.

    Returns:
        The loss, a tensor with one number.
    """
    # BEGIN SOLUTION: add up the squared differences, times the weight (about 1 line)
    return content_weight * ((content_current - content_target) ** 2).sum()
    # END SOLUTION


def gram_matrix(
    features: Float[Tensor, "N C H W"], normalize: bool = True
) -> Float[Tensor, "N C C"]:
    """Compute which channels of a feature map are active together (part 2).

    `G_kl = sum_ij F_kij F_lij`, for every pair of channels k and l.

    Args:
        features: a feature map `F` of shape `(N, C, H, W)`; N is 1.
        normalize: whether to divide the matrix by `C * H * W`.

    Returns:
        The Gram matrix, of shape `(N, C, C)`.
    """
    # BEGIN SOLUTION: multiply the channels with each other, divide if asked (about 5 lines)
    N, C, H, W = features.shape
    rows = features.reshape(N, C, H * W)
    gram = torch.bmm(rows, rows.transpose(1, 2))  # (N, C, C)
    return gram / (C * H * W) if normalize else gram
    # END SOLUTION


def style_loss(
    feats: Sequence[Float[Tensor, "1 _ _ _"]],
    style_layers: Sequence[int],
    style_targets: Sequence[Float[Tensor, "1 _ _"]],
    style_weights: Sequence[float],
) -> Float[Tensor, ""]:
    """Measure how much the style of a picture differs from the painting (part 3).

    `L_s = sum_l w_l * sum_kl (G_kl - A_kl)^2`, over the style layers. `G` is the normalised Gram
    matrix of the picture in this layer, `A` the one of the painting.

    Args:
        feats: the feature maps of the generated picture, of all layers, as `extract_features`
            returns them.
        style_layers: the numbers of the style layers: positions in `feats`.
        style_targets: the normalised Gram matrices `A` of the painting, one for each number in
            `style_layers`, in the same order.
        style_weights: the weights `w_l`, one for each number in `style_layers`.

    Returns:
        The loss, a tensor with one number.
    """
    # BEGIN SOLUTION: add up the weighted squared differences of all style layers (about 5 lines)
    loss = feats[0].new_zeros(())
    for layer, target, weight in zip(style_layers, style_targets, style_weights, strict=True):
        gram = gram_matrix(feats[layer])
        loss = loss + weight * ((gram - target) ** 2).sum()
    return loss
    # END SOLUTION


def total_variation_loss(img: Float[Tensor, "1 3 H W"], tv_weight: float) -> Float[Tensor, ""]:
    """Measure how much neighbouring pixels of a picture differ (part 4).

    `L_tv = w_tv * sum_c (sum_ij (x_c,i,j+1 - x_c,i,j)^2 + sum_ij (x_c,i+1,j - x_c,i,j)^2)`, over
    all pairs of pixels that are next to each other in a row or in a column.

    Args:
        img: the generated picture, of shape `(1, 3, H, W)`.
        tv_weight: the weight `w_tv`.

    Returns:
        The loss, a tensor with one number.
    """
    # BEGIN SOLUTION: add up the squared differences along both axes (about 3 lines)
    across = img[:, :, :, 1:] - img[:, :, :, :-1]
    down = img[:, :, 1:, :] - img[:, :, :-1, :]
    return tv_weight * ((across**2).sum() + (down**2).sum())
    # END SOLUTION


def style_transfer(
    content_image: Picture,
    style_image: Picture,
    image_size: int,
    style_size: int,
    content_layer: int,
    content_weight: float,
    style_layers: Sequence[int],
    style_weights: Sequence[float],
    tv_weight: float,
    init_random: bool = False,
    num_steps: int = 120,
) -> tuple[Float[Tensor, "1 3 H W"], list[float]]:
    """Generate a picture with the content of a photograph and the style of a painting (part 5).

    The sum of the three losses is minimised with respect to the pixels of the picture.

    Args:
        content_image: the photograph: an image file, or an array `(H, W, 3)` of bytes.
        style_image: the painting, likewise.
        image_size: pixels on the shorter side of the generated picture.
        style_size: pixels on the shorter side of the painting.
        content_layer: the layer of the content loss.
        content_weight: its weight.
        style_layers: the layers of the style loss.
        style_weights: their weights.
        tv_weight: the weight of the total variation.
        init_random: whether the picture starts from random pixels, not from the photograph.
        num_steps: the number of steps; with 0, the result is the picture before the first step.

    Returns:
        A tuple of the generated picture, an image tensor `(1, 3, H, W)`, and a list with the sum
        of the three losses before each of the `num_steps` steps.

    Raises:
        ValueError: if a picture has no three colours, or a layer does not exist.
    """
    check_layers(content_layer, style_layers, style_weights)
    content_img = preprocess(content_image, image_size)  # (1, 3, H, W)
    style_img = preprocess(style_image, style_size)  # (1, 3, H', W')

    # BEGIN SOLUTION: compute the targets: a feature map and a list of Gram matrices (about 4 lines)
    with torch.no_grad():
        content_target = extract_features(content_img)[content_layer]
        style_feats = extract_features(style_img)
        style_targets = [gram_matrix(style_feats[layer]) for layer in style_layers]
    # END SOLUTION

    # BEGIN SOLUTION: create the first picture, whose pixels have gradients (about 5 lines)
    if init_random:
        img = torch.rand_like(content_img)
    else:
        img = content_img.clone()
    img.requires_grad_()
    # END SOLUTION

    losses = []
    # BEGIN SOLUTION: create an optimiser and make num_steps steps (about 12 lines)
    rate = 0.15
    optimizer = torch.optim.Adam([img], lr=rate)
    for step in range(num_steps):
        if step == 3 * num_steps // 4:
            optimizer.param_groups[0]["lr"] = rate / 5
        optimizer.zero_grad()
        feats = extract_features(img)
        content = content_loss(content_weight, feats[content_layer], content_target)
        style = style_loss(feats, style_layers, style_targets, style_weights)
        loss = content + style + total_variation_loss(img, tv_weight)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    # END SOLUTION
    return img.detach(), losses
