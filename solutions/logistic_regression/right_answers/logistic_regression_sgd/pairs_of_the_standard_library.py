"""The standard library's generator over pairs of point and class, and lists."""

import math
import random

import logistic_regression as base

LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def stochastic_gradient_descent(X, t, eta, w0=base.START, num_epochs=100, seed=0):
    dice = random.Random(seed)
    pairs = [(list(map(float, x)), int(c)) for x, c in zip(X, t, strict=False)]
    w = [float(v) for v in w0]
    path, losses = [w], []
    for _ in range(num_epochs):
        losses.append(float(sum(_loss(w, *pair) for pair in pairs)) / len(pairs))
        dice.shuffle(pairs)
        for x, c in pairs:
            y = 1 / (1 + math.exp(-sum(a * b for a, b in zip(w, x, strict=False))))
            w = [a - eta * (y - c) * b for a, b in zip(w, x, strict=False)]
            path.append(w)
    return path, losses


def _loss(w, x, c):
    a = sum(p * q for p, q in zip(w, x, strict=False)) * (1 if c else -1)
    return math.log1p(math.exp(-a)) if a > -30 else -a


def compare_sgd_learning_rates(X, t, etas=LEARNING_RATES, w0=base.START, num_epochs=100, seed=0):
    curves = dict.fromkeys(etas)
    for eta in curves:
        curves[eta] = stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed)[1]
    return curves
