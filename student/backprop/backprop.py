"""Error backpropagation: the derivatives of the error of one example, layer by layer.

The network has inputs, hidden layers of logistic units and one output that is its activation
itself; there are no biases. Layers are counted from 1, the inputs, as in the handout; the output
is layer 4 there, but your functions have to be right for any sizes and any number of layers. Fill
the holes from top to bottom, with numpy alone. ``python check.py`` checks all that you have begun,
``python check.py delta_output`` one of them.

`weights` is a list of matrices, from the inputs to the output. Entry `[k - 1, j - 1]` of matrix l
is `w_kj^(l)`, the weight **to** unit k of layer l + 1 **from** unit j of layer l, so a matrix has
the shape (units above, units below). Layer l has its outputs in `z` and its errors
`delta_k = dE_n / da_k` in `delta`, one number for each unit.
"""

import numpy as np

# Provided


def logistic(a):
    """Return the logistic function `h(a) = 1 / (1 + exp(-a))` of each number, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def forward(x, weights):
    """Return the outputs of every layer: `x` itself, those of the hidden layers, and `y`.

    `a_k^(l+1) = sum over j of w_kj^(l) z_j^(l)`, and `z = h(a)`; at the output `y = a`.

    Args:
        x: the inputs of one example, of shape `(units of layer 1,)`.
        weights: the list of weight matrices.

    Returns:
        A list of arrays, one longer than `weights`; the last is `y`, of shape `(1,)`.
    """
    outputs = [x]
    for W in weights[:-1]:
        outputs.append(logistic(W @ outputs[-1]))
    return [*outputs, weights[-1] @ outputs[-1]]


# The output layer


def delta_output(y, t):
    """Return the error of the output unit, `delta = dE_n / da`, with `E_n = 1/2 (y - t)^2`.

    Args:
        y: the output of the network, of shape `(1,)`.
        t: the target, a number.

    Returns:
        The error of the output unit, of shape `(1,)`.
    """
    # TODO: the derivative of the error by the output's activation (about 1 line)
    raise NotImplementedError("delta_output")


def grad_w(delta_above, z):
    """Return the gradient of the weights between two layers, `dE_n / dw_kj` for all k and j.

    Args:
        delta_above: the errors of the layer that the weights lead to, of shape `(K,)`.
        z: the outputs of the layer that they come from, of shape `(J,)`; the inputs are the
            outputs of layer 1.

    Returns:
        The gradient, of shape `(K, J)` like the weights.
    """
    # TODO: from the error of the unit above and the output of the unit below (1 line)
    raise NotImplementedError("grad_w")


# The hidden layers


def delta_hidden(delta_above, W, z):
    """Return the errors of a layer of logistic units, `delta_j = dE_n / da_j`.

    Mind that `z` holds the **outputs** `z_j = h(a_j)` of the layer and not its activations; write
    the derivative h'(a_j) in terms of them.

    Args:
        delta_above: the errors of the layer above, of shape `(K,)`.
        W: the weights from this layer to the one above, of shape `(K, J)`.
        z: the outputs of this layer, of shape `(J,)`.

    Returns:
        The errors of this layer, of shape `(J,)`.
    """
    # TODO: what comes back through the weights, times h'(a) (about 1 line)
    raise NotImplementedError("delta_hidden")


# All layers


def gradients(x, t, weights):
    """Return the gradients of all weights for one example, by backpropagation.

    Use `forward` and the three functions above.

    Args:
        x: the inputs, of shape `(units of layer 1,)`.
        t: the target, a number.
        weights: the list of weight matrices.

    Returns:
        A list with the gradient of each weight matrix, in the order of `weights`.
    """
    # TODO: from the output to the inputs, handing the errors down (about 7 lines)
    raise NotImplementedError("gradients")
