"""A recursion for the errors, norms of numpy, masks with matrix products."""

import numpy as np


def h(a, activation):
    return 1 / (1 + np.exp(-a)) if activation == "logistic" else np.maximum(0, a)


def h_prime(a, activation):
    a = np.asarray(a, dtype=float)
    if activation == "logistic":
        return np.exp(-np.abs(a)) / (1 + np.exp(-np.abs(a))) ** 2
    return (a > 0) * 1


def chain_forward(x, weights, activation):
    K = len(weights)
    a, z = np.zeros(K), np.zeros(K + 1)
    z[0] = x
    for k in range(K):
        a[k] = weights[k] * z[k]
        z[k + 1] = h(a[k], activation) if k < K - 1 else a[k]
    return a, z


def chain_gradients(x, t, weights, activation):
    a, z = chain_forward(x, weights, activation)

    def delta(k):
        if k == len(weights) - 1:
            return z[-1] - t
        return h_prime(a[k], activation) * weights[k + 1] * delta(k + 1)

    return np.array([delta(k) * z[k] for k in range(len(weights))])


def norms_by_layer(xs, ts, weights, activation):
    rows = np.array(
        [chain_gradients(*case, activation) for case in zip(xs, ts, weights, strict=False)]
    )
    return np.linalg.norm(rows, axis=0) / len(xs) ** 0.5


def norms_by_depth(xs, ts, weights, activation, depths):
    firsts = {}
    for d in depths:
        short = np.array(weights)[:, :d]
        g = [
            chain_gradients(x, t, w, activation)[0] for x, t, w in zip(xs, ts, short, strict=False)
        ]
        firsts[d] = np.sqrt(np.average(np.power(g, 2)))
    return np.array([firsts[d] for d in depths])


def zero_in_chain(on):
    factors = np.array(on, dtype=float)
    return np.cumprod(factors[::-1])[::-1][:-1] == 0


def zero_in_bipartite(on):
    alive = [np.asarray(u).astype(float) for u in on]
    back = alive[-1]
    out = []
    for below in alive[-2::-1]:
        out.insert(0, np.multiply.outer(back, below) == 0)
        back = below * back.sum()
    return out
