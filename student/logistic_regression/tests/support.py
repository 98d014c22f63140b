"""Points, learning rates and curves for the checks of this problem."""

import numpy as np

from checks import rng

RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def draw_points(N=9, D=4):
    """Return weights, points whose last feature is 1, and classes; none is far from the line."""
    X = rng("X").normal(size=(N, D))
    X[:, -1] = 1
    return rng("w").normal(size=D), X, rng("t").integers(0, 2, N)


def draw_overlapping(N=20, D=3):
    """Return points of two classes that overlap, as X and t."""
    t = rng("t").permutation(np.arange(N) % 2)
    X = rng("X").normal(size=(N, D)) + t[:, None]
    X[:, -1] = 1
    return X, t


def as_curves(found):
    """Return a comparison as a dict from learning rate to losses; fail if it is none."""
    assert isinstance(found, dict), f"the result is of type {type(found).__name__}, not a dict"
    assert not any(isinstance(eta, str) for eta in found), "the keys of the dict must be numbers"
    return {float(eta): losses for eta, losses in found.items()}


def drawn(comparison_figure, curves):
    """Return label, x and y of each line in the figure, and the texts of axes and legends."""
    figure = comparison_figure(curves, "a title")
    axes = [axes for axes in figure.axes if axes.get_lines()]
    lines = [
        [str(line.get_label()), [float(x) for x in line.get_xdata()],
         [float(y) for y in line.get_ydata()]]
        for pair in axes for line in pair.get_lines()
    ]  # fmt: skip
    legends = [pair.get_legend() for pair in axes] + list(figure.legends)
    return {
        "axes": len(axes),
        "lines": lines,
        "labels": [text for pair in axes for text in (pair.get_xlabel(), pair.get_ylabel())],
        "legend": [str(t.get_text()) for found in legends if found for t in found.get_texts()],
    }
