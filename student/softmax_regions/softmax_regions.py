"""Regions of the softmax: the point where three classes meet, and the way far away from it.

Each class has a linear activation `a_k = w_k1 x_1 + w_k2 x_2 + b_k`, and the softmax of the
activations gives the probabilities. Three classes divide the plane into three regions; in each
region one class is the most probable. Your functions must be right for any weights and biases, not
only for the activations of the handout.

Fill in the functions from top to bottom. ``python check.py`` checks all functions that you have
begun, ``python check.py intersection_point`` checks one of them.

Axes: K classes, N points (`*N 2` means `(2,)` or `(N, 2)`). Row k of `W` and entry k of `b` belong
to class k. Classes are counted from 0: class C_1 of the handout is class 0 here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Real

# Provided: the activations of the handout

W = np.array([[3.0, 1.0], [1.0, 3.0], [-3.0, 1.5]])
b = np.array([1.0, 2.0, 2.0])


# 1. The green point


def class_probabilities(
    x: Float[np.ndarray, "*N 2"], W: Float[np.ndarray, "K 2"], b: Float[np.ndarray, " K"]
) -> Float[np.ndarray, "*N K"]:
    """Return the softmax of the linear activations.

    `p_k = exp(a_k) / (exp(a_1) + ... + exp(a_K))` with `a_k = w_k1 x_1 + w_k2 x_2 + b_k`

    Question 3 looks at points so far away that `exp(a_k)` overflows. The probabilities must be
    right there, too. Adding the same number to all activations of a point changes no `p_k`; choose
    this number well.

    Args:
        x: one point, of shape `(2,)`, or N points, of shape `(N, 2)`.
        W: the weights, of shape `(K, 2)`, for any number of classes K.
        b: the biases, of shape `(K,)`.

    Returns:
        The probabilities of the classes, of shape `(K,)` for one point and `(N, K)` for N points.
    """
    # TODO: compute the activations, then their softmax without overflow (about 3 lines)
    raise NotImplementedError("class_probabilities")


def intersection_point(
    W: Float[np.ndarray, "3 2"], b: Float[np.ndarray, " 3"]
) -> Float[np.ndarray, " 2"]:
    """Return the green point, where all three regions meet.

    Args:
        W: the weights of three classes, of shape `(3, 2)`. Its rows, read as three points of the
            plane, do not lie on one line.
        b: the biases, of shape `(3,)`.

    Returns:
        The point, of shape `(2,)`.
    """
    # TODO: solve two linear equations for the two coordinates (about 1 line)
    raise NotImplementedError("intersection_point")


# 2. Along a red line


def boundary_direction(i: int, j: int, W: Float[np.ndarray, "3 2"]) -> Float[np.ndarray, " 2"]:
    """Return the direction of the red line between two regions, away from the green point.

    The red line is half of a straight line: the half on which the regions of both classes meet.

    Args:
        i, j: two different classes, each 0, 1 or 2.
        W: the weights of three classes, as in `intersection_point`.

    Returns:
        The direction, a vector of length one, of shape `(2,)`.
    """
    # TODO: keep a_i - a_j constant, then choose the right half (about 5 lines)
    raise NotImplementedError("boundary_direction")


# 3. Far inside a region


def region_direction(k: int, W: Float[np.ndarray, "3 2"]) -> Float[np.ndarray, " 2"]:
    """Return the direction from the green point into the middle of a region.

    The middle lies in the region and makes the same angle with both red lines that bound it.

    Args:
        k: the class of the region, 0, 1 or 2.
        W: the weights of three classes, as in `intersection_point`.

    Returns:
        The direction, a vector of length one, of shape `(2,)`.
    """
    # TODO: halve the angle between the two red lines (about 3 lines)
    raise NotImplementedError("region_direction")


def probabilities_along(
    point: Float[np.ndarray, " 2"],
    direction: Float[np.ndarray, " 2"],
    distances: Real[np.ndarray, " N"],
    W: Float[np.ndarray, "K 2"],
    b: Float[np.ndarray, " K"],
) -> Float[np.ndarray, "N K"]:
    """Return the probabilities of the classes along a ray.

    Args:
        point: the start of the ray, of shape `(2,)`.
        direction: the direction of the ray, a vector of length one, of shape `(2,)`.
        distances: the distances from `point`, of shape `(N,)`.
        W: the weights, of shape `(K, 2)`.
        b: the biases, of shape `(K,)`.

    Returns:
        The probabilities of the classes at each distance, of shape `(N, K)`.
    """
    # TODO: compute the points of the ray, then their probabilities (about 2 lines)
    raise NotImplementedError("probabilities_along")
