"""One kind out of a table of kinds; without a helper for scores, and with a batch axis inside."""

import random

import torch


def general(q, k, W):
    return torch.bmm(torch.bmm(q, W.unsqueeze(0)), k.transpose(1, 2))


SCORES = {"multiplicative": general}


def pick_digits(images, labels, seed=0):
    generator = random.Random(seed)
    by_class = {}
    for index, label in enumerate(labels.tolist()):
        by_class.setdefault(label, []).append(index)
    chosen = [generator.choice(by_class[digit]) for digit in sorted(by_class)]
    return images[chosen].reshape(len(chosen), -1)


def attention_weights(query, keys, kind="scaled_dot", W=None):
    similarity = SCORES[kind](query[None], keys[None], W)
    return torch.nn.Softmax(dim=2)(similarity).squeeze(0)


def attend(query, keys, values, kind="scaled_dot", W=None):
    weights = attention_weights(query, keys, kind, W).unsqueeze(2)  # (Q, S, 1)
    return (weights * values.unsqueeze(0)).sum(dim=1)


def digits_attention(
    images, labels, target_images, target_labels, kind="scaled_dot", W=None, seed=0
):
    sources = pick_digits(images, labels, seed)
    target = target_images[target_labels == 5][seed % int((target_labels == 5).sum())].flatten()
    weights = attention_weights(target.unsqueeze(0), sources, kind, W)
    weighted_sum = (weights.T * sources).sum(0)
    return [sources, target, weights.flatten(), weighted_sum]
