"""The base script as a module, a dict comprehension, pyplot, and the last loss above a level."""

import logistic_regression as base
import matplotlib.pyplot as plt
import numpy as np

LEARNING_RATES = [0.5, 0.3, 0.1, 0.05, 0.01]


def compare_learning_rates(
    X, t, etas=LEARNING_RATES, w0=base.START, max_epochs=500, tolerance=1e-5
):
    return {
        eta: base.gradient_descent(
            X, t, eta=eta, w0=w0, max_epochs=max_epochs, tolerance=tolerance
        )[1]
        for eta in etas
    }


def epochs_to_reach(losses, level):
    above = np.flatnonzero(np.asarray(losses) > level)
    first = int(above[-1]) + 1 if len(above) else 0
    return first if first < len(losses) else None


def comparison_figure(curves, title=""):
    figure, axes = plt.subplots()
    for eta in sorted(curves):
        plt.plot(np.arange(len(curves[eta])), curves[eta], "--", label="learning rate " + str(eta))
    plt.xlabel("Epoch")
    plt.ylabel("NLL")
    plt.title(title)
    plt.legend(loc="upper right")
    return figure


def table(curves, levels=(0.6, 0.5, 0.4, 0.3)):
    return "\n".join(
        f"{eta}: {[epochs_to_reach(losses, level) for level in levels]}"
        for eta, losses in curves.items()
    )
