"""Gradient descent with five learning rates, compared: part 2 of the handout.

``python logistic_regression_mod.py`` prints a table and writes one plot with all curves. It builds
on your ``logistic_regression.py``; N, D, `X`, `t` and `w` are as there.
"""

from logistic_regression import MAX_EPOCHS, START, TOLERANCE, gradient_descent
from matplotlib.figure import Figure
from script import options, read_points, write_figures

LEARNING_RATES = (0.5, 0.3, 0.1, 0.05, 0.01)


def compare_learning_rates(
    X, t, etas=LEARNING_RATES, w0=START, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE
):
    """Run `gradient_descent` once for each learning rate, all else being equal.

    Args:
        X: the points, of shape `(N, D)`.
        t: their classes, 0 or 1, of shape `(N,)`.
        etas: the learning rates.
        w0, max_epochs, tolerance: as in `gradient_descent`; the same for every rate.

    Returns:
        A dict from each learning rate to its losses, an array with one entry for each epoch, in
        the order of `etas`.
    """
    # BEGIN SOLUTION: one run for each rate (about 5 lines)
    curves = {}
    for eta in etas:
        _, losses = gradient_descent(X, t, eta, w0, max_epochs, tolerance)
        curves[eta] = losses
    return curves
    # END SOLUTION


def epochs_to_reach(losses, level):
    """Return after how many epochs the loss has come down to `level` for good.

    A curve that oscillates may touch a level and leave it again; that does not count.

    Args:
        losses: the loss at the start of each epoch, of shape `(E,)`.
        level: a loss.

    Returns:
        The smallest index `e` such that `losses[e]` and all entries behind it are at most
        `level`: the number of epochs that come before it. None if the last entry is above.
    """
    # BEGIN SOLUTION: look at it from the end (about 5 lines)
    reached = None
    for epoch in range(len(losses) - 1, -1, -1):
        if losses[epoch] > level:
            break
        reached = epoch
    return reached
    # END SOLUTION


def comparison_figure(curves, title=""):
    """Draw all curves in one plot: the loss over the epochs, one line for each learning rate.

    The lines share one pair of axes, each has a label with its learning rate for the legend, and
    both axes say what they show. The first entry of a curve stands at epoch 0.

    Args:
        curves: a dict from learning rate to losses, as `compare_learning_rates` returns it. The
            curves may differ in length.
        title: what stands above the plot.

    Returns:
        A matplotlib figure.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(title=title)
    # BEGIN SOLUTION: draw the lines, name them and the axes (about 5 lines)
    for eta, losses in curves.items():
        axes.plot(range(len(losses)), losses, label=f"η = {eta:g}", linewidth=1.2)
    axes.set_xlabel("epoch")
    axes.set_ylabel("negative log-likelihood (nats per point)")
    axes.legend()
    # END SOLUTION
    return figure


def table(curves, levels=(0.6, 0.5, 0.4, 0.3)):
    """Return as text how far and how fast each learning rate comes (provided)."""
    names = "  ".join(f"{level:>6g}" for level in levels)
    lines = ["learning rate  epochs  last loss   epochs until the loss stays at or below"]
    lines.append(f"{'':13}  {'':6}  {'':9}   {names}")
    for eta, losses in curves.items():
        reached = [epochs_to_reach(losses, level) for level in levels]
        shown = "  ".join(f"{'-' if epoch is None else epoch:>6}" for epoch in reached)
        lines.append(f"{eta:>13g}  {len(losses):>6}  {losses[-1]:>9.4f}   {shown}")
    return "\n".join(lines)


def main(arguments=None):
    """Compare the learning rates on the points (provided)."""
    chosen = options(__doc__, arguments)
    X, t, title = read_points(chosen)
    curves = compare_learning_rates(X, t)
    print(table(curves))
    write_figures(
        chosen, {"figure_4_learning_rates": comparison_figure(curves, f"gradient descent, {title}")}
    )


if __name__ == "__main__":
    main()
