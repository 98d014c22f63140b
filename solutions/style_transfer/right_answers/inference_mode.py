"""Targets in inference mode, a module as the picture, a schedule, padding for the differences."""

import functools

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from backbone import DEVIATION, MEAN, check_layers, extract_features, preprocess

LR = 0.15
LOWER = (0.0 - MEAN) / DEVIATION
UPPER = (1.0 - MEAN) / DEVIATION
sse = functools.partial(F.mse_loss, reduction="sum")


def content_loss(content_weight, content_current, content_target):
    return content_weight * sse(content_current, content_target.detach())


def gram_matrix(features, normalize=True):
    n, c, h, w = features.size()
    gram = torch.einsum("nchw,ndhw->ncd", features, features)
    if normalize:
        gram = gram.div(c * h * w)
    return gram


def style_loss(feats, style_layers, style_targets, style_weights):
    loss = torch.zeros(1, device=feats[0].device)
    for layer, target, weight in zip(style_layers, style_targets, style_weights, strict=True):
        loss += weight * sse(gram_matrix(feats[layer]), target)
    return loss


def total_variation_loss(img, tv_weight):
    # pad by replication, so that the last difference is zero
    down = F.pad(img, (0, 0, 0, 1), mode="replicate")[:, :, 1:, :]
    right = F.pad(img, (0, 1, 0, 0), mode="replicate")[..., 1:]
    return tv_weight * ((down - img).pow(2).sum() + (right - img).pow(2).sum())


class GeneratedImage(nn.Module):
    """The picture as a module with one parameter."""

    def __init__(self, start):
        super().__init__()
        self.pixels = nn.Parameter(start.clone())
        self.register_buffer("low", LOWER.to(start))
        self.register_buffer("high", UPPER.to(start))

    def forward(self):
        return self.pixels

    @torch.no_grad()
    def clamp_(self):
        self.pixels.copy_(torch.max(torch.min(self.pixels, self.high), self.low))


def style_transfer(
    content_image,
    style_image,
    image_size,
    style_size,
    content_layer,
    content_weight,
    style_layers,
    style_weights,
    tv_weight,
    init_random=False,
    num_steps=120,
):
    check_layers(content_layer, style_layers, style_weights)
    content_img = preprocess(content_image, image_size)
    style_img = preprocess(style_image, style_size)

    with torch.inference_mode():
        content_target = extract_features(content_img)[content_layer]
        all_style = extract_features(style_img)
        style_targets = [gram_matrix(all_style[i]) for i in style_layers]
    # inference tensors cannot be saved for backward
    content_target = content_target.clone()
    style_targets = [t.clone() for t in style_targets]

    if init_random:
        start = torch.from_numpy(np.random.rand(*content_img.shape).astype(np.float32)).to(
            content_img
        )
    else:
        start = content_img
    picture = GeneratedImage(start)
    optimizer = optim.Adam(picture.parameters(), lr=LR)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, max(num_steps, 1), eta_min=0.02)

    losses = []
    for step in range(num_steps):
        optimizer.zero_grad(set_to_none=True)
        feats = extract_features(picture())
        loss = (
            content_loss(content_weight, feats[content_layer], content_target)
            + style_loss(feats, style_layers, style_targets, style_weights)
            + total_variation_loss(picture(), tv_weight)
        )
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
        scheduler.step()
        picture.clamp_()
        if step % 50 == 0:
            print(f"step {step}: {losses[-1]:.1f}")
    return picture.pixels.detach(), losses
