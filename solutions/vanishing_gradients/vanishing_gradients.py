"""Gradients in a deep chain of units, and when they vanish: parts a to e of the handout.

Fill the holes from top to bottom. ``python check.py chain_gradients`` checks one of them, and
``python vanishing_gradients.py`` then writes a drawing of both networks and a figure of gradient
norms into the folder ``figures``.

Layers are numbered from 1, the input, to K + 1, the output; K is the number of weights, and
`weights[l - 1]` is w_11 of layer l, which leads from layer l to layer l + 1. Units have no biases.
Hidden units are "logistic" or "relu"; the output is the identity. R counts networks.
"""

import argparse
from pathlib import Path

import numpy as np
from drawings import bipartite_figure, chain_figure, norms_figure

DEPTHS = (1, 2, 3, 5, 8, 12, 16, 20)


def h(a, activation):
    """Return the output of hidden units with the activations `a` (provided)."""
    if activation == "logistic":
        return 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))
    if activation == "relu":
        return np.maximum(a, 0.0)
    raise ValueError(f"activation must be 'logistic' or 'relu', not {activation!r}.")


def h_prime(a, activation):
    """Return the derivative of `h` at the activations `a`.

    Args:
        a: a number or an array.
        activation: "logistic" or "relu". The derivative of a ReLU at exactly 0 is taken as 0.

    Returns:
        Numbers of the same shape.
    """
    # BEGIN SOLUTION: one formula for each activation function (about 4 lines)
    if activation == "logistic":
        z = h(a, activation)
        return z * (1 - z)
    return np.where(np.asarray(a) > 0, 1.0, 0.0)
    # END SOLUTION


def chain_forward(x, weights, activation):
    """Send a number through the chain.

    `z_1 = x`, `a_(l+1) = w_l z_l`, `z_(l+1) = h(a_(l+1))`, but `z_(K+1) = a_(K+1)` at the output.

    Args:
        x: the input, a number.
        weights: K numbers, K at least 1.
        activation: "logistic" or "relu", that of the K - 1 hidden units.

    Returns:
        A tuple of `a`, the activations of layers 2 to K + 1, of shape `(K,)`, and `z`, the outputs
        of layers 1 to K + 1, of shape `(K + 1,)`; `z[-1]` is the network's output y.
    """
    # BEGIN SOLUTION: from layer to layer (about 8 lines)
    a, z = [], [float(x)]
    for weight in weights[:-1]:
        a.append(weight * z[-1])
        z.append(h(a[-1], activation))
    a.append(weights[-1] * z[-1])
    z.append(a[-1])
    return np.array(a), np.array(z)
    # END SOLUTION


def chain_gradients(x, t, weights, activation):
    """Return the derivative of the error with respect to every weight of the chain.

    The error is `E = (y - t)^2 / 2`.

    Args:
        x: the input, a number.
        t: the target, a number.
        weights: K numbers, K at least 1.
        activation: "logistic" or "relu", that of the K - 1 hidden units.

    Returns:
        K numbers, the derivative for `weights[k]` at index k, of shape `(K,)`.
    """
    # BEGIN SOLUTION: your expression for a layer, from the last to the first (about 8 lines)
    a, z = chain_forward(x, weights, activation)
    gradients = np.zeros(len(weights))
    delta = z[-1] - t
    for layer in range(len(weights) - 1, -1, -1):
        gradients[layer] = delta * z[layer]
        if layer > 0:
            delta = delta * weights[layer] * h_prime(a[layer - 1], activation)
    return gradients
    # END SOLUTION


def norms_by_layer(xs, ts, weights, activation):
    """Measure how large the gradient of each layer is, over many networks of the same depth.

    Args:
        xs: the inputs of R networks, of shape `(R,)`.
        ts: their targets, of shape `(R,)`.
        weights: their weights, of shape `(R, K)`.
        activation: "logistic" or "relu".

    Returns:
        For each layer l = 1, ..., K the root of the mean, over the networks, of the square of
        `dE/dw_l`, of shape `(K,)`.
    """
    # BEGIN SOLUTION: the gradients of each network, then their root mean square (about 4 lines)
    found = [chain_gradients(x, t, w, activation) for x, t, w in zip(xs, ts, weights, strict=True)]
    return np.sqrt(np.mean(np.square(found), axis=0))
    # END SOLUTION


def norms_by_depth(xs, ts, weights, activation, depths):
    """Measure how large the gradient of the **first** weight is in networks of several depths.

    Args:
        xs, ts, weights, activation: as in `norms_by_layer`.
        depths: numbers of weights, each from 1 to K. A network of depth d has the first d weights
            of its row, and its output directly behind the last of them.

    Returns:
        For each depth the root of the mean square of `dE/dw_1`, of shape `(len(depths),)`.
    """
    # BEGIN SOLUTION: shorter networks, and their first layer (about 2 lines)
    weights = np.asarray(weights)
    return np.array([norms_by_layer(xs, ts, weights[:, :d], activation)[0] for d in depths])
    # END SOLUTION


