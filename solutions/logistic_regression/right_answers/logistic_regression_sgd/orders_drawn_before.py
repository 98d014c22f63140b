"""All orders drawn before the first step, one loop over all steps, and residuals of its own."""

import numpy as np
from logistic_regression import START, logistic

LEARNING_RATES = [0.5, 0.3, 0.1, 0.05, 0.01]


def stochastic_gradient_descent(X, t, eta, w0=START, num_epochs=100, seed=0):
    N = len(t)
    rng = np.random.default_rng(seed)
    order = rng.permuted(np.tile(np.arange(N), (num_epochs, 1)), axis=1).ravel()
    W = np.tile(np.asarray(w0, float), (num_epochs * N + 1, 1))
    for k, n in enumerate(order):
        W[k + 1] = W[k] + eta * (t[n] - logistic(W[k] @ X[n])) * X[n]
    A = W[:-1:N] @ X.T
    return W, np.mean(np.logaddexp(0, A) - t * A, axis=1)


def compare_sgd_learning_rates(X, t, etas=LEARNING_RATES, w0=START, num_epochs=100, seed=0):
    return {e: stochastic_gradient_descent(X, t, e, w0, num_epochs, seed)[1] for e in etas}
