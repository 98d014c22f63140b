"""The course's own file: `tv_loss`, losses of shape (1,), pixels clamped before a step."""

import torch
from backbone import extract_features, preprocess
from torch.autograd import Variable


def content_loss(content_weight, content_current, content_target):
    return content_weight * torch.sum((content_current - content_target) ** 2).view(1)


def gram_matrix(features, normalize=True):
    N, C, H, W = features.size()
    features = features.view(N, C, -1)
    gram = torch.bmm(features, features.permute(0, 2, 1))
    if normalize:
        gram = gram / float(C * H * W)
    return gram


def style_loss(feats, style_layers, style_targets, style_weights):
    loss = Variable(torch.zeros(1))
    for i, layer in enumerate(style_layers):
        g = gram_matrix(feats[layer].clone())
        loss = loss + style_weights[i] * torch.sum(torch.pow(g - style_targets[i], 2))
    return loss


def tv_loss(img, tv_weight):
    _, _, H, W = img.size()
    w_variance = torch.sum(torch.pow(img[:, :, :, : W - 1] - img[:, :, :, 1:], 2))
    h_variance = torch.sum(torch.pow(img[:, :, : H - 1, :] - img[:, :, 1:, :], 2))
    return (tv_weight * (h_variance + w_variance)).view(1)


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
    content_img = preprocess(content_image, size=image_size)
    feats = extract_features(content_img)
    content_target = feats[content_layer].clone()

    style_img = preprocess(style_image, size=style_size)
    feats = extract_features(style_img)
    style_targets = []
    for idx in style_layers:
        style_targets.append(gram_matrix(feats[idx].clone()))

    if init_random:
        img = torch.Tensor(content_img.size()).uniform_(0, 1)
    else:
        img = content_img.clone()
    img_var = Variable(img, requires_grad=True)

    initial_lr = 0.3
    decayed_lr = 0.05
    optimizer = torch.optim.Adam([img_var], lr=initial_lr)
    losses = []
    for t in range(num_steps):
        if t < num_steps - 10:
            img_var.data.clamp_(-1.5, 1.5)
        optimizer.zero_grad()
        feats = extract_features(img_var)
        loss = content_loss(content_weight, feats[content_layer], content_target)
        loss = loss + style_loss(feats, style_layers, style_targets, style_weights)
        loss = loss + tv_loss(img_var, tv_weight)
        loss.backward()
        if t == num_steps * 3 // 4:
            optimizer = torch.optim.Adam([img_var], lr=decayed_lr)
        optimizer.step()
        losses.append(loss)
    return img_var.data, losses
