"""Single precision inside, everything vectorised, nothing shared between the functions."""

import numpy as np


def class_probabilities(x, W, b):
    a = np.einsum("...d,kd->...k", x, W) + b
    a -= np.max(a, axis=-1)[..., np.newaxis]
    e = np.exp(a.astype(np.float32))
    return e / np.sum(e, axis=-1)[..., np.newaxis]


def intersection_point(W, b):
    A = np.vstack([W[0] - W[1], W[0] - W[2]])
    return np.linalg.inv(A) @ np.array([[b[1] - b[0]], [b[2] - b[0]]]).ravel()


def boundary_direction(i, j, W):
    centred = W - W.mean(axis=0)
    k = next(c for c in (0, 1, 2) if c not in (i, j))
    edge = centred[i] - centred[j]
    away = -(centred[k] - centred[i] - edge * ((centred[k] - centred[i]) @ edge) / (edge @ edge))
    return (away / np.linalg.norm(away)).astype(np.float32)


def region_direction(k, W):
    def ray(c):
        other = 3 - k - c
        edge = W[k] - W[c]
        height = W[other] - W[c]
        away = edge * (height @ edge) / (edge @ edge) - height
        return away / np.linalg.norm(away)

    first, second = (ray(c) for c in range(3) if c != k)
    middle = first + second
    return middle / np.linalg.norm(middle)


def probabilities_along(point, direction, distances, W, b):
    a0, slope = W @ point + b, W @ direction
    a = a0[None, :] + distances[:, None] * slope[None, :]
    a = a - a.max(axis=1, keepdims=True)
    p = np.exp(a)
    return p / p.sum(axis=1, keepdims=True)
