"""Stochastic gradient descent with the same learning rates: part 3 of the handout.

``python logistic_regression_sgd.py`` prints a table and writes two plots: the five curves, and each
of them beside that of gradient descent. It builds on your other two files; N, D, `X`, `t` and `w`
are as there.
"""

import numpy as np
from logistic_regression import START, gradient, negative_log_likelihood
from logistic_regression_mod import (
    LEARNING_RATES,
    compare_learning_rates,
    comparison_figure,
    table,
)
from plots import beside_figure
from script import options, read_points, write_figures

NUM_EPOCHS = 100


def stochastic_gradient_descent(X, t, eta, w0=START, num_epochs=NUM_EPOCHS, seed=0):
    """Minimise the negative log-likelihood with one step per point, N steps per epoch.

    Every epoch notes the loss of the present weights over **all** points, then takes one step for
    each point, in a new random order; no point is left out and none comes twice. A step goes down
    the gradient of the loss of its one point. There is no other rule to stop: the loss of a noisy
    curve may by chance not change from one epoch to the next.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        eta: the learning rate, the same for all steps.
        w0: the weights before the first step, D numbers; they stay as they are.
        num_epochs: how often each point is used.
        seed: of the random numbers; the same seed gives the same path.

    Returns:
        A tuple of `path`, the weights before the first step and after each step, of shape
        `(num_epochs * N + 1, D)`, and `losses`, of shape `(num_epochs,)`: the mean negative
        log-likelihood of all points at the start of each epoch.
    """
    path, losses = [np.array(w0, float)], []
    # BEGIN SOLUTION: note the loss, then one step for each point in a new order (about 8 lines)
    rng = np.random.default_rng(seed)
    w = path[0]
    for _ in range(num_epochs):
        losses.append(negative_log_likelihood(w, X, t))
        for n in rng.permutation(len(t)):
            w = w - eta * gradient(w, X[n : n + 1], t[n : n + 1])
            path.append(w)
    # END SOLUTION
    return np.array(path), np.array(losses)


def compare_sgd_learning_rates(X, t, etas=LEARNING_RATES, w0=START, num_epochs=NUM_EPOCHS, seed=0):
    """Run `stochastic_gradient_descent` once for each learning rate, all else being equal.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        etas: the learning rates.
        w0, num_epochs, seed: as in `stochastic_gradient_descent`; the same for every rate.

    Returns:
        A dict from each learning rate to its losses, an array with one entry for each epoch, in
        the order of `etas`.
    """
    # BEGIN SOLUTION: one run for each rate (about 5 lines)
    curves = {}
    for eta in etas:
        _, losses = stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed)
        curves[eta] = losses
    return curves
    # END SOLUTION


def main(arguments=None):
    """Compare the learning rates, and stochastic with plain gradient descent (provided)."""
    chosen = options(__doc__, arguments)
    X, t, title = read_points(chosen)
    batch, stochastic = compare_learning_rates(X, t), compare_sgd_learning_rates(X, t)
    print(f"gradient descent\n{table(batch)}\n\nstochastic gradient descent\n{table(stochastic)}")
    heading = f"stochastic gradient descent, {title}"
    write_figures(
        chosen,
        {
            "figure_5_sgd_learning_rates": comparison_figure(stochastic, heading),
            "figure_6_sgd_and_gradient_descent": beside_figure(batch, stochastic, title),
        },
    )


if __name__ == "__main__":
    main()
