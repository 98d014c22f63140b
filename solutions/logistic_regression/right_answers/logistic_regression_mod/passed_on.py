"""Settings passed on by keyword as they come, a reversed running maximum, one legend outside."""

import matplotlib.pyplot as plt
import numpy as np
from logistic_regression import gradient_descent

LEARNING_RATES = np.array([0.5, 0.3, 0.1, 0.05, 0.01])


def compare_learning_rates(X, t, etas=LEARNING_RATES, *settings, **named):
    found = {}
    for eta in map(float, etas):
        found[eta] = list(gradient_descent(X, t, eta, *settings, **named)[1])
    return found


def epochs_to_reach(losses, level):
    highest_from_here = np.maximum.accumulate(np.asarray(losses)[::-1])[::-1]
    stays = highest_from_here <= level
    return int(np.argmax(stays)) if stays.any() else None


def comparison_figure(curves, title=""):
    fig = plt.figure()
    ax = fig.gca()
    for rate, loss in curves.items():
        ax.semilogy(loss, marker=".", label="$\\eta$=" + format(rate, ".2f").rstrip("0"))
    ax.set_xlabel("number of epochs")
    ax.set_ylabel("negative log-likelihood, logarithmic")
    ax.set_title(title)
    fig.legend(loc="outside upper right")
    return fig


def table(curves, levels=(0.6, 0.5, 0.4, 0.3)):
    return str({eta: [epochs_to_reach(c, level) for level in levels] for eta, c in curves.items()})
