"""Directions as complex numbers and angles; the green point from three equations."""

import cmath
import math

import numpy as np

W = np.array([[3.0, 1.0], [1.0, 3.0], [-3.0, 1.5]])
b = np.array([1.0, 2.0, 2.0])


def log_sum_exp(a):
    top = a.max(axis=-1, keepdims=True)
    return top + np.log(np.exp(a - top).sum(axis=-1, keepdims=True))


def class_probabilities(x, W, b):
    x = np.array(x)
    a = np.tensordot(x, np.array(W), axes=([-1], [1])) + b
    return np.exp(a - log_sum_exp(a))


def intersection_point(W, b):
    # all three activations equal some number s: three equations for x1, x2 and s
    system = np.column_stack([W, -np.ones(3)])
    x1, x2, _ = np.linalg.inv(system).dot(-np.array(b))
    return [x1, x2]


def boundary_direction(i, j, W):
    (other,) = {0, 1, 2} - {i, j}
    dx, dy = W[i] - W[j]
    direction = complex(-dy, dx)
    lost = complex(*(W[i] - W[other]))
    if (direction * lost.conjugate()).real < 0:
        direction = -direction
    direction = direction / abs(direction)
    return np.array([direction.real, direction.imag])


def angle(direction):
    return math.atan2(direction[1], direction[0])


def region_direction(k, W):
    first, second = (angle(boundary_direction(k, j, W)) for j in range(3) if j != k)
    turn = cmath.phase(cmath.exp(1j * (second - first)))
    middle = first + turn / 2
    return np.array([math.cos(middle), math.sin(middle)])


def probabilities_along(point, direction, distances, W, b):
    points = []
    for distance in distances:
        points.append([p + distance * d for p, d in zip(point, direction, strict=True)])
    return class_probabilities(points, W, b)
