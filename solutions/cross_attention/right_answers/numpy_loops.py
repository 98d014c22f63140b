"""All three kinds in numpy, vector by vector, in double precision."""

import math

import numpy as np

CLASSES = 10


def pick_digits(images, labels, seed=0):
    random = np.random.default_rng(seed)
    images, labels = np.asarray(images), np.asarray(labels)
    rows = np.empty((CLASSES, 28 * 28))
    for c in range(CLASSES):
        rows[c] = images[random.choice(np.where(labels == c)[0]), 0].reshape(-1)
    return rows


def score(q, k, kind, W):
    if kind == "dot":
        return sum(a * b for a, b in zip(q, k, strict=True))
    if kind == "scaled_dot":
        return float(np.dot(q, k)) / math.sqrt(len(k))
    return float(q @ W @ k)


def attention_weights(query, keys, kind="scaled_dot", W=None):
    query, keys = np.asarray(query, np.float64), np.asarray(keys, np.float64)
    if W is not None:
        W = np.asarray(W, np.float64)
    weights = np.zeros((len(query), len(keys)))
    for i, q in enumerate(query):
        row = np.array([score(q, k, kind, W) for k in keys])
        row = np.exp(row - row.max())
        weights[i] = row / row.sum()
    return weights


def attend(query, keys, values, kind="scaled_dot", W=None):
    weights, values = attention_weights(query, keys, kind, W), np.asarray(values)
    out = np.zeros((len(query), values.shape[1]))
    for i in range(len(query)):
        for s in range(len(keys)):
            out[i] += weights[i, s] * values[s]
    return out


def digits_attention(
    images, labels, target_images, target_labels, kind="scaled_dot", W=None, seed=0
):
    sources = pick_digits(images, labels, seed)
    target = np.asarray(target_images)[np.asarray(target_labels) == 5][0].ravel()
    weights = attention_weights(target[None], sources, kind, W)
    return sources, target, weights[0], attend(target[None], sources, sources, kind, W)[0]
