"""Points and classes shuffled together in every epoch, and losses of shape (1,)."""

import numpy as np
from logistic_regression import START, gradient, negative_log_likelihood
from logistic_regression_mod import LEARNING_RATES


def stochastic_gradient_descent(X, t, eta, w0=START, num_epochs=100, seed=0):
    state = np.random.RandomState(seed)
    N, D = X.shape
    w = np.array(w0, float)
    path, losses = np.zeros((num_epochs, N, D)), np.zeros((num_epochs, 1))
    points, classes = X.copy(), t.copy()
    for epoch in range(num_epochs):
        losses[epoch] = negative_log_likelihood(w, X, t)
        order = np.argsort(state.rand(N))
        points, classes = points[order], classes[order]
        for i, (x, c) in enumerate(zip(points, classes, strict=False)):
            w -= eta * gradient(w, np.atleast_2d(x), np.atleast_1d(c))
            path[epoch, i] = w
    return np.vstack([np.array(w0, float)[None], path.reshape(-1, D)]), losses


def compare_sgd_learning_rates(X, t, etas=LEARNING_RATES, w0=START, num_epochs=100, seed=0):
    curves = {}
    for eta in etas:
        curves.update({eta: stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed)[1]})
    return curves
