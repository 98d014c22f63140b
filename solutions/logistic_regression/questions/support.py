"""Points, learning rates, curves and paths for the checks of this problem."""

import numpy as np

from checks import as_shaped, expect_close, expect_parts, numbers, rng
from checks.values import Unusable

RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def draw_points(N=9, D=4):
    """Return weights, points whose last feature is 1, and classes; none is far from the line."""
    X = rng("X").normal(size=(N, D))
    X[:, -1] = 1
    w = rng("w").normal(size=D)
    return 2.5 * w / max(np.abs(X @ w).max(), 2.5), X, rng("t").integers(0, 2, N)


def linear_loss(owner):
    """Return functions of another loss that falls too, in place of ones that fail."""
    import numpy as np

    def gradient_descent(X, t, eta, w0=(0, 0, 0), max_epochs=4, tolerance=0.0):
        return np.tile(w0, (max_epochs + 1, 1)), np.zeros(max_epochs)

    return {
        "negative_log_likelihood": lambda w, X, t: -np.mean((2 * t - 1) * (X @ w)),
        "gradient": lambda w, X, t: -(2 * t - 1) @ X / len(X),
        "gradient_descent": gradient_descent,
    }


def draw_overlapping(N=20, D=3):
    """Return points of two classes that overlap, as X and t."""
    t = rng("t").permutation(np.arange(N) % 2)
    X = rng("X").normal(size=(N, D)) + t[:, None]
    X[:, -1] = 1
    return X, t


def expect_own_rows(path, w0):
    """Fail if all rows after the first are equal: one array, appended again and again."""
    rows = path[1:]
    if len(rows) < 2 or not (rows == rows[0]).all():
        return
    if np.allclose(rows[0], w0):
        raise Unusable("every row of the path holds w0, as if no step changed the weights")
    which = "" if (rows[0] == path[0]).all() else " after the first"
    raise Unusable(
        f"every row of the path{which} holds the same weights: one array is changed in place and "
        "appended again and again. Append a copy in each step"
    )


def follows(path, steps, eta, slopes):
    """Tell whether each of some steps subtracts eta times one of the gradients ``slopes(w)``."""
    for step in steps:
        before, found = path[step], path[step + 1]
        choices = [as_shaped(slope, before.shape) for slope in slopes(before)]
        if not any(np.allclose(found, before - eta * s, rtol=1e-4, atol=1e-6) for s in choices):
            return False
    return True


def curve_of(found):
    """Return the losses that a descent returned beside its path."""
    losses = expect_parts(found, "path", "losses")[1]
    return numbers(losses, "losses").astype(float).reshape(-1)


def expect_same_losses(found, wanted, name):
    """Fail unless two curves agree; where a descent diverges, both are NaN or infinite."""
    found = numbers(found, name).astype(float).reshape(-1)
    assert len(found) == len(wanted), (
        f"{name} has {len(found)} epochs, its descent has {len(wanted)}"
    )
    finite = np.isfinite(wanted)
    if not np.isfinite(found[~finite]).any():
        found = np.where(finite, found, 0.0)
    expect_close(found, np.where(finite, wanted, 0.0), rtol=1e-3, atol=1e-4, name=name)


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
