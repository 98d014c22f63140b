"""Draw the network of the handout with the names of its units and of some weights (provided).

``python network_figure.py`` writes ``network.svg`` again.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Circle

SIZES = (3, 3, 2, 1)
ACROSS, DOWN, RADIUS = 2.6, 1.4, 0.36
NAMED = {(1, 1, 1), (2, 1, 1), (3, 1, 1), (3, 1, 2)}  # (layer, to, from)
RED = (2, 2)  # layer and unit of the example in the handout
LAYERS = ("inputs", "logistic units", "logistic units", "output")


def centre(layer, unit):
    """Return the coordinates of a unit; layer and unit are counted from 1."""
    return ACROSS * (layer - 1), DOWN * ((SIZES[layer - 1] + 1) / 2 - unit)


def unit_label(layer, unit):
    """Return the name of a unit's output."""
    if layer == 1:
        return f"$x_{unit}$"
    return "$y$" if layer == len(SIZES) else rf"$z_{unit}^{{({layer})}}$"


def draw_network():
    """Return the figure: four layers, one line for each weight, names for some weights."""
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_aspect("equal")
    for layer in range(1, len(SIZES)):
        for to in range(1, SIZES[layer] + 1):
            for start in range(1, SIZES[layer - 1] + 1):
                _draw_weight(axes, layer, to, start)
    for layer, size in enumerate(SIZES, 1):
        for unit in range(1, size + 1):
            _draw_unit(axes, layer, unit)
        x, bottom = centre(layer, 1)[0], -DOWN * (max(SIZES) / 2 + 0.15)
        text = f"layer {layer}\n{LAYERS[layer - 1]}"
        axes.text(x, bottom, text, ha="center", va="top", fontsize=10)
    axes.set_xlim(-1, ACROSS * (len(SIZES) - 1) + 1.2)
    axes.set_ylim(-DOWN * (max(SIZES) / 2 + 0.75), DOWN * max(SIZES) / 2 + 0.1)
    return figure


def _draw_weight(axes, layer, to, start):
    """Draw one weight as a line, with its name if the weight is red or in NAMED."""
    (x0, y0), (x1, y1) = centre(layer, start), centre(layer + 1, to)
    red, named = (layer + 1, to) == RED, (layer, to, start) in NAMED
    colour = "#c0392b" if red else "#333333" if named else "#b5b5b5"
    axes.plot([x0, x1], [y0, y1], color=colour, linewidth=1.6 if red or named else 0.9, zorder=1)
    if red or named:
        at = 0.36 if red else 0.52
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        label = rf"$w_{{{to}{start}}}^{{({layer})}}$"
        axes.text(x0 + at * (x1 - x0), y0 + at * (y1 - y0), label, color=colour, fontsize=11,
                  ha="center", va="center", bbox=box, zorder=2)  # fmt: skip


def _draw_unit(axes, layer, unit):
    """Draw one unit as a circle that contains the name of its output."""
    x, y = centre(layer, unit)
    red = (layer, unit) == RED
    face = "#f6d5d0" if red else "#e8eef5" if layer > 1 else "white"
    edge = "#c0392b" if red else "#333333"
    circle = Circle((x, y), RADIUS, facecolor=face, edgecolor=edge, zorder=3)
    axes.add_patch(circle)
    axes.text(x, y, unit_label(layer, unit), ha="center", va="center", fontsize=12, zorder=4)


if __name__ == "__main__":
    with matplotlib.rc_context({"svg.hashsalt": "network"}):
        target = Path(__file__).with_name("network.svg")
        draw_network().savefig(target, metadata={"Date": None, "Creator": None})
