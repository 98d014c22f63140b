"""Regions of the softmax: where three classes meet, and what happens far from there.

Each of three classes has a linear activation `a_k = w_k1 x_1 + w_k2 x_2 + b_k`, and the softmax of
the activations gives the probabilities. The plane falls into three regions, in each of which one
class is the most probable. The functions here are your answers, for any weights; fill the holes
from top to bottom. ``python check.py`` checks all that you have begun, ``python check.py
intersection_point`` one of them.

Axes: K classes, N points. Row k of `W (K, 2)` holds the weights of class k, and `b (K,)` the
biases. Classes are counted as rows are, from 0: what the handout calls C_1 is class 0 here.
"""

import numpy as np

# Provided: the activations of the handout

W = np.array([[3.0, 1.0], [1.0, 3.0], [-3.0, 1.5]])
b = np.array([1.0, 2.0, 2.0])


# 1. The common point


def class_probabilities(x, W, b):
    """Return the softmax of the linear activations.

    `p_k = exp(a_k) / (exp(a_1) + ... + exp(a_K))` with `a_k = w_k1 x_1 + w_k2 x_2 + b_k`

    Question 3 looks at points so far away that `exp(a_k)` overflows. The probabilities must be
    right there, too: think of what may be added to all activations without changing any `p_k`.

    Args:
        x: one point, of shape `(2,)`, or N points, of shape `(N, 2)`.
        W: the weights, of shape `(K, 2)`, for any number of classes K.
        b: the biases, of shape `(K,)`.

    Returns:
        The probabilities of the classes, of shape `(K,)` for one point and `(N, K)` for N points.
    """
    # BEGIN SOLUTION: the activations, then their softmax without overflow (about 3 lines)
    a = x @ W.T + b  # (K,) or (N, K)
    powers = np.exp(a - a.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    # END SOLUTION


def intersection_point(W, b):
    """Return the point that all three regions have in common, the green one.

    Args:
        W: the weights of three classes, of shape `(3, 2)`; no three of these rows, seen as points
            of the plane, lie on a line.
        b: the biases, of shape `(3,)`.

    Returns:
        The point, of shape `(2,)`.
    """
    # BEGIN SOLUTION: two linear equations for the two coordinates (about 1 line)
    return np.linalg.solve(W[1:] - W[0], b[0] - b[1:])
    # END SOLUTION


# 2. Along a red line


def boundary_direction(i, j, W):
    """Return the direction of the red line between two regions, away from the common point.

    The red line is only that half of a straight line on which the regions of both classes meet.

    Args:
        i, j: two different classes, each 0, 1 or 2.
        W: the weights of three classes, as in `intersection_point`.

    Returns:
        The direction, a vector of length one, of shape `(2,)`.
    """
    # BEGIN SOLUTION: along which a_i - a_j stays what it is, on the right side (about 5 lines)
    first, second = W[i] - W[j]
    along = np.array([-second, first]) / np.hypot(first, second)
    third = W[3 - i - j]
    return along if along @ W[i] > along @ third else -along
    # END SOLUTION


# 3. Far inside a region


def region_direction(k, W):
    """Return the direction of the middle of a region, seen from the common point.

    The middle makes the same angle with the two red lines that bound the region, and lies in it.

    Args:
        k: the class of the region, 0, 1 or 2.
        W: the weights of three classes, as in `intersection_point`.

    Returns:
        The direction, a vector of length one, of shape `(2,)`.
    """
    # BEGIN SOLUTION: halve the angle between the two red lines (about 3 lines)
    others = [c for c in range(3) if c != k]
    middle = sum(boundary_direction(k, c, W) for c in others)
    return middle / np.linalg.norm(middle)
    # END SOLUTION


def probabilities_along(point, direction, distances, W, b):
    """Return the probabilities of the classes along a ray.

    Args:
        point: where the ray starts, of shape `(2,)`.
        direction: its direction, a vector of length one, of shape `(2,)`.
        distances: how far from the point to look, of shape `(N,)`.
        W: the weights, of shape `(K, 2)`.
        b: the biases, of shape `(K,)`.

    Returns:
        The probabilities of the classes at each of the distances, of shape `(N, K)`.
    """
    # BEGIN SOLUTION: the points of the ray, then their probabilities (about 2 lines)
    x = point + np.outer(distances, direction)  # (N, 2)
    return class_probabilities(x, W, b)
    # END SOLUTION
