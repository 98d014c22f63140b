"""Loops over points and classes, an own log-sum-exp, directions by trigonometry."""

import math

import numpy as np


def _one(x, W, b):
    a = [w[0] * x[0] + w[1] * x[1] + bias for w, bias in zip(W, b, strict=True)]
    top = max(a)
    log_sum = top + math.log(sum(math.exp(v - top) for v in a))
    return [math.exp(v - log_sum) for v in a]


def class_probabilities(x, W, b):
    if x.ndim == 1:
        return np.array(_one(x, W, b))
    return np.array([_one(point, W, b) for point in x])


def intersection_point(W, b):
    # w_k x + b_k = c for all three k: three unknowns, x_1, x_2 and c
    left = np.column_stack([W, -np.ones(3)])
    return np.linalg.solve(left, -b)[:2]


def boundary_direction(i, j, W):
    k = ({0, 1, 2} - {i, j}).pop()
    u = W[i] - W[j]
    d = np.array([u[1], -u[0]])
    d /= math.sqrt(d @ d)
    if (W[k] - W[j]) @ d > 0:
        d = -d
    return d


def region_direction(k, W):
    angles = []
    for c in range(3):
        if c != k:
            d = boundary_direction(k, c, W)
            angles.append(math.atan2(d[1], d[0]))
    middle = sum(angles) / 2
    if abs(angles[0] - angles[1]) > math.pi:
        middle += math.pi
    return np.array([math.cos(middle), math.sin(middle)])


def probabilities_along(point, direction, distances, W, b):
    points = np.array(
        [[point[0] + t * direction[0], point[1] + t * direction[1]] for t in distances]
    )
    return class_probabilities(points, W, b)
