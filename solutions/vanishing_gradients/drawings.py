"""Drawings of the two networks and the figure of gradient norms (provided; do not change).

Each function returns a matplotlib figure. ``python drawings.py`` writes ``chain.svg`` and
``bipartite.svg`` again.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle

HERE = Path(__file__).resolve().parent
INK, FILL, OFF = "#222222", "#dce8f4", "#d0d0d0"
RADIUS = 0.28


def chain_figure():
    """Draw the chain, with one unit in each layer; some layers in the middle are left out."""
    figure, axes = _canvas(9.5, 1.9, (-0.7, 9.4), (-1.0, 0.9))
    places = {0: "$x_1$", 2: "$z_1^{(2)}$", 4: "$z_1^{(3)}$", 6.5: "$z_1^{(K)}$", 8.5: "$y$"}
    weights = ("$w_{11}^{(1)}$", "$w_{11}^{(2)}$", None, "$w_{11}^{(K)}$")
    points = list(places)
    for start, end, name in zip(points[:-1], points[1:], weights, strict=True):
        if name is None:
            axes.text((start + end) / 2, 0, "···", ha="center", va="center", fontsize=18)
            continue
        _line(axes, (start, 0), (end, 0))
        axes.text((start + end) / 2, 0.16, name, ha="center", va="bottom", fontsize=12)
    for i, (place, name) in enumerate(places.items()):
        _unit(axes, (place, 0), name)
        layer = ("input", "layer 2", "layer 3", "layer K", "output")[i]
        axes.text(place, -0.62, layer, ha="center", va="center", fontsize=9, color="0.35")
    return figure


def bipartite_figure(sizes=(3, 3, 3, 3, 1), on=None):
    """Draw a network with complete layers.

    `on` may hold one boolean array for each layer. Units that are off and their connections are
    drawn grey.
    """
    on = on if on is not None else [np.ones(size, bool) for size in sizes]
    sizes = [len(units) for units in on]
    height = max(sizes)
    figure, axes = _canvas(
        1.7 * len(sizes), 0.85 * height + 0.7, (-0.6, 2 * len(sizes) - 1.4), (-1.2, height - 0.4)
    )
    places = [
        [(2 * layer, (height - size) / 2 + size - 1 - unit) for unit in range(size)]
        for layer, size in enumerate(sizes)
    ]
    for layer in range(len(sizes) - 1):
        for i, start in enumerate(places[layer]):
            for j, end in enumerate(places[layer + 1]):
                _line(axes, start, end, INK if on[layer][i] and on[layer + 1][j] else OFF)
    for layer, units in enumerate(places):
        for unit, place in enumerate(units):
            _unit(axes, place, "", FILL if on[layer][unit] else OFF)
        name = {0: "input", len(sizes) - 1: "output"}.get(layer, f"layer {layer + 1}")
        axes.text(2 * layer, -0.85, name, ha="center", va="center", fontsize=9, color="0.35")
    return figure


def norms_figure(positions, curves, x="number of weights in the chain", title=""):
    """Draw gradient norms, one curve for each name, on a logarithmic axis.

    Norms that are exactly zero are left out, since a logarithmic axis cannot show them.
    """
    figure = Figure(figsize=(7.2, 4), layout="constrained")
    axes = figure.add_subplot(xlabel=x, ylabel="root mean square of the gradient", title=title)
    for i, (name, values) in enumerate(curves.items()):
        values = np.where(np.asarray(values) > 0, values, np.nan)
        axes.plot(positions, values, marker="os^v"[i % 4], markersize=4, label=name)
    axes.set_yscale("log")
    axes.set_xticks(positions)
    axes.legend(fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def _canvas(width, height, x_limits, y_limits):
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot(xlim=x_limits, ylim=y_limits, aspect="equal")
    axes.set_axis_off()
    return figure, axes


def _unit(axes, place, name, colour=FILL):
    radius = 0.4 if name else RADIUS
    axes.add_patch(Circle(place, radius, facecolor=colour, edgecolor=INK, zorder=3))
    axes.text(*place, name, ha="center", va="center", fontsize=11, zorder=4)


def _line(axes, start, end, colour=INK):
    """Draw a connection; grey connections are drawn behind the others."""
    axes.plot(
        *zip(start, end, strict=True), color=colour, linewidth=0.9, zorder=1 + (colour == INK)
    )


def write_drawings(folder=HERE):
    """Write the drawings of the handout again."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "drawings"}):
        chain_figure().savefig(folder / "chain.svg", metadata={"Date": None})
        bipartite_figure().savefig(folder / "bipartite.svg", metadata={"Date": None})


if __name__ == "__main__":
    write_drawings()
