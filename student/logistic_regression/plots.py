"""Provided: figures of the points, of the path of the separator, and of the losses.

This file is complete. Each function returns a matplotlib figure. N points, D features, E epochs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jaxtyping import Float, Int
    from matplotlib.axes import Axes

COLOURS = ("#3b6ea5", "#c8553d")
PATH_LIMITS = (-2.5, 2.5, -9, 1)  # slopes, intercepts
HIGHEST = 1.6  # upper limit of the loss axis; noisy curves exceed it


def points_figure(
    X: Float[np.ndarray, "N D"],
    t: Int[np.ndarray, " N"],
    separator: tuple[float, float],
    title: str = "",
) -> Figure:
    """Draw the points of both classes and a line, `separator` = (slope, intercept)."""
    figure, axes = _figure((5.5, 4.5), title, "$x_1$", "$x_2$")
    for kind, marker in enumerate("ox"):
        axes.scatter(
            X[t == kind, 0], X[t == kind, 1], s=18, marker=marker, color=COLOURS[kind],
            label=f"class {kind}",
        )  # fmt: skip
    ends = np.array([X[:, 0].min(), X[:, 0].max()])
    axes.plot(ends, separator[0] * ends + separator[1], color="black", linewidth=1)
    axes.set_ylim(X[:, 1].min() - 0.5, X[:, 1].max() + 0.5)
    axes.legend(fontsize=8)
    return figure


def separator_path_figure(separators: Sequence[tuple[float, float]], title: str = "") -> Figure:
    """Draw the path of a line in the plane of slope and intercept (Figure 2).

    `separators` holds a pair (slope, intercept) for each epoch. Pairs that are not finite or lie
    outside the plotted part of the plane do not appear.
    """
    figure, axes = _figure((6.5, 4.8), title, "slope", "intercept")
    path = np.array(separators, float)
    axes.plot(path[:, 0], path[:, 1], color="0.7", linewidth=0.6, zorder=1)
    drawn = axes.scatter(
        path[:, 0], path[:, 1], c=np.arange(len(path)), s=10, cmap="viridis", zorder=2
    )
    axes.plot(*path[-1], marker="*", markersize=13, color=COLOURS[1], linestyle="none", zorder=3,
              label="last epoch")  # fmt: skip
    axes.set_xlim(*PATH_LIMITS[:2])
    axes.set_ylim(*PATH_LIMITS[2:])
    axes.legend(fontsize=8)
    figure.colorbar(drawn, label="epoch")
    return figure


def loss_figure(losses: Float[np.ndarray, " E"], title: str = "") -> Figure:
    """Draw the loss of each epoch (Figure 3)."""
    figure, axes = _figure((6.5, 3.8), title, "epoch", "negative log-likelihood (nats per point)")
    axes.plot(losses, color=COLOURS[0], linewidth=1)
    return figure


def beside_figure(
    batch: Mapping[float, Float[np.ndarray, " _"]],
    stochastic: Mapping[float, Float[np.ndarray, " E"]],
    title: str = "",
) -> Figure:
    """Draw the losses of batch and stochastic gradient descent, one plot per learning rate.

    Both arguments are dicts from learning rate to losses, with the same keys. All plots share
    their axes and show the epochs of the stochastic descent. The loss axis is limited, so noisy
    curves may leave the plot at the top.
    """
    figure = Figure(figsize=(10.5, 2.8), layout="constrained")
    figure.suptitle(title, fontsize=10)
    cells = figure.subplots(1, len(batch), sharex=True, sharey=True, squeeze=False)[0]
    for axes, eta in zip(cells, batch, strict=True):
        count = len(stochastic[eta])
        axes.plot(batch[eta][:count], color=COLOURS[0], linewidth=1, label="gradient descent")
        axes.plot(stochastic[eta], color=COLOURS[1], linewidth=1, label="stochastic")
        axes.set_title(f"η = {eta:g}", fontsize=10)
        axes.set_xlabel("epoch")
    cells[0].set_ylabel("negative log-likelihood")
    cells[0].set_ylim(0, HIGHEST)
    cells[-1].legend(fontsize=7)
    return figure


def _figure(size: tuple[float, float], title: str, x: str, y: str) -> tuple[Figure, Axes]:
    """Return a figure with one pair of labelled axes."""
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot(title=title, xlabel=x, ylabel=y)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes
