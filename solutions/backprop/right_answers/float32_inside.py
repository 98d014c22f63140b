"""Single precision, einsum, columns, and gradients that use none of the other functions."""

import numpy as np


def delta_output(y, t):
    return (np.float32(y) - np.float32(t)).reshape(1)


def grad_w(delta_above, z):
    return np.einsum("k,j->kj", delta_above, z).astype(np.float32)


def delta_hidden(delta_above, W, z):
    back = np.einsum("k,kj->j", delta_above.astype(np.float32), W.astype(np.float32))
    return back * (z - z**2)


def gradients(x, t, weights):
    columns = [np.asarray(x, np.float32)[:, None]]
    for i, W in enumerate(weights):
        a = W.astype(np.float32) @ columns[-1]
        columns.append(1 / (1 + np.exp(-a)) if i + 1 < len(weights) else a)
    d = columns[-1] - np.float32(t)
    found = {}
    for i in reversed(range(len(weights))):
        found[i] = d @ columns[i].T
        d = weights[i].T.astype(np.float32) @ d * columns[i] * (1 - columns[i])
    return [found[i] for i in range(len(weights))]
