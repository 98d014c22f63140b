"""Written from the student package alone; probabilities clipped at 1e-5.

Fit a line between two classes by batch gradient descent: part 1 of the handout.

Fill the holes from top to bottom. ``python check.py gradient`` checks one of them. Then
``python logistic_regression.py`` runs on the 200 points, prints the loss of each epoch and writes
Figures 1 to 3 into the folder ``figures``.

Axes: N points, D features, E epochs. A row of `X` is a point; its last feature is a constant 1, so
the last weight is the bias. A class `t` is 0 or 1, and `w` holds D weights. All other numbers are
float64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from plots import loss_figure, points_figure, separator_path_figure
from script import options, read_points, write_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int

START = (0.1, 0.0, 0.0)  # the weights before the first step
MAX_EPOCHS = 500
TOLERANCE = 1e-5  # a smaller change of the loss ends the descent


def logistic(a: Float[np.ndarray, "*shape"] | float) -> Float[np.ndarray, "*shape"] | float:
    """Return `1 / (1 + exp(-a))` element by element, without overflow (provided)."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def negative_log_likelihood(
    w: Float[np.ndarray, " D"], X: Float[np.ndarray, "N D"], t: Int[np.ndarray, " N"]
) -> float:
    """Return the mean negative log-likelihood of the classes, in nats per point.

    `E(w) = -1/N sum_n (t_n log y_n + (1 - t_n) log(1 - y_n))` with `y_n = logistic(w . x_n)`

    The result is finite even where a probability rounds to 0 or 1: the function never takes the
    logarithm of 0. The loss of a point far from the line on the side of its class is almost 0.

    Args:
        w: the weights, of shape `(D,)`.
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.

    Returns:
        A number, never negative.
    """
    y = np.clip(logistic(X @ w), 1e-5, 1 - 1e-5)
    return -(t * np.log(y) + (1 - t) * np.log(1 - y)).mean()


def gradient(
    w: Float[np.ndarray, " D"], X: Float[np.ndarray, "N D"], t: Int[np.ndarray, " N"]
) -> Float[np.ndarray, " D"]:
    """Return the gradient of `negative_log_likelihood` with respect to the weights.

    Args:
        w: the weights, of shape `(D,)`.
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.

    Returns:
        The gradient of the **mean** over the points, of shape `(D,)`.
    """
    error = np.clip(logistic(X @ w), 1e-5, 1 - 1e-5) - t
    return (error[:, None] * X).mean(axis=0)


def gradient_descent(
    X: Float[np.ndarray, "N D"],
    t: Int[np.ndarray, " N"],
    eta: float,
    w0: Sequence[float] | Float[np.ndarray, " D"] = START,
    max_epochs: int = MAX_EPOCHS,
    tolerance: float = TOLERANCE,
) -> tuple[Float[np.ndarray, "rows D"], Float[np.ndarray, " E"]]:
    """Minimise the mean negative log-likelihood with one step per epoch.

    Every epoch records the loss of the current weights, then takes the step
    `w = w - eta * gradient`. From the second epoch on, the descent stops after the step of an
    epoch whose loss differs from the loss of the previous epoch by less than `tolerance`. It
    always stops after `max_epochs` epochs.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        eta: the learning rate.
        w0: the weights before the first step, D numbers; do not change them in place.
        max_epochs: the largest number of epochs, at least 1.
        tolerance: the descent stops when the loss changes by less than this.

    Returns:
        A tuple of `path`, of shape `(E + 1, D)`, the weights before the first step and after each
        of the E steps, and `losses`, of shape `(E,)`: `losses[e]` is the loss at `path[e]`.
    """
    w = np.array(w0, dtype=float)
    path = [w.copy()]
    losses = []
    for epoch in range(max_epochs):
        losses.append(negative_log_likelihood(w, X, t))
        w -= eta * gradient(w, X, t)
        path.append(w.copy())
        if epoch >= 1 and abs(losses[-1] - losses[-2]) < tolerance:
            return np.array(path), np.array(losses)
    return np.array(path), np.array(losses)


def separator(w: Float[np.ndarray, " 3"]) -> tuple[float, float]:
    """Return slope and intercept of the line between the two classes.

    The points on the line `x_2 = slope * x_1 + intercept` have the probability 1/2.

    Args:
        w: the weights of x_1, of x_2 and of the constant, of shape `(3,)`.

    Returns:
        A tuple of two numbers, the slope and the intercept; `nan, nan` for a vertical line
        (`w[1]` is 0), which has neither.
    """
    if w[1] == 0:
        return float("nan"), float("nan")
    slope = -w[0] / w[1]
    intercept = -w[2] / w[1]
    return slope, intercept


def predict(w: Float[np.ndarray, " D"], X: Float[np.ndarray, "N D"]) -> Int[np.ndarray, " N"]:
    """Return the more likely class of each point, an array of 0 and 1 of shape `(N,)`.

    A point with a probability of exactly 1/2 may get either class.

    Args:
        w: the weights, of shape `(D,)`.
        X: the points, of shape `(N, D)`.
    """
    return np.where(logistic(X @ w) >= 0.5, 1, 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run gradient descent with the learning rate 0.5 and draw its path (provided).

    Args:
        arguments: command-line arguments (default: `sys.argv[1:]`).
    """
    chosen = options(__doc__, arguments)
    X, t, title = read_points(chosen)
    path, losses = gradient_descent(X, t, eta=0.5)
    for epoch, (w, loss) in enumerate(zip(path, losses, strict=False), 1):
        print(f"epoch {epoch:3}: negative log-likelihood {loss:.4f}, w = {np.round(w, 3)}")
    correct = np.mean(predict(path[-1], X) == t)
    print(f"{correct:.1%} of the {len(t)} points are classified correctly by the last line")
    write_figures(
        chosen,
        {
            "figure_1_points": points_figure(X, t, separator(path[-1]), title),
            "figure_2_separator_path": separator_path_figure([separator(w) for w in path], title),
            "figure_3_loss": loss_figure(losses, title),
        },
    )


if __name__ == "__main__":
    main()
