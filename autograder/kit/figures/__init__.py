"""Figures for reports: bars, heat maps, image grids and curves, on white, without pyplot.

Each function returns a ``matplotlib.figure.Figure`` for ``attach_figure``; the same data gives
the same picture, and nothing is kept between calls.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

_COLOUR = "#3b6ea5"


def bars(
    values: Sequence[float],
    names: Sequence[str],
    *,
    unit: str,
    limits: tuple[float, float] | None = None,
    mark: tuple[float, str] | None = None,
) -> Figure:
    """Draw one horizontal bar per name with its value; ``mark`` is a line (where, what it is)."""
    figure = Figure(figsize=(6, 0.8 + 0.3 * len(values)), layout="constrained")
    axes = figure.add_subplot()
    drawn = axes.barh(range(len(values)), values, color=_COLOUR)
    axes.bar_label(drawn, fmt="%.2f", padding=3, fontsize=8)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    if limits is not None:
        axes.set_xlim(*limits)
    if mark is not None:
        axes.axvline(mark[0], color="black", linestyle="--", linewidth=1, label=mark[1])
        axes.legend(loc="lower right", fontsize=8)
    _bare(axes)
    return figure


def heat_map(
    matrix: ArrayLike,
    row_names: Sequence[str],
    column_names: Sequence[str],
    *,
    rows: str,
    columns: str,
) -> Figure:
    """Draw a matrix with its numbers in the cells; ``rows`` and ``columns`` name its axes."""
    values = np.asarray(matrix)
    height, width = values.shape
    figure = Figure(figsize=(1.8 + 0.45 * width, 1.4 + 0.42 * height), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(values, cmap="Blues", aspect="auto")
    axes.set_xticks(range(width), column_names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(height), row_names)
    axes.set_xlabel(columns)
    axes.set_ylabel(rows)
    dark = values > 0.6 * values.max()
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if dark[row, column] else "black"
        axes.text(column, row, f"{value:.3g}", ha="center", va="center", fontsize=8, color=colour)
    return figure


def image_grid(images: ArrayLike, captions: Sequence[str], *, columns: int = 6) -> Figure:
    """Draw images, (N, H, W) grey or (N, H, W, 3) in [0, 1], each with its caption above it."""
    pictures = np.clip(np.asarray(images), 0, 1)
    count = max(1, math.ceil(len(pictures) / columns))
    figure = Figure(figsize=(1.25 * columns, 1.6 * count), layout="constrained")
    cells = figure.subplots(count, columns, squeeze=False).ravel()
    for cell in cells:
        cell.set_axis_off()
    for cell, picture, caption in zip(cells, pictures, captions, strict=False):
        cell.imshow(picture, cmap="gray", vmin=0, vmax=1)
        cell.set_title(caption, fontsize=7)
    return figure


def curves(lines: Mapping[str, Sequence[float]], *, x: str, y: str, first: int = 1) -> Figure:
    """Draw one curve per name over whole numbers that start with ``first``."""
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for name, values in lines.items():
        axes.plot(range(first, first + len(values)), values, marker="o", markersize=3, label=name)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(lines) > 1:
        axes.legend(fontsize=8)
    _bare(axes)
    return figure


def _bare(axes: Axes) -> None:
    """Take away the box lines that carry no scale."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
