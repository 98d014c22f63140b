"""`einsum`, torch's own mean-squared error as a sum, L-BFGS with a closure, normal noise."""

import torch
import torch.nn.functional as F
from backbone import check_layers, extract_features, preprocess


def content_loss(content_weight, content_current, content_target):
    return content_weight * F.mse_loss(content_current, content_target, reduction="sum")


def gram_matrix(features, normalize=True):
    gram = torch.einsum("nchw,ndhw->ncd", features, features)
    return gram / features[0].numel() if normalize else gram


def style_loss(feats, style_layers, style_targets, style_weights):
    terms = [
        weight * F.mse_loss(gram_matrix(feats[layer]), target, reduction="sum")
        for layer, target, weight in zip(style_layers, style_targets, style_weights, strict=False)
    ]
    return torch.stack(terms).sum()


def total_variation_loss(img, tv_weight):
    return tv_weight * (img.diff(dim=-1).square().sum() + img.diff(dim=-2).square().sum())


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
    content = preprocess(content_image, image_size)
    style = preprocess(style_image, style_size)
    content_target = extract_features(content)[content_layer].detach()
    painted = extract_features(style)
    style_targets = [gram_matrix(painted[i]).detach() for i in style_layers]
    start = torch.randn_like(content) if init_random else content.detach().clone()
    picture = torch.nn.Parameter(start)
    optimizer = torch.optim.LBFGS([picture], max_iter=2, history_size=10, tolerance_change=0)
    losses = []

    def closure():
        optimizer.zero_grad()
        feats = extract_features(picture)
        total = (
            content_loss(content_weight, feats[content_layer], content_target)
            + style_loss(feats, style_layers, style_targets, style_weights)
            + total_variation_loss(picture, tv_weight)
        )
        total.backward()
        return total

    for _ in range(num_steps):
        losses.append(float(optimizer.step(closure).detach()))
    return picture.data, losses
