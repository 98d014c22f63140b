"""Provided: the table and the plot that compare several training runs.

This file is complete. `runs` maps the name of each run to what `helper.train` returned.
"""

from __future__ import annotations

from collections.abc import Mapping

from helper import Run
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

COLOURS = ("#3b6ea5", "#c1622d", "#4f8a4b", "#7a5195")


def table_of(runs: Mapping[str, Run]) -> str:
    """Return the losses and accuracies after the last epoch, and the best epoch, as a table."""
    lines = [
        f"{'run':<12} {'training':^17} {'test':^17} {'best test':>17}",
        f"{'':<12} " + 2 * f"{'loss':>8} {'accuracy':>8} " + f"{'accuracy (epoch)':>17}",
    ]
    for name, run in runs.items():
        best = max(run.test_accuracies)
        lines.append(
            f"{name:<12} {run.train_losses[-1]:>8.3f} {run.train_accuracies[-1]:>8.1%} "
            f"{run.test_losses[-1]:>8.3f} {run.test_accuracies[-1]:>8.1%} "
            f"{f'{best:.1%} ({run.test_accuracies.index(best) + 1})':>17}"
        )
    return "\n".join(lines)


def learning_curves(runs: Mapping[str, Run]) -> Figure:
    """Draw loss and accuracy of each epoch; dashed on the training data, solid on the test data."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for axes, kind in zip(figure.subplots(1, 2), ("losses", "accuracies"), strict=True):
        for (name, run), colour in zip(runs.items(), COLOURS, strict=False):
            for part, style in (("train", "--"), ("test", "-")):
                values = getattr(run, f"{part}_{kind}")
                label = f"{name}, {'training' if part == 'train' else 'test'}"
                epochs = range(1, len(values) + 1)
                axes.plot(epochs, values, style, color=colour, marker="o", ms=3, label=label)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.axes[0].set_ylabel("binary cross-entropy per review")
    figure.axes[1].set_ylabel("accuracy")
    figure.axes[1].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
