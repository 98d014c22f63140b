"""Written from the student package alone."""

import numpy as np
from logistic_regression import START, gradient, negative_log_likelihood
from logistic_regression_mod import LEARNING_RATES

NUM_EPOCHS = 100


def stochastic_gradient_descent(X, t, eta, w0=START, num_epochs=NUM_EPOCHS, seed=0):
    path, losses = [np.array(w0, float)], []
    generator = np.random.default_rng(seed)
    N = len(X)
    for _epoch in range(num_epochs):
        losses.append(negative_log_likelihood(path[-1], X, t))
        order = generator.permutation(N)
        for n in order:
            x_n, t_n = X[n].reshape(1, -1), t[n].reshape(1)
            path.append(path[-1] - eta * gradient(path[-1], x_n, t_n))
    return np.array(path), np.array(losses)


def compare_sgd_learning_rates(X, t, etas=LEARNING_RATES, w0=START, num_epochs=NUM_EPOCHS, seed=0):
    return {eta: stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed)[1] for eta in etas}
