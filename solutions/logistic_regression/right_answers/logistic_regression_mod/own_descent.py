"""A descent of its own for the comparison, and the last crossing of the level."""

import numpy as np
from logistic_regression import START, logistic
from matplotlib.figure import Figure

LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def _losses(X, t, eta, w0, max_epochs, tolerance):
    w, losses = np.array(w0, float), []
    for _ in range(max_epochs):
        p = np.clip(logistic(X @ w), 1e-10, 1 - 1e-10)
        losses.append(-np.mean(np.log(np.where(t == 1, p, 1 - p))))
        w -= eta * np.dot(p - t, X) / len(t)
        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance:
            break
    return np.array(losses)


def compare_learning_rates(X, t, etas=LEARNING_RATES, w0=START, max_epochs=500, tolerance=1e-5):
    return {eta: _losses(X, t, eta, w0, max_epochs, tolerance) for eta in etas}


def epochs_to_reach(losses, level):
    high = [e for e, loss in enumerate(losses) if not loss <= level]
    if not high:
        return 0
    return None if high[-1] == len(losses) - 1 else high[-1] + 1


def comparison_figure(curves, title=""):
    figure = Figure(figsize=(8, 6))
    axes = figure.add_axes([0.1, 0.1, 0.8, 0.8])
    lines = [axes.plot(losses)[0] for losses in curves.values()]
    for line, eta in zip(lines, curves, strict=False):
        line.set_label(f"learning rate = {eta:.2f}")
    axes.set_xlabel("epoch")
    axes.set_ylabel("mean loss")
    axes.legend()
    return figure


def table(curves, levels=(0.6, 0.5, 0.4, 0.3)):
    return repr(curves)
