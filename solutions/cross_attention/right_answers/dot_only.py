"""One kind, with a softmax by hand and nothing prepared for the others."""

import numpy as np
import torch


def softmax(x):
    largest, _ = x.max(dim=1, keepdim=True)
    e = torch.exp(x - largest)
    return e / e.sum(dim=1, keepdim=True)


def pick_digits(images, labels, seed=0):
    state = np.random.RandomState(seed)
    order = state.permutation(len(labels))
    rows = [None] * 10
    for index in order:
        rows[int(labels[index])] = images[index].numpy().flatten()
    return np.array(rows)


def attention_weights(query, keys, kind="dot", W=None):
    if kind == "dot":
        similarity = torch.stack([(keys * q).sum(dim=1) for q in query])
    return softmax(similarity)


def attend(query, keys, values, kind="dot", W=None):
    return torch.matmul(attention_weights(query, keys, kind, W), values)


def digits_attention(images, labels, target_images, target_labels, kind="dot", W=None, seed=0):
    sources = torch.as_tensor(pick_digits(images, labels, seed))
    target = torch.as_tensor(pick_digits(target_images, target_labels, seed + 1)[5:6])
    weights = attention_weights(target, sources, kind, W)
    return sources, target[0], weights[0], attend(target, sources, sources, kind, W)[0]
