"""Provided: command-line options, the points and the figure files of the three scripts.

This file is complete.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from jaxtyping import Float, Int
    from matplotlib.figure import Figure

HERE = Path(__file__).resolve().parent
TITLES = {"sample": "points of this package", "course": "points of the course"}


def options(description: str, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options `data` (a set of points or None) and `out` (a folder)."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--data", choices=list(TITLES), help="default: course, if available")
    parser.add_argument("--out", type=Path, default=HERE / "figures", help="default: figures/")
    return parser.parse_args(arguments)


def read_points(
    chosen: argparse.Namespace,
) -> tuple[Float[np.ndarray, "N 3"], Int[np.ndarray, " N"], str]:
    """Return `X`, `t` and a title; exit with a message if the points are not available."""
    above = [folder for folder in HERE.parents if (folder / "data" / "registry.py").is_file()]
    sys.path[1:1] = [str(folder) for folder in above[:1]]
    from data import DataError, logistic_points

    try:
        points = logistic_points.load("train", chosen.data)
    except DataError as error:
        sys.exit(str(error))
    return points.X, points.t, TITLES[points.size]


def write_figures(chosen: argparse.Namespace, figures: Mapping[str, Figure]) -> None:
    """Write each figure of a dict by name as a PNG file into the chosen folder."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        path = chosen.out / f"{name}.png"
        figure.savefig(path, dpi=130)
        print(f"wrote {path}")
