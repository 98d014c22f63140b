"""Provided: the fully connected layer of homework 1.

Axes: N batch, D input, M outputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def fc_forward(
    x: Float[np.ndarray, "N D"],
    w: Float[np.ndarray, "D M"],
    b: Float[np.ndarray, " M"],
) -> tuple[Float[np.ndarray, "N M"], Any]:
    """Return `x w + b`, of shape `(N, M)`, and the cache."""
    return x @ w + b, (x, w)


def fc_backward(
    dout: Float[np.ndarray, "N M"], cache: Any
) -> tuple[Float[np.ndarray, "N D"], Float[np.ndarray, "D M"], Float[np.ndarray, " M"]]:
    """Return `dx (N, D)`, `dw (D, M)` and `db (M,)` for the upstream gradient `dout (N, M)`."""
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
