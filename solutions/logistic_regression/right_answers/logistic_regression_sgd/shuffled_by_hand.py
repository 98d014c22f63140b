"""Own formula for a step, an order shuffled in place by the old generator, arrays made before."""

import logistic_regression
import numpy as np

LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def stochastic_gradient_descent(X, t, eta, w0=logistic_regression.START, num_epochs=100, seed=0):
    np.random.seed(seed)
    N = X.shape[0]
    path = np.empty((num_epochs * N + 1, X.shape[1]))
    path[0] = w0
    losses = np.empty(num_epochs)
    order = np.arange(N)
    k = 0
    for epoch in range(num_epochs):
        losses[epoch] = logistic_regression.negative_log_likelihood(path[k], X, t)
        np.random.shuffle(order)
        for n in order:
            y = logistic_regression.logistic(X[n] @ path[k])
            path[k + 1] = path[k] - eta * (y - t[n]) * X[n]
            k += 1
    return path, losses


def compare_sgd_learning_rates(
    X, t, etas=LEARNING_RATES, w0=logistic_regression.START, num_epochs=100, seed=0
):
    runs = [stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed) for eta in etas]
    return dict(zip(etas, (losses for _, losses in runs), strict=False))
