"""Feature maps and pictures that several checks of this problem use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from checks import expect_parts, expect_shape, rng, run_beside

SETTINGS = {  # of a small style transfer
    "image_size": 40,
    "style_size": 48,
    "content_layer": 3,
    "content_weight": 1e-4,
    "style_layers": [1, 4, 6],
    "style_weights": [0.5, 0.05, 0.02],
    "tv_weight": 5.0,
}


def draw_features(label: str, *shape: int) -> Tensor:
    """Return a random feature map in float64."""
    return torch.from_numpy(rng(label).normal(size=shape))


def expect_one_number(loss: Any) -> None:
    """Fail unless a loss is a tensor of one number; the shape (1,) is accepted."""
    assert isinstance(loss, Tensor), f"the loss should be a tensor, but it is {kind_of(loss)}"
    if tuple(loss.shape) != (1,):
        expect_shape(loss, (), "the loss")


def kind_of(value: Any) -> str:
    """Return what a value is, in words."""
    return "None (is a return statement missing?)" if value is None else "of another type"


def draw_picture(label: str, height: int, width: int) -> Any:
    """Return a random picture (H, W, 3) of bytes, of soft patches without extreme colours."""
    small = torch.from_numpy(rng(label).uniform(70, 185, (1, 3, 6, 6)))
    soft = torch.nn.functional.interpolate(small, (height, width), mode="bilinear")
    noise = torch.from_numpy(rng(f"{label} noise").uniform(-8, 8, (1, 3, height, width)))
    return (soft + noise)[0].permute(1, 2, 0).byte().numpy()


def transfer(
    style_transfer: Callable[..., Any],
    steps: Sequence[int] | None,
    **changes: Any,
) -> list[tuple[Any, Any]]:
    """Return the picture and the losses of a small style transfer for each number of ``steps``.

    Every run starts with the same seed. The photograph has 60 x 50 pixels, the painting 50 x 72.
    Without ``steps``, return the first picture and the first loss, which no optimiser changes.
    """
    pictures = draw_picture("photograph", 60, 50), draw_picture("painting", 50, 72)
    options = {**SETTINGS, **changes}
    if steps is None:
        runs = [run_beside(_first, style_transfer, list(pictures), options)]
    else:
        runs = run_beside(_seeded_runs, style_transfer, list(pictures), options, list(steps))
    return [tuple(expect_parts(run, "picture", "losses")) for run in runs]


def _seeded_runs(style_transfer: Any, pictures: Any, options: Any, steps: Any) -> Any:
    import random

    import numpy as np
    import torch

    runs = []
    for count in steps:
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        result = style_transfer(*(p.copy() for p in pictures), **options, num_steps=count)
        if isinstance(result, (tuple, list)) and len(result) == 2:
            picture, losses = result
            if isinstance(losses, (tuple, list)):
                losses = [float(loss) for loss in losses]
            result = picture, losses
        runs.append(result)
    return runs


def _first(style_transfer: Any, pictures: Any, options: Any) -> Any:
    import random

    import numpy as np
    import torch

    runs = []
    for count in (0, 1):
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        runs.append(style_transfer(*(p.copy() for p in pictures), **options, num_steps=count))
    return runs[0][0], float(runs[1][1][0])
