"""The point by Cramer's rule, the side by trying, lists instead of arrays."""

import numpy as np

W = np.array([[3.0, 1.0], [1.0, 3.0], [-3.0, 1.5]])
b = np.array([1.0, 2.0, 2.0])


def class_probabilities(x, W, b):
    # each probability from the differences of activations
    a = np.atleast_2d(x) @ np.transpose(W) + b
    d = a[:, None, :] - a[:, :, None]  # (N, k, j): a_j - a_k
    with np.errstate(over="ignore"):
        p = 1 / np.exp(d).sum(axis=2)
    return p[0] if np.ndim(x) == 1 else p


def intersection_point(W, b):
    (a11, a12), (a21, a22) = W[0] - W[1], W[1] - W[2]
    c1, c2 = b[1] - b[0], b[2] - b[1]
    det = a11 * a22 - a12 * a21
    return [(c1 * a22 - a12 * c2) / det, (a11 * c2 - c1 * a21) / det]


def boundary_direction(i, j, W):
    angle = np.arctan2(*(W[i] - W[j])[::-1])
    for turn in (np.pi / 2, -np.pi / 2):
        d = np.array([np.cos(angle + turn), np.sin(angle + turn)])
        if np.argmin(W @ d) not in (i, j):
            return tuple(d)


def region_direction(k, W):
    i, j = (k + 1) % 3, (k + 2) % 3
    m = np.add(boundary_direction(k, i, W), boundary_direction(k, j, W))
    return (m / np.sqrt((m**2).sum())).tolist()


def probabilities_along(point, direction, distances, W, b):
    rows = []
    for s in distances:
        rows.append(class_probabilities(np.asarray(point) + s * np.asarray(direction), W, b))
    return rows
