"""An affine layer by hand. N batch, D input, M output."""

import numpy as np


def affine_forward(x, w, b):
    """Return (x W + b, cache) for x (N, D), w (D, M), b (M,)."""
    # BEGIN SOLUTION: multiply and add (about 2 lines)
    out = x @ w + b
    return out, (x, w)
    # END SOLUTION


def affine_backward(dout, cache):
    """Return (dx, dw, db) for dout (N, M) and the cache of the forward pass."""
    # BEGIN SOLUTION: three products (about 2 lines)
    x, w = cache
    return dout @ w.T, x.T @ dout, np.sum(dout, axis=0)
    # END SOLUTION
