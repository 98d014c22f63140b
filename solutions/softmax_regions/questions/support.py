"""Weights, and functions in place of the student's, that several public checks use."""

import numpy as np

BY_HAND = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])  # activations x_1, x_2, -x_1 - x_2


def same_for_all(owner):
    """Return functions for a check of shapes, in place of ones that fail: all answers are equal."""
    import numpy as np

    def class_probabilities(x, W, b):
        return np.full((*np.shape(x)[:-1], len(W)), 1 / len(W))

    def boundary_direction(i, j, W):
        return np.array([1.0, 0.0])

    return {f.__name__: f for f in (class_probabilities, boundary_direction)}
