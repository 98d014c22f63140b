"""Figures of decision regions in the plane, and of lines in several panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

TINTS = ("#cfe0f2", "#fbe3c4", "#d9ecd2", "#e6d9ee", "#eeeeee")
_RED = "#c0392b"
_STYLES = ("-", "--", "-.", ":")  # lines that coincide stay visible
_FINENESS = 301


def decision_regions(
    W: ArrayLike,
    b: ArrayLike,
    names: Sequence[str],
    *,
    point: ArrayLike,
    boundaries: Mapping[str, ArrayLike] | None = None,
    middles: Sequence[ArrayLike] = (),
    reach: float = 4.0,
) -> Figure:
    """Colour the plane around ``point`` by the class with the largest activation.

    The figure shows the square within ``reach`` of ``point``, which is a green dot. The
    ``boundaries`` (labels and directions) are red lines that start at ``point``; the directions
    in ``middles`` are dashed lines.
    """
    weights, biases, centre = (np.asarray(value, float) for value in (W, b, point))
    figure = Figure(figsize=(5.2, 4.8), layout="constrained")
    axes = figure.add_subplot()
    ticks = np.linspace(-reach, reach, _FINENESS)
    x1, x2 = np.meshgrid(centre[0] + ticks, centre[1] + ticks)
    activations = np.stack([x1, x2], axis=-1) @ weights.T + biases
    winner = activations.argmax(axis=-1)
    sides = (x1.min(), x1.max(), x2.min(), x2.max())
    axes.imshow(winner, extent=sides, origin="lower", cmap=ListedColormap(TINTS[: len(names)]),
                vmin=0, vmax=len(names) - 1, interpolation="nearest")  # fmt: skip
    for direction in middles:
        axes.plot(*_ray(centre, direction, reach), "--", color="#333333", linewidth=1.5)
    for label, direction in (boundaries or {}).items():
        line = _ray(centre, direction, 1.5 * reach)
        axes.plot(*line, color=_RED, linewidth=1.8)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
        x1_mean, x2_mean = line.mean(axis=1)
        axes.text(x1_mean, x2_mean, label, color=_RED, ha="center", va="center",
                  fontsize=8, bbox=box)  # fmt: skip
    for k, name in enumerate(names):
        if (winner == k).any():
            x1_mean, x2_mean = x1[winner == k].mean(), x2[winner == k].mean()
            box = {"facecolor": TINTS[k], "edgecolor": "none", "pad": 2.5}
            axes.text(x1_mean, x2_mean, name, ha="center", va="center", fontsize=12, bbox=box)
    axes.plot(*centre, "o", color="#2e8b3d", markersize=8, markeredgecolor="white")
    axes.set_xlim(sides[:2])
    axes.set_ylim(sides[2:])
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")
    return figure


def _ray(start: np.ndarray, direction: ArrayLike, length: float) -> np.ndarray:
    """Return the x and y of a line from ``start``, as ``Axes.plot`` takes them."""
    return np.transpose([start, start + length * np.asarray(direction, float)])


def lines(
    x_values: ArrayLike,
    panels: Mapping[str, ArrayLike],
    names: Sequence[str],
    *,
    x: str,
    y: str,
) -> Figure:
    """Draw one panel for each title, with one line for each row of its array.

    ``names`` are the labels of the lines.
    """
    figure = Figure(figsize=(3.1 * len(panels), 2.9), layout="constrained")
    cells = figure.subplots(1, len(panels), sharey=True, squeeze=False).ravel()
    for cell, (title, rows) in zip(cells, panels.items(), strict=True):
        for row, name, style in zip(np.asarray(rows), names, _STYLES, strict=False):
            cell.plot(np.asarray(x_values), row, style, label=name, linewidth=1.8)
        cell.set_title(title, fontsize=9)
        cell.set_xlabel(x, fontsize=8)
    cells[0].set_ylabel(y)
    cells[0].legend(fontsize=8)
    return figure
