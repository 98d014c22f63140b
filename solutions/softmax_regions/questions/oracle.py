"""Random weights and expected answers for the hidden cases; never shipped to students."""

import numpy as np
import torch

from checks import rng

OF_THE_HANDOUT = np.array([[3, 1], [1, 3], [-3, 1.5]]), np.array([1.0, 2, 2])


def draw_weights(label=""):
    """Return weights (3, 2) whose rows are the corners of a triangle, never close to a line."""
    angles = rng(f"angles {label}").uniform(0, 2 * np.pi) + np.arange(3) * 2 * np.pi / 3
    angles += rng(f"turns {label}").uniform(-0.5, 0.5, 3)
    lengths = rng(f"lengths {label}").uniform(1, 3, (3, 1))
    corners = lengths * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return corners + rng(f"shift {label}").normal(0, 2, 2)


def softmax(x, W, b):
    """Return the probabilities at one point or at N points, by torch, which does not overflow."""
    activations = torch.nn.functional.linear(*map(torch.from_numpy, (x, W, b)))
    return torch.softmax(activations, dim=-1).numpy()


def right_functions(owner, name):
    """Return a right function in place of the student's own, which an earlier question judges."""
    import numpy as np

    def class_probabilities(x, W, b):
        a = np.array(x) @ W.T + b
        powers = np.exp(a - a.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def boundary_direction(i, j, W):
        along = (W[i] - W[j]) @ np.array([[0, 1], [-1, 0]])
        away = np.sign(along @ (W[i] + W[j] - 2 * W[3 - i - j]))
        return away * along / np.linalg.norm(along)

    functions = class_probabilities, boundary_direction
    return {f.__name__: f for f in functions if f.__name__ == name}


boundary = right_functions(None, "boundary_direction")["boundary_direction"]


def bisectors(boundary_direction, W):
    """Return the directions (3, 2) halfway between the two boundaries of each region."""
    found = []
    for k in range(3):
        first, second = (boundary_direction(k, c, W) for c in range(3) if c != k)
        total = np.ravel(first) + np.ravel(second)
        found.append(total / np.linalg.norm(total))
    return np.array(found)
