"""Probabilities kept away from 0 and 1, and the course's own style."""

import numpy as np

START = (0.1, 0.0, 0.0)
MAX_EPOCHS = 500
TOLERANCE = 1e-5


def logistic(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def negative_log_likelihood(w, X, t):
    eps = 1e-10
    y = logistic(np.dot(X, w))
    y = np.maximum(eps, np.minimum(1 - eps, y))
    e = -np.mean(np.multiply(t, np.log(y)) + np.multiply((1 - t), np.log(1 - y)))
    return np.array([e])


def gradient(w, X, t):
    y = logistic(np.dot(X, w))
    return np.mean(np.multiply((y - t), X.T), axis=1)


def gradient_descent(X, t, eta, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE):
    w = np.array(w0)
    e_all = []
    w_all = np.zeros((max_epochs + 1, len(w)))
    w_all[0] = w
    for iter in range(0, max_epochs):
        e = negative_log_likelihood(w, X, t)
        e_all.append(e)
        w = w - eta * gradient(w, X, t)
        w_all[iter + 1] = w
        if iter > 0:
            if np.absolute(e - e_all[iter - 1]) < tolerance:
                break
    return w_all[: len(e_all) + 1], np.array(e_all)


def separator(w):
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.divide(-w[0], w[1])
        intercept = np.divide(-w[2], w[1])
    return slope, intercept


def predict(w, X):
    return np.round(logistic(np.dot(X, w)))
