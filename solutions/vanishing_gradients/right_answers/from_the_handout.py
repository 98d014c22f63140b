"""Lists of numbers, one function for each activation, and paths that are really walked."""

import math

import numpy as np

LOGISTIC = {
    "h": lambda a: 1 / (1 + math.exp(-a)),
    "slope": lambda a: math.exp(-a) / (1 + math.exp(-a)) ** 2,
}
RELU = {"h": lambda a: a if a > 0 else 0.0, "slope": lambda a: 1.0 if a > 0 else 0.0}
UNITS = {"logistic": LOGISTIC, "relu": RELU}


def h_prime(a, activation):
    slope = np.vectorize(UNITS[activation]["slope"], otypes=[float])
    return slope(a)


def chain_forward(x, weights, activation):
    z, a = [x], []
    for w in weights:
        a.append(w * z[-1])
        z.append(UNITS[activation]["h"](a[-1]))
    z[-1] = a[-1]
    return a, z


def chain_gradients(x, t, weights, activation):
    a, z = chain_forward(x, weights, activation)
    slopes = [UNITS[activation]["slope"](value) for value in a[:-1]] + [1.0]
    gradients = []
    for layer in range(len(weights)):
        gradient = (z[-1] - t) * slopes[layer] * z[layer]
        for later in range(layer + 1, len(weights)):
            gradient = gradient * weights[later] * slopes[later]
        gradients.append(gradient)
    return np.array(gradients)


def norms_by_layer(xs, ts, weights, activation):
    total = np.zeros(np.shape(weights)[1])
    for x, t, row in zip(xs, ts, weights, strict=True):
        total += chain_gradients(x, t, row, activation) ** 2
    return np.sqrt(total / len(xs))


def norms_by_depth(xs, ts, weights, activation, depths):
    found = np.empty(len(depths))
    for place, depth in enumerate(depths):
        found[place] = norms_by_layer(xs, ts, np.array(weights)[:, :depth], activation)[0]
    return found


def zero_in_chain(on):
    on = [bool(unit) for unit in on]
    return [not (on[layer] and all(on[layer + 1 :])) for layer in range(len(on) - 1)]


def zero_in_bipartite(on):
    def reaches_the_output(layer, unit):
        if not on[layer][unit]:
            return False
        if layer == len(on) - 1:
            return True
        return any(reaches_the_output(layer + 1, above) for above in range(len(on[layer + 1])))

    answers = []
    for layer in range(len(on) - 1):
        rows = [
            [not (bool(below) and reaches_the_output(layer + 1, above)) for below in on[layer]]
            for above in range(len(on[layer + 1]))
        ]
        answers.append(np.array(rows))
    return answers
