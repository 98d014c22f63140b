"""How good generated images of Fashion-MNIST are; hidden cases use it, and it is never shipped.

Generated images are compared with real ones that only the grader has, in the features of a network
that only the grader has, and pixel by pixel. A network alone can be deceived by noise that people
see at once; pixels alone say little about what an image shows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks import pictures, record, rng, run_beside
from checks.values import Unusable
from data import dataset, fashion_mnist
from data.holdout import fashion_judge

from . import copies

COUNT = pictures.JUDGED
MOST_COPIES = 0.1  # with more, images show nothing about a generator; right answers have 0.001
PATTERNS = 50  # images of a training that shows how they reach a network


@dataclass(frozen=True)
class Quality:
    """The measures of N generated images; ``classes`` (N,) is what each of them shows."""

    frechet_distance: float
    precision: float
    coverage: float
    spread: float
    pixel_precision: float
    class_entropy: float
    confidence: float
    share_of_copies: float
    classes: NDArray[np.int64]


def quality(images: NDArray[np.float32]) -> Quality:
    """Measure generated images (N, 1, 28, 28) with values from 0 to 1."""
    network, real, in_real = _reference()
    found = fashion_judge.judged(network, images)
    precision, coverage = pictures.precision_and_coverage(in_real.features, found.features)
    real_pixels, pixels = (array.reshape(len(array), -1) for array in (real, images))
    return Quality(
        frechet_distance=pictures.frechet_distance(in_real.features, found.features),
        precision=precision,
        coverage=coverage,
        spread=pictures.spread(in_real.features, found.features),
        pixel_precision=pictures.precision_and_coverage(real_pixels, pixels)[0],
        class_entropy=pictures.class_entropy(found.probabilities),
        confidence=pictures.confidence(found.probabilities),
        share_of_copies=copies.share_of_copies(images, _training()),
        classes=found.probabilities.argmax(axis=1),
    )


def measured(handed_in: object) -> tuple[NDArray[np.float32], Quality]:
    """Return the first images that are handed in as (N, 1, 28, 28), and record their measures."""
    images = pictures.as_images(handed_in)
    found = quality(images)
    for name, value in vars(found).items():
        if name != "classes":
            record(name, value)
    return images, found


def expect_generated(found: Quality) -> None:
    """Fail if many images are copies of training images: those are as good as real images are."""
    if found.share_of_copies > MOST_COPIES:
        raise Unusable(
            f"{found.share_of_copies:.0%} of the images are copies of training images, so they "
            "show nothing about a generator",
            "many of the images are copies of training images, so they show nothing about a "
            "generator",
        )


def draw_one_half(count: int) -> tuple[NDArray[np.float32], int]:
    """Return images (count, 1, 28, 28) with a bright box in one half, and which half it is."""
    generator, side = rng("one half"), int(rng("side").integers(4))
    images = np.zeros((count, 1, 28, 28), np.float32)
    for image in images:
        height, width = generator.integers(5, 10, 2)
        top, left = generator.integers(1, 14 - height), generator.integers(1, 28 - width)
        image[0, top : top + height, left : left + width] = float(generator.uniform(0.7, 1))
    return np.ascontiguousarray(np.rot90(images, side, (2, 3))), side


def gap(images: NDArray[np.float32], side: int) -> float:
    """Return how much brighter images are in the half of ``draw_one_half`` than in the other."""
    rows = np.rot90(images.reshape(-1, 28, 28), -side, (1, 2))
    return float(rows[:, :14].mean() - rows[:, 14:].mean())


def shown_range(train: Callable[..., Any], *others: Any) -> tuple[float, float]:
    """Return the lowest and highest value of training images as a network in ``train`` sees them.

    The student's ``train`` runs for one epoch on black and white patterns, with ``others`` as its
    further arguments, one entry for each of the ``PATTERNS`` images. Of all inputs of networks, the
    one that is most like a training image counts: images of a generator are not.
    """
    squares = rng("patterns").integers(0, 2, (PATTERNS, 1, 7, 7))
    images = squares.repeat(4, axis=2).repeat(4, axis=3).astype(np.float32)
    likeness, low, high = run_beside(_closest_input, train, images, list(others))
    assert likeness > 0.7, "no input of the discriminator is like a training image"
    return low, high


def _closest_input(train: Callable[..., Any], images: Any, others: list[Any]) -> list[float]:
    """Return the correlation of an input with a training image, its lowest and highest value."""
    import torch
    from torch.nn.modules.module import register_module_forward_pre_hook

    def centered(rows: Any) -> Any:
        rows = rows.detach().reshape(len(rows), -1).double()
        rows = rows - rows.mean(dim=1, keepdim=True)
        return rows / rows.norm(dim=1, keepdim=True).clamp(min=1e-9)

    def listen(module: Any, inputs: Any) -> None:
        if inputs and isinstance(inputs[0], torch.Tensor) and inputs[0].numel() % 784 == 0:
            seen = inputs[0].detach().cpu().reshape(-1, 784)
            likeness = (centered(seen) @ wanted.T).max(dim=1).values
            row = int(likeness.argmax())
            if float(likeness[row]) > best[0]:
                best[:] = [float(likeness[row]), float(seen[row].min()), float(seen[row].max())]

    images = torch.as_tensor(images)
    wanted, best = centered(images), [0.0, 0.0, 0.0]
    hook = register_module_forward_pre_hook(listen)
    try:
        with torch.enable_grad():
            train(images, *others, 1)
    finally:
        hook.remove()
    return best


@functools.cache
def _reference() -> tuple[fashion_judge.Network, NDArray[np.float32], fashion_judge.Judged]:
    """Return the network, the real images, and what the network finds in them."""
    held_out = dataset("fashion_mnist").held_out
    assert held_out is not None  # the grader has it
    network, real = fashion_judge.load(), held_out.load().images
    return network, real, fashion_judge.judged(network, real)


@functools.cache
def _training() -> copies.Training:
    """Return the training images of the largest size on this machine."""
    return copies.Training(fashion_mnist.load("train").images)
