"""One number at a time, as on paper, with lists; a number for the error of the output."""

import math


def logistic(a):
    return 1 / (1 + math.exp(-a))


def delta_output(y, t):
    return float(y[0]) - float(t)


def grad_w(delta_above, z):
    rows = []
    for d in delta_above:
        rows.append([d * out for out in z])
    return rows


def delta_hidden(delta_above, W, z):
    deltas = []
    for j in range(len(z)):
        total = 0.0
        for k in range(len(delta_above)):
            total += W[k][j] * delta_above[k]
        deltas.append(z[j] * (1 - z[j]) * total)
    return deltas


def gradients(x, t, weights):
    layers = [list(x)]
    for number, W in enumerate(weights):
        a = [sum(w * z for w, z in zip(row, layers[-1], strict=True)) for row in W]
        layers.append(a if number == len(weights) - 1 else [logistic(v) for v in a])
    deltas = [delta_output(layers[-1], t)]
    result = []
    for number in range(len(weights) - 1, -1, -1):
        result.append(grad_w(deltas, layers[number]))
        if number:
            deltas = delta_hidden(deltas, weights[number], layers[number])
    result.reverse()
    return tuple(result)
