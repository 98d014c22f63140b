"""Written from the student package alone."""

import numpy as np
from logistic_regression import MAX_EPOCHS, START, TOLERANCE, gradient_descent
from matplotlib.figure import Figure

LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def compare_learning_rates(
    X, t, etas=LEARNING_RATES, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE
):
    curves = {}
    for eta in etas:
        path, losses = gradient_descent(
            X, t, eta, w0=w0, max_epochs=max_epochs, tolerance=tolerance
        )
        curves[eta] = losses
    return curves


def epochs_to_reach(losses, level):
    if losses[-1] > level:
        return None
    e = len(losses) - 1
    while e > 0 and losses[e - 1] <= level:
        e -= 1
    return e


def comparison_figure(curves, title=""):
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(title=title)
    for eta in curves:
        axes.plot(np.arange(len(curves[eta])), curves[eta], label=f"eta = {eta}")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return figure
