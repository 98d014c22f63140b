"""Fit a line between two classes by batch gradient descent: part 1 of the handout.

Fill the holes from top to bottom. ``python check.py gradient`` checks one of them, and
``python logistic_regression.py`` then runs on the largest data on this machine, prints the loss of
each epoch and writes Figures 1 to 3 into the folder ``figures``.

N points, D features. A row of `X` is a point; its last feature is a constant 1, so that the last
weight is the bias. A class `t` is 0 or 1, and `w` holds D weights. All numbers are float64.
"""

import numpy as np
from plots import loss_figure, points_figure, separator_path_figure
from script import options, read_points, write_figures

START = (0.1, 0.0, 0.0)  # the weights before the first step
MAX_EPOCHS = 500
TOLERANCE = 1e-5  # of the loss, from one epoch to the next


def logistic(a):
    """Return `1 / (1 + exp(-a))`, without overflow (provided)."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def negative_log_likelihood(w, X, t):
    """Return the mean negative log-likelihood of the classes, in nats per point.

    `E(w) = -1/N sum_n (t_n log y_n + (1 - t_n) log(1 - y_n))` with `y_n = logistic(w . x_n)`

    Where a probability rounds to 0 or to 1, the result is a finite number all the same: no
    logarithm of 0 is taken. Far on the right side of the line, the loss of a point is almost 0.

    Args:
        w: the weights, of shape `(D,)`.
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.

    Returns:
        A number, never negative.
    """
    # TODO: the mean over all points, without a logarithm of 0 (about 2 lines)
    raise NotImplementedError("negative_log_likelihood")


def gradient(w, X, t):
    """Return the gradient of `negative_log_likelihood` with respect to the weights.

    Args:
        w: the weights, of shape `(D,)`.
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.

    Returns:
        The gradient of the **mean** over the points, of shape `(D,)`.
    """
    # TODO: derive it first; it is short (1 or 2 lines)
    raise NotImplementedError("gradient")


def gradient_descent(X, t, eta, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE):
    """Minimise the mean negative log-likelihood with one step per epoch.

    Every epoch notes the loss of the present weights, then takes the step
    `w = w - eta * gradient`. From the second epoch on, the descent stops after the step of an
    epoch whose loss differs from that of the epoch before by less than `tolerance`; it stops
    after `max_epochs` in any case.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        eta: the learning rate.
        w0: the weights before the first step, D numbers; they stay as they are.
        max_epochs: the largest number of epochs, at least 1.
        tolerance: the change of the loss that counts as none.

    Returns:
        A tuple of `path`, the weights before the first step and after each of E steps, of shape
        `(E + 1, D)`, and `losses`, of shape `(E,)`: `losses[e]` is the loss at `path[e]`.
    """
    # TODO: note the loss, take the step, see whether to stop (about 9 lines)
    raise NotImplementedError("gradient_descent")


def separator(w):
    """Return slope and intercept of the line between the two classes.

    The points on it, `x_2 = slope * x_1 + intercept`, have the probability 1/2.

    Args:
        w: the weights of x_1, of x_2 and of the constant, of shape `(3,)`.

    Returns:
        A tuple of two numbers, the slope and the intercept. A vertical line (`w[1]` is 0) has
        neither: it gives `nan, nan`.
    """
    # TODO: solve w . (x_1, x_2, 1) = 0 for x_2 (about 3 lines)
    raise NotImplementedError("separator")


def predict(w, X):
    """Return the more likely class of each point, an array of 0 and 1 of shape `(N,)`.

    Args:
        w: the weights, of shape `(D,)`.
        X: the points, of shape `(N, D)`.
    """
    # TODO: which class has a probability above 1/2? (1 line)
    raise NotImplementedError("predict")


def main(arguments=None):
    """Run gradient descent with the learning rate 0.5 and draw its path (provided)."""
    chosen = options(__doc__, arguments)
    X, t, title = read_points(chosen)
    path, losses = gradient_descent(X, t, eta=0.5)
    for epoch, (w, loss) in enumerate(zip(path, losses, strict=False), 1):
        print(f"epoch {epoch:3}: negative log-likelihood {loss:.4f}, w = {np.round(w, 3)}")
    correct = np.mean(predict(path[-1], X) == t)
    print(f"{correct:.1%} of the {len(t)} points are on their side of the last line")
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
