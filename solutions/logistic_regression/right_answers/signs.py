"""Classes as signs, booleans out, a recursive descent, and everything in float32."""

import numpy as np

START = (0.1, 0.0, 0.0)
MAX_EPOCHS = 500
TOLERANCE = 1e-5


def _margins(w, X, t):
    signs = 2 * np.asarray(t, np.float32) - 1
    return signs, signs * (np.asarray(X, np.float32) @ np.asarray(w, np.float32))


def negative_log_likelihood(w, X, t):
    _, m = _margins(w, X, t)
    return (np.maximum(-m, 0) + np.log1p(np.exp(-np.abs(m)))).mean()


def gradient(w, X, t):
    signs, m = _margins(w, X, t)
    pull = signs * (1 - np.tanh(m / 2)) / 2
    return -np.einsum("n,nd->d", pull, np.asarray(X, np.float32)) / pull.size


def _loss_and_step(w, X, t, eta):
    return float(negative_log_likelihood(w, X, t)), w - eta * gradient(w, X, t)


def gradient_descent(X, t, eta, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE):
    rows, losses = [np.asarray(w0, float).copy()], []
    stop = False
    while not stop:
        loss, w = _loss_and_step(rows[-1], X, t, eta)
        losses, rows = [*losses, loss], [*rows, w]
        stop = len(losses) == max_epochs
        stop = stop or (len(losses) > 1 and -tolerance < losses[-1] - losses[-2] < tolerance)
    return np.vstack(rows), np.asarray(losses)


def separator(w):
    slope, intercept = (-w[0] / w[1], -w[2] / w[1]) if w[1] else (float("nan"), float("nan"))
    return slope, intercept


def predict(w, X):
    return X.dot(w) > 0
