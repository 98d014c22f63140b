"""Plain Python over one point at a time, with lists and math."""

import math

import numpy as np

START = [0.1, 0, 0]
MAX_EPOCHS, TOLERANCE = 500, 0.00001


def softplus(a):
    return a + math.log1p(math.exp(-a)) if a > 0 else math.log1p(math.exp(a))


def sigma(a):
    if a < 0:
        return math.exp(a) / (1 + math.exp(a))
    return 1 / (1 + math.exp(-a))


def negative_log_likelihood(w, X, t):
    total = 0
    for x, c in zip(X, t, strict=False):
        a = float(np.dot(w, x))
        total += softplus(-a) if c == 1 else softplus(a)
    return total / len(t)


def gradient(w, X, t):
    g = [0.0] * len(w)
    for x, c in zip(X, t, strict=False):
        d = sigma(float(np.dot(w, x))) - c
        for k in range(len(w)):
            g[k] += d * x[k] / len(t)
    return np.array(g)


def gradient_descent(X, t, eta, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE):
    path = [list(w0)]
    losses = []
    while len(losses) < max_epochs:
        losses.append(negative_log_likelihood(path[-1], X, t))
        path.append([a - eta * g for a, g in zip(path[-1], gradient(path[-1], X, t), strict=False)])
        if len(losses) >= 2 and abs(losses[-2] - losses[-1]) < tolerance:
            break
    return path, losses


def separator(w):
    try:
        return [-float(w[0]) / float(w[1]), -float(w[2]) / float(w[1])]
    except ZeroDivisionError:
        return [math.nan, math.nan]


def predict(w, X):
    return [1 if sigma(float(np.dot(w, x))) > 0.5 else 0 for x in X]
