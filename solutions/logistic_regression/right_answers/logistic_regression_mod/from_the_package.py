"""Written from the student package alone.

Compare gradient descent with five learning rates: part 2 of the handout.

``python logistic_regression_mod.py`` prints a table and writes one plot with all curves. It uses
your ``logistic_regression.py``. Axes: N points, D features, E epochs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from logistic_regression import MAX_EPOCHS, START, TOLERANCE, gradient_descent
from matplotlib.figure import Figure
from script import options, read_points, write_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int

LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def compare_learning_rates(
    X: Float[np.ndarray, "N D"],
    t: Int[np.ndarray, " N"],
    etas: Sequence[float] = LEARNING_RATES,
    w0: Sequence[float] | Float[np.ndarray, " D"] = START,
    max_epochs: int = MAX_EPOCHS,
    tolerance: float = TOLERANCE,
) -> dict[float, Float[np.ndarray, " _"]]:
    """Run `gradient_descent` once for each learning rate, with equal settings.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        etas: the learning rates.
        w0, max_epochs, tolerance: as in `gradient_descent`; the same for every rate.

    Returns:
        A dict from each learning rate to its losses, an array with one entry per epoch. The rates
        have the order of `etas`; the arrays may differ in length.
    """
    curves = {}
    for eta in etas:
        path, losses = gradient_descent(
            X, t, eta, w0=w0, max_epochs=max_epochs, tolerance=tolerance
        )
        curves[eta] = losses
    return curves


def epochs_to_reach(losses: Float[np.ndarray, " E"], level: float) -> int | None:
    """Return the number of epochs after which the loss stays at or below `level`.

    A curve that oscillates may reach a level and rise above it again; that does not count.

    Args:
        losses: the loss at the start of each epoch, of shape `(E,)`.
        level: a loss.

    Returns:
        The smallest index `e` such that `losses[e]` and all later entries are at most `level`;
        None if the last entry is above `level`.
    """
    if losses[-1] > level:
        return None
    e = len(losses) - 1
    while e > 0 and losses[e - 1] <= level:
        e -= 1
    return e


def comparison_figure(curves: Mapping[float, Float[np.ndarray, " _"]], title: str = "") -> Figure:
    """Draw all curves in one plot: the loss over the epochs, one line for each learning rate.

    All lines share one pair of axes. The label of each line names its learning rate, a legend
    shows the labels, and both axes have labels. The first entry of a curve belongs to epoch 0.

    Args:
        curves: a dict from learning rate to losses, as `compare_learning_rates` returns it. The
            curves may differ in length.
        title: the title of the plot.

    Returns:
        A matplotlib figure.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(title=title)
    for eta in curves:
        axes.plot(np.arange(len(curves[eta])), curves[eta], label=f"eta = {eta}")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return figure


def table(
    curves: Mapping[float, Float[np.ndarray, " _"]],
    levels: Sequence[float] = (0.6, 0.5, 0.4, 0.3),
) -> str:
    """Return `curves` as a text table: epochs, last loss, epochs to each of `levels` (provided)."""
    names = "  ".join(f"{level:>6g}" for level in levels)
    lines = ["learning rate  epochs  last loss   epochs until the loss stays at or below"]
    lines.append(f"{'':13}  {'':6}  {'':9}   {names}")
    for eta, losses in curves.items():
        reached = [epochs_to_reach(losses, level) for level in levels]
        shown = "  ".join(f"{'-' if epoch is None else epoch:>6}" for epoch in reached)
        lines.append(f"{eta:>13g}  {len(losses):>6}  {losses[-1]:>9.4f}   {shown}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare the learning rates on the 200 points (provided).

    Args:
        arguments: command-line arguments (default: `sys.argv[1:]`).
    """
    chosen = options(__doc__, arguments)
    X, t, title = read_points(chosen)
    curves = compare_learning_rates(X, t)
    print(table(curves))
    write_figures(
        chosen, {"figure_4_learning_rates": comparison_figure(curves, f"gradient descent, {title}")}
    )


if __name__ == "__main__":
    main()
