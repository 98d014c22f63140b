"""A small number inside the logarithms, matrices of one column, and arrays of shape (1,)."""

import numpy as np

START = (0.1, 0.0, 0.0)
MAX_EPOCHS = 500
TOLERANCE = 1e-5
EPS = 1e-5


def logistic(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def _column(v):
    return np.asarray(v, float).reshape(-1, 1)


def negative_log_likelihood(w, X, t):
    y, t = logistic(X @ _column(w)), _column(t)
    costs = t.T @ np.log(y + EPS) + (1 - t).T @ np.log(1 - y + EPS)
    return -costs[0] / len(X)


def gradient(w, X, t):
    y = logistic(X @ _column(w))
    return (X.T @ (y - _column(t)) / X.shape[0]).ravel()


def gradient_descent(X, t, eta, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE):
    W = _column(w0).T.copy()
    E = np.zeros(0)
    previous = np.inf
    while E.size < max_epochs:
        now = negative_log_likelihood(W[-1], X, t)
        E = np.append(E, now)
        W = np.concatenate([W, [W[-1] - eta * gradient(W[-1], X, t)]])
        if np.abs(now - previous) < tolerance:
            break
        previous = now
    return W, E


def separator(w):
    a, b, c = (float(v) for v in w)
    if not b:
        return np.array([np.nan, np.nan])
    return np.array([-a / b, -c / b])


def predict(w, X):
    return np.rint(logistic(X @ _column(w))).astype(np.int8)[:, 0]
