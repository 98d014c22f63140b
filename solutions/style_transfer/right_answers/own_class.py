"""One loop over channels, shifted copies, a class that holds the picture, gradients by autograd."""

import numpy as np
import torch
from backbone import extract_features, preprocess


def squares(a, b):
    return (a - b).pow(2).sum()


def content_loss(content_weight, content_current, content_target):
    return squares(content_current, content_target).mul(content_weight)


def gram_matrix(features, normalize=True):
    channels = features.unbind(dim=1)
    rows = [torch.stack([(a * b).sum() for b in channels]) for a in channels]
    gram = torch.stack(rows)[None]
    return gram / features.numel() if normalize else gram


def fast_gram(features):
    flat = features.flatten(start_dim=2)
    return flat.matmul(flat.mT).div(features.numel())


def style_loss(feats, style_layers, style_targets, style_weights):
    return sum(
        weight * squares(fast_gram(feats[layer]), target)
        for weight, layer, target in zip(style_weights, style_layers, style_targets, strict=False)
    )


def total_variation_loss(img, tv_weight):
    right = squares(img.narrow(3, 1, img.shape[3] - 1), img.narrow(3, 0, img.shape[3] - 1))
    below = squares(img.narrow(2, 1, img.shape[2] - 1), img.narrow(2, 0, img.shape[2] - 1))
    return (right + below) * tv_weight


class Painter:
    def __init__(self, start):
        self.pixels = start.requires_grad_()
        self.mean, self.square, self.count = 0, 0, 0

    def move(self, gradient, rate):
        self.count += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        step = self.mean / (1 - 0.9**self.count)
        step = step / ((self.square / (1 - 0.999**self.count)).sqrt() + 1e-8)
        self.pixels = (self.pixels.detach() - rate * step).clamp(-2.2, 2.7).requires_grad_()


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
    content = preprocess(content_image, image_size)
    with torch.inference_mode(False), torch.no_grad():
        target = extract_features(content)[content_layer]
        painting = extract_features(preprocess(style_image, style_size))
        grams = {layer: fast_gram(painting[layer]) for layer in style_layers}
    if init_random:
        start = torch.from_numpy(np.random.uniform(0, 1, content.shape).astype(np.float32))
    else:
        start = content.clone()
    painter, losses = Painter(start.to(content.device)), []
    while len(losses) < num_steps:
        feats = extract_features(painter.pixels)
        parts = (
            content_loss(content_weight, feats[content_layer], target),
            style_loss(feats, style_layers, [grams[k] for k in style_layers], style_weights),
            total_variation_loss(painter.pixels, tv_weight),
        )
        total = torch.stack([part.reshape(()) for part in parts]).sum()
        (gradient,) = torch.autograd.grad(total, painter.pixels)
        painter.move(gradient, 0.12 if len(losses) < 0.7 * num_steps else 0.03)
        losses.append(total.detach().cpu().numpy())
    return painter.pixels.detach(), losses
