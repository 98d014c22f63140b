"""Cumulative products, float32 inside, networks side by side, and autograd's way for patterns."""

import itertools

import numpy as np


def h_prime(a, activation):
    if activation == "relu":
        return np.heaviside(a, 0.0)
    return 0.25 / np.cosh(np.asarray(a) / 2) ** 2


def chain_forward(x, weights, activation):
    weights = np.asarray(weights, np.float32)
    z = [np.float32(x)]
    a = []
    for k, w in enumerate(weights):
        a.append(w * z[-1])
        if k + 1 == len(weights):
            z.append(a[-1])
        elif activation == "relu":
            z.append(np.clip(a[-1], 0, None))
        else:
            z.append(0.5 + 0.5 * np.tanh(a[-1] / 2))
    return np.array(a), np.array(z)


def chain_gradients(x, t, weights, activation):
    a, z = chain_forward(x, weights, activation)
    steps = np.asarray(weights)[1:] * h_prime(a[:-1], activation)
    behind = np.append(np.cumprod(steps[::-1])[::-1], 1)
    return behind * z[:-1] * (z[-1] - t)


def norms_by_layer(xs, ts, weights, activation):
    return np.sqrt(
        sum(
            np.asarray(chain_gradients(x, t, w, activation)) ** 2
            for x, t, w in zip(xs, ts, weights, strict=False)
        )
        / len(xs)
    )


def norms_by_depth(xs, ts, weights, activation, depths):
    return [norms_by_layer(xs, ts, [list(w)[:d] for w in weights], activation)[0] for d in depths]


def zero_in_chain(on):
    on = list(on)
    return np.array([False in on[k:] for k in range(len(on) - 1)])


def zero_in_bipartite(on):
    result = []
    for k, (below, above) in enumerate(itertools.pairwise(on)):
        blocked = any(not np.any(later) for later in on[k + 2 :])
        zero = np.full((len(above), len(below)), blocked)
        zero[~np.asarray(above), :] = True
        zero[:, ~np.asarray(below)] = True
        result.append(zero)
    return tuple(result)
