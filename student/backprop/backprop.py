"""Error backpropagation: the derivatives of the error of one example, layer by layer.

The network has inputs, hidden layers of logistic units and one output unit with the identity as
its activation function. There are no biases. The handout has three inputs and two hidden layers;
your functions must be right for any sizes and any number of hidden layers.

Fill in the functions from top to bottom, with numpy only. ``python check.py`` checks all functions
that you have begun, ``python check.py delta_output`` checks one of them.

Layers are counted from 1, the inputs, as in the handout. `weights` is a list of matrices from the
inputs to the output. Entry `[k - 1, j - 1]` of the matrix of layer l is `w_kj^(l)`, the weight
**to** unit k of layer l + 1 **from** unit j of layer l. `z` holds the outputs of one layer, and
`delta` holds its errors `delta_k = dE_n / da_k`, one number for each unit.

Axes: J units of a layer, K units of the layer above it; `_J` and `_K` differ from layer to layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

# Provided


def logistic(a: Float[np.ndarray, " J"]) -> Float[np.ndarray, " J"]:
    """Return the logistic function `h(a) = 1 / (1 + exp(-a))` of each number, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def forward(
    x: Float[np.ndarray, " J"], weights: list[Float[np.ndarray, "_K _J"]]
) -> list[Float[np.ndarray, " _J"]]:
    """Return the outputs of all layers: `x`, the outputs of the hidden layers, and `y`.

    `a_k^(l+1) = sum over j of w_kj^(l) z_j^(l)` and `z = h(a)`; at the output `y = a`.

    Args:
        x: the inputs of one example, of shape `(J,)` with J units in layer 1.
        weights: the list of weight matrices.

    Returns:
        A list of arrays, one longer than `weights`. The last one is `y`, of shape `(1,)`.
    """
    outputs = [x]
    for W in weights[:-1]:
        outputs.append(logistic(W @ outputs[-1]))
    return [*outputs, weights[-1] @ outputs[-1]]


# The output layer


def delta_output(y: Float[np.ndarray, " 1"], t: float) -> Float[np.ndarray, " 1"]:
    """Return the error of the output unit, `delta = dE_n / da`, with `E_n = 1/2 (y - t)^2`.

    Args:
        y: the output of the network, of shape `(1,)`.
        t: the target, a number.

    Returns:
        The error of the output unit, of shape `(1,)`; a plain number is accepted too.
    """
    # TODO: differentiate the error with respect to the activation (about 1 line)
    raise NotImplementedError("delta_output")


def grad_w(
    delta_above: Float[np.ndarray, " K"], z: Float[np.ndarray, " J"]
) -> Float[np.ndarray, "K J"]:
    """Return the gradient of the weights between two layers, `dE_n / dw_kj` for all k and j.

    Args:
        delta_above: the errors of the layer above the weights, of shape `(K,)`.
        z: the outputs of the layer below the weights, of shape `(J,)`. The outputs of layer 1 are
            the inputs.

    Returns:
        The gradient, of shape `(K, J)` like the weights.
    """
    # TODO: use the error of the unit above and the output of the unit below (1 line)
    raise NotImplementedError("grad_w")


# The hidden layers


def delta_hidden(
    delta_above: Float[np.ndarray, " K"], W: Float[np.ndarray, "K J"], z: Float[np.ndarray, " J"]
) -> Float[np.ndarray, " J"]:
    """Return the errors of a layer of logistic units, `delta_j = dE_n / da_j`.

    Note that `z` holds the **outputs** `z_j = h(a_j)` of the layer, not its activations. Write the
    derivative h'(a_j) in terms of the outputs.

    Args:
        delta_above: the errors of the layer above, of shape `(K,)`.
        W: the weights from this layer to the one above, of shape `(K, J)`.
        z: the outputs of this layer, of shape `(J,)`.

    Returns:
        The errors of this layer, of shape `(J,)`.
    """
    # TODO: propagate the errors back through the weights and h (about 1 line)
    raise NotImplementedError("delta_hidden")


# All layers


def gradients(
    x: Float[np.ndarray, " J"], t: float, weights: list[Float[np.ndarray, "_K _J"]]
) -> list[Float[np.ndarray, "_K _J"]]:
    """Return the gradients of all weights for one example, by backpropagation.

    Use `forward` and the three functions above.

    Args:
        x: the inputs, of shape `(J,)` with J units in layer 1.
        t: the target, a number.
        weights: the list of weight matrices.

    Returns:
        A list with the gradient of each weight matrix, in the order of `weights`.
    """
    # TODO: propagate the errors from the output to the inputs (about 7 lines)
    raise NotImplementedError("gradients")