def zero_in_chain(on):
    """Tell from the pattern of a ReLU chain which of its gradients are exactly zero.

    Here units may have biases, so that a unit behind one that is off can be on. The error, the
    weights and the input are not zero by chance: a gradient is zero if the pattern makes it so.

    Args:
        on: for each layer 1, ..., K + 1, whether its unit's output depends on its activation: True
            where the activation is above 0, False where the unit is off and gives 0. Of the input
            it says whether x differs from 0; the output unit is always on.

    Returns:
        K booleans, for layer l at index l - 1: is `dE/dw_l` zero?
    """
    # BEGIN SOLUTION: what does the gradient of layer l have as factors? (about 2 lines)
    return [not all(on[layer:]) for layer in range(len(on) - 1)]
    # END SOLUTION


def zero_in_bipartite(on):
    """Tell from the pattern of a ReLU network with complete layers which gradients are zero.

    Every unit of layer l leads to every unit of layer l + 1. Units may have biases. The error and
    the weights are not zero by chance, nor do different paths cancel.

    Args:
        on: a list of K + 1 arrays of booleans, one for each layer, of the shapes `(n_l,)`: True
            where the unit's activation is above 0. For the inputs it says which of them differ
            from 0; the output units are always on.

    Returns:
        A list of K arrays of booleans. That of layer l has the shape `(n_(l+1), n_l)`; its entry
        `[j, i]` tells whether the gradient of the weight from unit i of layer l to unit j of layer
        l + 1 is zero.
    """
    # BEGIN SOLUTION: both ends of the weight, and the ways from there to the output (about 7 lines)
    on = [np.asarray(units, bool) for units in on]
    zeros = []
    for layer in range(len(on) - 1):
        reaches = all(units.any() for units in on[layer + 2 :])
        used = np.outer(on[layer + 1], on[layer])
        zeros.append(~used | (not reaches))
    return zeros
    # END SOLUTION


def pattern(x, weights, biases):
    """Return the pattern of a ReLU network, as `zero_in_bipartite` reads it (provided).

    Args:
        x: the inputs, of shape `(n_1,)`.
        weights: K arrays, that of layer l of shape `(n_(l+1), n_l)`.
        biases: K arrays, that of layer l of shape `(n_(l+1),)`.
    """
    z = np.asarray(x, float)
    on = [z != 0]
    for weight, bias in zip(weights, biases, strict=True):
        a = weight @ z + bias
        z = np.maximum(a, 0)
        on.append(a > 0)
    return [*on[:-1], np.ones(len(on[-1]), bool)]


def draw_networks(count, depth, scale, positive=False, seed=0):
    """Draw inputs, targets and weights of `count` chains (provided).

    Inputs and targets are Gaussian. Weights have sizes from 0.5 to 1.5 times `scale` and random
    signs, or only plus if `positive`. Returns `xs`, `ts` and `weights`, of the shapes `(count,)`,
    `(count,)` and `(count, depth)`.
    """
    rng = np.random.default_rng(seed)
    signs = 1 if positive else rng.choice([-1, 1], size=(count, depth))
    weights = scale * signs * rng.uniform(0.5, 1.5, size=(count, depth))
    return rng.normal(size=count), rng.normal(size=count), weights


def norms(count=1_000):
    """Return norms by depth for both activations and several kinds of weights (provided)."""
    curves = {}
    for activation, scale, positive in (
        ("logistic", 1.0, False),
        ("logistic", 4.0, False),
        ("relu", 1.0, False),
        ("relu", 1.0, True),
    ):
        xs, ts, weights = draw_networks(count, max(DEPTHS), scale, positive)
        kind = "positive weights" if positive else "weights of both signs"
        name = f"{activation}, {kind} around {scale:g}"
        curves[name] = norms_by_depth(xs, ts, weights, activation, DEPTHS)
    return curves


def main(arguments=None):
    """Print the norms and write the figures (provided)."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    folder = Path(__file__).resolve().parent / "figures"
    parser.add_argument("--out", type=Path, default=folder, help="default: figures/")
    options = parser.parse_args(arguments)
    curves = norms()
    print(f"{'size of dE/dw_1 at depth':40}" + "  ".join(f"{depth:>8}" for depth in DEPTHS))
    for name, values in curves.items():
        print(f"{name:40}" + "  ".join(f"{value:8.1e}" for value in values))
    options.out.mkdir(parents=True, exist_ok=True)
    drawn = {
        "chain": chain_figure(),
        "bipartite": bipartite_figure(),
        "gradient_norms": norms_figure(DEPTHS, curves),
    }
    for name, figure in drawn.items():
        figure.savefig(options.out / f"{name}.png", dpi=130)
        print(f"wrote {options.out / name}.png")


if __name__ == "__main__":
    main()
