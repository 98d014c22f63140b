"""Weights that several public checks use."""

import numpy as np

BY_HAND = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])  # activations x_1, x_2, -x_1 - x_2
