"""Written from the student package alone.

Stochastic gradient descent with the same learning rates: part 3 of the handout.

``python logistic_regression_sgd.py`` prints two tables and writes two plots: the five curves, and
each curve together with gradient descent at the same rate. It uses your other two files. Axes:
N points, D features, E epochs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float, Int

NUM_EPOCHS = 100


def stochastic_gradient_descent(
    X: Float[np.ndarray, "N D"],
    t: Int[np.ndarray, " N"],
    eta: float,
    w0: Sequence[float] | Float[np.ndarray, " D"] = START,
    num_epochs: int = NUM_EPOCHS,
    seed: int = 0,
) -> tuple[Float[np.ndarray, "rows D"], Float[np.ndarray, " E"]]:
    """Minimise the negative log-likelihood with one step per point, N steps per epoch.

    Every epoch records the loss of the current weights over **all** points, then takes one step
    for each point, in a new random order; it uses each point exactly once. A step subtracts `eta`
    times the gradient of the loss of its one point. The number of epochs is fixed: a noisy loss
    may be equal in two epochs by chance.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        eta: the learning rate, the same for all steps.
        w0: the weights before the first step, D numbers; do not change them in place.
        num_epochs: the number of epochs.
        seed: the seed of the random order; the same seed gives the same path.

    Returns:
        A tuple of `path`, of shape `(num_epochs * N + 1, D)`, the weights before the first step
        and after each step, and `losses`, of shape `(num_epochs,)`, the mean negative
        log-likelihood of all points at the start of each epoch.
    """
    path, losses = [np.array(w0, float)], []
    generator = np.random.default_rng(seed)
    N = len(X)
    for _epoch in range(num_epochs):
        losses.append(negative_log_likelihood(path[-1], X, t))
        order = generator.permutation(N)
        for n in order:
            x_n, t_n = X[n].reshape(1, -1), t[n].reshape(1)
            path.append(path[-1] - eta * gradient(path[-1], x_n, t_n))
    return np.array(path), np.array(losses)


def compare_sgd_learning_rates(
    X: Float[np.ndarray, "N D"],
    t: Int[np.ndarray, " N"],
    etas: Sequence[float] = LEARNING_RATES,
    w0: Sequence[float] | Float[np.ndarray, " D"] = START,
    num_epochs: int = NUM_EPOCHS,
    seed: int = 0,
) -> dict[float, Float[np.ndarray, " E"]]:
    """Run `stochastic_gradient_descent` once for each learning rate, with equal settings.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        etas: the learning rates.
        w0, num_epochs, seed: as in `stochastic_gradient_descent`; the same for every rate.

    Returns:
        A dict from each learning rate to its losses, an array with one entry per epoch. The rates
        have the order of `etas`.
    """
    return {eta: stochastic_gradient_descent(X, t, eta, w0, num_epochs, seed)[1] for eta in etas}


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare the learning rates, and stochastic with batch gradient descent (provided).

    Args:
        arguments: command-line arguments (default: `sys.argv[1:]`).
    """
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
