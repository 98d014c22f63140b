"""Products written out for every layer, patterns as numbers, plain Python."""

import math

import numpy as np


def act(a, kind):
    if kind == "relu":
        return a if a > 0 else 0.0
    return 1 / (1 + math.exp(-a)) if a > 0 else math.exp(a) / (1 + math.exp(a))


def h_prime(a, activation):
    def one(v):
        if activation == "relu":
            return float(v > 0)
        return act(v, "logistic") * act(-v, "logistic")

    return np.vectorize(one)(np.asarray(a, float))


def chain_forward(x, weights, activation):
    a, z = [None], [x]
    for k in range(len(weights)):
        a += [float(weights[k]) * z[k]]
        z += [act(a[-1], activation)]
    z[-1] = a[-1]
    return a[1:], z


def chain_gradients(x, t, weights, activation):
    a, z = chain_forward(x, weights, activation)
    result = []
    for k in range(len(weights)):
        product = 1.0
        for m in range(k + 1, len(weights)):
            product *= weights[m] * float(h_prime(a[m - 1], activation))
        result.append((z[-1] - t) * product * z[k])
    return result


def norms_by_layer(xs, ts, weights, activation):
    totals = [0] * len(weights[0])
    for x, t, w in zip(xs, ts, weights, strict=False):
        for k, g in enumerate(chain_gradients(x, t, w, activation)):
            totals[k] += g * g
    return [math.sqrt(total / len(xs)) for total in totals]


def norms_by_depth(xs, ts, weights, activation, depths):
    out = []
    for d in depths:
        out.append(norms_by_layer(xs, ts, [w[:d] for w in weights], activation)[0])
    return out


def zero_in_chain(on):
    answer = []
    for k in range(len(on) - 1):
        product = 1
        for unit in on[k:]:
            product *= int(unit)
        answer.append(product == 0)
    return tuple(answer)


def zero_in_bipartite(on):
    answer = []
    for k in range(len(on) - 1):
        paths = [int(u) for u in on[-1]]
        reach = np.array(paths)
        for units in reversed(on[k + 1 : -1]):
            reach = np.array([int(u) * int(reach.sum()) for u in units])
        answer.append(
            [
                [int(reach[j] * int(on[k][i]) == 0) for i in range(len(on[k]))]
                for j in range(len(on[k + 1]))
            ]
        )
    return answer
