"""Provided: what the three scripts share, namely options, the points and a place for figures.

Nothing is to be filled in here.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TITLES = {"sample": "points of this package", "course": "points of the course"}


def options(description, arguments=None):
    """Return the chosen options: `data`, the size of the data or None, and `out`, a folder."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--data", choices=list(TITLES), help="default: the course's, if here")
    parser.add_argument("--out", type=Path, default=HERE / "figures", help="default: figures/")
    return parser.parse_args(arguments)


def read_points(chosen):
    """Return `X (N, 3)`, `t (N,)` and a title; leave with one sentence if they are not here."""
    above = [folder for folder in HERE.parents if (folder / "data" / "registry.py").is_file()]
    sys.path[1:1] = [str(folder) for folder in above[:1]]
    from data import DataError, logistic_points

    try:
        points = logistic_points.load("train", chosen.data)
    except DataError as error:
        sys.exit(str(error))
    return points.X, points.t, TITLES[points.size]


def write_figures(chosen, figures):
    """Write each figure, a dict by name, as a picture into the chosen folder."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        path = chosen.out / f"{name}.png"
        figure.savefig(path, dpi=130)
        print(f"wrote {path}")
