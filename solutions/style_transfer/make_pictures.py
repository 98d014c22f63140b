"""Provided: two pictures by your `style_transfer`, with the curves of their losses (part 5).

This file is complete. Run it in this folder: `python make_pictures.py`. It writes the pictures and
the curves to the folder `pictures`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where data is

from backbone import deprocess, preprocess
from matplotlib.figure import Figure
from PIL import Image
from style_transfer import style_transfer

from data import style_images

PICTURES: dict[str, dict[str, Any]] = {
    "chelsea_the_scream": {
        "content_image": "chelsea",
        "style_image": "the_scream",
        "image_size": 160,
        "style_size": 160,
        "content_layer": 3,
        "content_weight": 1e-5,
        "style_layers": (1, 4, 6, 7),
        "style_weights": (0.5, 0.05, 0.02, 0.02),
        "tv_weight": 1.0,
    },
    "coffee_starry_night": {
        "content_image": "coffee",
        "style_image": "starry_night",
        "image_size": 160,
        "style_size": 160,
        "content_layer": 3,
        "content_weight": 1e-4,
        "style_layers": (1, 4, 6, 7),
        "style_weights": (0.5, 0.05, 0.02, 0.02),
        "tv_weight": 1.0,
        "init_random": True,
    },
}


def make(name: str, **changes: Any) -> tuple[np.ndarray, list[float], list[np.ndarray]]:
    """Generate the picture called `name` with your `style_transfer`.

    Args:
        name: a key of `PICTURES`, whose settings are used.
        changes: other values for some of the settings.

    Returns:
        A tuple of the picture (H, W, 3), the loss before each step, and a list of the photograph
        and the painting in the sizes that are used.
    """
    settings = {**PICTURES[name], **changes}
    images = style_images.load("all")
    for kind in ("content_image", "style_image"):
        if settings[kind] in images.pictures:
            settings[kind] = images[settings[kind]]
    image, losses = style_transfer(**settings)
    sources = [
        deprocess(preprocess(settings["content_image"], settings["image_size"])),
        deprocess(preprocess(settings["style_image"], settings["style_size"])),
    ]
    return deprocess(image), [float(loss) for loss in losses], sources


def draw(picture: np.ndarray, losses: Sequence[float], sources: Sequence[np.ndarray]) -> Figure:
    """Draw the photograph, the painting, the picture made of them, and the curve of the losses."""
    figure = Figure(figsize=(11, 2.6), layout="constrained")
    cells = figure.subplots(1, 4)
    titles = "photograph", "painting", "generated picture"
    for cell, shown, title in zip(cells, (*sources, picture), titles, strict=False):
        cell.imshow(shown)
        cell.set_title(title, fontsize=9)
        cell.set_axis_off()
    cells[3].semilogy(losses, color="#3b6ea5")
    cells[3].set_xlabel("step")
    cells[3].set_ylabel("sum of the losses")
    for side in ("top", "right"):
        cells[3].spines[side].set_visible(False)
    return figure


def main() -> None:
    """Generate all pictures, and save each one with its figure."""
    folder = Path(__file__).resolve().parent / "pictures"
    folder.mkdir(exist_ok=True)
    for name in PICTURES:
        picture, losses, sources = make(name)
        Image.fromarray(picture).save(folder / f"{name}.png")
        draw(picture, losses, sources).savefig(folder / f"{name}_losses.png", dpi=150)
        print(f"{name}: the loss falls from {losses[0]:,.0f} to {losses[-1]:,.0f}")
    print(f"The pictures and their curves are in {folder.name}.")


if __name__ == "__main__":
    main()
