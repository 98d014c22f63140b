"""Gradients in a deep chain of units, and when they vanish: parts a to e of the handout.

Fill in the functions from top to bottom, with numpy only. ``python check.py`` checks all functions
that you have begun, ``python check.py chain_gradients`` checks one part. When part c is done,
``python vanishing_gradients.py`` writes drawings of both networks and a figure of gradient norms
into the folder ``figures``.

Layers are numbered from 1, the input, to K + 1, the output. `weights[l - 1]` is the weight w_11 of
layer l, which leads from layer l to layer l + 1. Units have no biases. Hidden units are "logistic"
or "relu"; the output unit has the identity as its activation function.

Axes: K weights of a chain, L = K + 1 layers, R networks, M depths. `*n` is any shape.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from drawings import bipartite_figure, chain_figure, norms_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Bool, Float

DEPTHS = (1, 2, 3, 5, 8, 12, 16, 20)


def h(a: float | Float[np.ndarray, "*n"], activation: str) -> float | Float[np.ndarray, "*n"]:
    """Return the outputs of hidden units with the activations `a` (provided).

    `activation` is "logistic" or "relu".
    """
    if activation == "logistic":
        return 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))
    if activation == "relu":
        return np.maximum(a, 0.0)
    raise ValueError(f"activation must be 'logistic' or 'relu', not {activation!r}.")


def h_prime(a: float | Float[np.ndarray, "*n"], activation: str) -> float | Float[np.ndarray, "*n"]:
    """Return the derivative of `h` at the activations `a`.

    Args:
        a: a number or an array.
        activation: "logistic" or "relu". The derivative of a ReLU at exactly 0 is taken as 0.

    Returns:
        The derivatives, of the same shape as `a`.
    """
    # TODO: write one formula for each activation function (about 4 lines)
    raise NotImplementedError("h_prime")


def chain_forward(
    x: float, weights: list[float] | Float[np.ndarray, " K"], activation: str
) -> tuple[Float[np.ndarray, " K"], Float[np.ndarray, " L"]]:
    """Compute the forward pass of the chain.

    `z_1 = x`, `a_(l+1) = w_l z_l`, `z_(l+1) = h(a_(l+1))`, but `z_(K+1) = a_(K+1)` at the output.

    Args:
        x: the input, a number.
        weights: K numbers, K at least 1.
        activation: the activation function of the K - 1 hidden units, "logistic" or "relu".

    Returns:
        A tuple of `a`, the activations of layers 2 to K + 1, of shape `(K,)`, and `z`, the outputs
        of layers 1 to K + 1, of shape `(K + 1,)`; `z[-1]` is the network's output y.
    """
    # TODO: compute the layers one after the other (about 8 lines)
    raise NotImplementedError("chain_forward")


def chain_gradients(
    x: float, t: float, weights: list[float] | Float[np.ndarray, " K"], activation: str
) -> Float[np.ndarray, " K"]:
    """Return the derivative of the error with respect to every weight of the chain.

    The error is `E = (y - t)^2 / 2`.

    Args:
        x: the input, a number.
        t: the target, a number.
        weights: K numbers, K at least 1.
        activation: the activation function of the K - 1 hidden units, "logistic" or "relu".

    Returns:
        K numbers, of shape `(K,)`: the derivative with respect to `weights[k]` at index k.
    """
    # TODO: compute your expression for all layers, from last to first (about 8 lines)
    raise NotImplementedError("chain_gradients")


def norms_by_layer(
    xs: Float[np.ndarray, " R"],
    ts: Float[np.ndarray, " R"],
    weights: Float[np.ndarray, "R K"],
    activation: str,
) -> Float[np.ndarray, " K"]:
    """Measure the size of the gradient in each layer, over many networks of the same depth.

    Args:
        xs: the inputs of R networks, of shape `(R,)`.
        ts: their targets, of shape `(R,)`.
        weights: their weights, of shape `(R, K)`.
        activation: "logistic" or "relu".

    Returns:
        The root mean square of `dE/dw_l` over the networks for each layer l = 1, ..., K, of shape
        `(K,)`.
    """
    # TODO: compute all gradients, then their root mean square (about 4 lines)
    raise NotImplementedError("norms_by_layer")


def norms_by_depth(
    xs: Float[np.ndarray, " R"],
    ts: Float[np.ndarray, " R"],
    weights: Float[np.ndarray, "R K"],
    activation: str,
    depths: Sequence[int],
) -> Float[np.ndarray, " M"]:
    """Measure the size of the gradient of the **first** weight in networks of several depths.

    Args:
        xs, ts, weights, activation: as in `norms_by_layer`.
        depths: M numbers of weights, each from 1 to K. A network of depth d uses only the first d
            weights of its row; its output unit follows directly after them.

    Returns:
        The root mean square of `dE/dw_1` for each depth, of shape `(M,)`.
    """
    # TODO: measure the first layer of shorter networks (about 2 lines)
    raise NotImplementedError("norms_by_depth")


def zero_in_chain(on: list[bool]) -> list[bool]:
    """Decide from the on/off pattern of a ReLU chain which of its gradients are exactly zero.

    Here units may have biases, so a unit can be on although the unit before it is off. The error
    and the weights are nonzero: a gradient is zero only where the pattern makes it zero.

    Args:
        on: one value for each layer 1, ..., K + 1. For a hidden unit: True if its activation is
            above 0, False if the unit is off and its output is 0. For the input: whether x differs
            from 0. The output unit is always on.

    Returns:
        K booleans: whether `dE/dw_l` is zero, at index l - 1.
    """
    # TODO: which factors does the gradient of layer l have? (about 2 lines)
    raise NotImplementedError("zero_in_chain")


def zero_in_bipartite(on: list[Bool[np.ndarray, " _n"]]) -> list[Bool[np.ndarray, "_n_above _n"]]:
    """Decide from the on/off pattern of a fully connected ReLU network which gradients are zero.

    Every unit of layer l is connected to every unit of layer l + 1. Units may have biases. The
    error and the weights are nonzero, and the contributions of different paths do not cancel.

    Args:
        on: a list of K + 1 boolean arrays, one for each layer, of the shapes `(n_l,)`. For hidden
            units: True where the activation is above 0. For the inputs: which of them differ from
            0. The output units are always on.

    Returns:
        A list of K boolean arrays. The array of layer l has the shape `(n_(l+1), n_l)`. Its entry
        `[j, i]` tells whether the gradient of the weight from unit i of layer l to unit j of layer
        l + 1 is zero.
    """
    # TODO: check both ends of the weight and the paths to the output (about 7 lines)
    raise NotImplementedError("zero_in_bipartite")


def pattern(
    x: Float[np.ndarray, " _n"],
    weights: list[Float[np.ndarray, "_n_above _n"]],
    biases: list[Float[np.ndarray, " _n_above"]],
) -> list[Bool[np.ndarray, " _n"]]:
    """Return the on/off pattern of a ReLU network, as `zero_in_bipartite` takes it (provided).

    Args:
        x: the inputs, of shape `(n_1,)`.
        weights: K arrays; the array of layer l has the shape `(n_(l+1), n_l)`.
        biases: K arrays; the array of layer l has the shape `(n_(l+1),)`.
    """
    z = np.asarray(x, float)
    on = [z != 0]
    for weight, bias in zip(weights, biases, strict=True):
        a = weight @ z + bias
        z = np.maximum(a, 0)
        on.append(a > 0)
    return [*on[:-1], np.ones(len(on[-1]), bool)]


def draw_networks(
    count: int, depth: int, scale: float, positive: bool = False, seed: int = 0
) -> tuple[Float[np.ndarray, " R"], Float[np.ndarray, " R"], Float[np.ndarray, "R K"]]:
    """Draw inputs, targets and weights of `count` chains with `depth` weights each (provided).

    Inputs and targets are Gaussian. The sizes of the weights are 0.5 to 1.5 times `scale`. Their
    signs are random, or positive if `positive` is true. The same `seed` gives the same networks.
    Returns `xs`, `ts` and `weights`.
    """
    rng = np.random.default_rng(seed)
    signs = 1 if positive else rng.choice([-1, 1], size=(count, depth))
    weights = scale * signs * rng.uniform(0.5, 1.5, size=(count, depth))
    return rng.normal(size=count), rng.normal(size=count), weights


def norms(count: int = 1_000) -> dict[str, Float[np.ndarray, " M"]]:
    """Return norms by depth for both activation functions and several kinds of weights (provided).

    Each norm is measured over `count` networks.
    """
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
    """Print the norms and write the figures, with the command line `arguments` (provided)."""
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
