"""Loops and plain operators, as the handout's formulas say; matrices without the batch axis."""

import torch
from backbone import extract_features, preprocess


def content_loss(content_weight, content_current, content_target):
    difference = content_current - content_target
    return content_weight * torch.sum(difference * difference)


def gram_matrix(features, normalize=True):
    maps = features[0]
    C, H, W = maps.shape
    F = maps.contiguous().view(C, H * W)
    G = F @ F.t()
    if normalize:
        G = G / (C * H * W)
    return G


def style_loss(feats, style_layers, style_targets, style_weights):
    loss = 0
    for k in range(len(style_layers)):
        G = gram_matrix(feats[style_layers[k]])
        loss += style_weights[k] * torch.sum((G - style_targets[k]) ** 2)
    return loss


def total_variation_loss(img, tv_weight):
    loss = 0
    for c in range(3):
        x = img[0, c]
        loss = loss + ((x[:, 1:] - x[:, :-1]) ** 2).sum() + ((x[1:] - x[:-1]) ** 2).sum()
    return tv_weight * loss


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
    photograph = preprocess(content_image, image_size)
    painting = preprocess(style_image, style_size)
    content_target = extract_features(photograph)[content_layer]
    feats = extract_features(painting)
    style_targets = [gram_matrix(feats[layer]) for layer in style_layers]
    if init_random:
        img = torch.rand(photograph.shape, device=photograph.device, requires_grad=True)
    else:
        img = photograph.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([img], lr=0.1)
    losses = []
    for step in range(num_steps):
        if step == num_steps * 3 // 4:
            for group in optimizer.param_groups:
                group["lr"] = 0.03
        feats = extract_features(img)
        loss = (
            content_loss(content_weight, feats[content_layer], content_target)
            + style_loss(feats, style_layers, style_targets, style_weights)
            + total_variation_loss(img, tv_weight)
        )
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return img.detach(), losses
