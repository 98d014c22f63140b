"""Weak images of many kinds, and what a problem asks of images."""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, rotate, shift

from autograder.course.calibration import load_thresholds
from autograder.examine import pictures
from data import fashion_mnist
from data.holdout import fashion_judge

SOLUTIONS = Path(__file__).parents[2] / "solutions"
PROBLEMS = ("gan", "conditional_gan", "vae")
SIZE = "sample"
COUNT = 500  # images a set; a Fréchet distance of fewer images is a little larger
METRICS = {field.name for field in dataclasses.fields(pictures.Quality)}
Images = NDArray[np.float32]


def stated(problem: str) -> tuple[dict[str, float], dict[str, float]]:
    """Return what the cases of a problem ask for: slack by measure, and the file's constants."""
    text = (SOLUTIONS / problem / "questions" / "training.py").read_text(encoding="utf-8")
    calls = re.findall(r'expect_threshold\(\s*"(\w+)".*?slack=([\d.]+)', text, re.DOTALL)
    slack = {metric: float(value) for metric, value in calls}
    constants = dict(re.findall(r"^([A-Z_]+) = ([\d.]+)", text, re.MULTILINE))
    return slack, {name: float(value) for name, value in constants.items()}


@dataclasses.dataclass(frozen=True)
class Bar:
    """What a problem asks of a measure; ``least`` or ``most`` is infinite."""

    least: float = -math.inf
    most: float = math.inf

    def __str__(self) -> str:
        return f"≤ {self.most:.3g}" if math.isfinite(self.most) else f"≥ {self.least:.3g}"


def bars(problem: str) -> dict[str, Bar]:
    """Return what ``problem`` asks of each measure, slack included."""
    slacks, constants = stated(problem)
    found = {}
    for metric, slack in slacks.items():
        bar = load_thresholds(SOLUTIONS / problem)[metric][SIZE]
        room = slack * abs(bar.threshold)
        if bar.direction == "at_least":
            found[metric] = Bar(least=bar.threshold - room)
        else:
            found[metric] = Bar(most=bar.threshold + room)
    return found | {
        "spread": Bar(least=constants["LEAST_SPREAD"]),
        "pixel_precision": Bar(least=constants["LEAST_PIXEL_PRECISION"]),
        "share_of_copies": Bar(most=constants["MOST_COPIES"]),
    }


def unreached(problem: str, found: pictures.Quality) -> list[str]:
    """Return the measures whose bar in ``problem`` is not reached."""
    return [
        metric
        for metric, bar in bars(problem).items()
        if metric in METRICS and not bar.least <= getattr(found, metric) <= bar.most
    ]


def unseen_images() -> tuple[Images, NDArray[np.int64]]:
    """Return COUNT real images that are neither held out nor in the sample of training images."""
    found = fashion_mnist.load("test", SIZE)
    return found.images[:COUNT], found.labels[:COUNT]


def noise(generator: np.random.Generator) -> Images:
    return generator.random((COUNT, 1, 28, 28)).astype(np.float32)


def one_mean_image(generator: np.random.Generator) -> Images:
    return unseen_images()[0].mean(axis=0, keepdims=True).repeat(COUNT, axis=0)


def class_means(generator: np.random.Generator) -> Images:
    """The mean image of each class, with another brightness in each image."""
    images, labels = unseen_images()
    means = np.stack([images[labels == k].mean(axis=0) for k in range(10)])
    brightness = generator.uniform(0.5, 1.5, (COUNT, 1, 1, 1))
    return (means[np.arange(COUNT) % 10] * brightness).clip(0, 1).astype(np.float32)


def means_of_five(generator: np.random.Generator) -> Images:
    images, _ = unseen_images()
    return images[generator.integers(0, len(images), (COUNT, 5))].mean(axis=1)


def blurred(generator: np.random.Generator) -> Images:
    return gaussian_filter(unseen_images()[0], (0, 0, 2, 2))


def one_class(generator: np.random.Generator) -> Images:
    found = fashion_mnist.load("train", SIZE)
    rows = np.flatnonzero(found.labels == 8)
    images = found.images[rows[np.arange(COUNT) % len(rows)]]
    return (images + generator.normal(0, 0.1, images.shape)).clip(0, 1).astype(np.float32)


def few_images(generator: np.random.Generator) -> Images:
    """What a collapsed generator makes: ten images, and hardly any difference between the rest."""
    images = unseen_images()[0][np.arange(COUNT) % 10]
    return (images + generator.normal(0, 0.02, images.shape)).clip(0, 1).astype(np.float32)


def copies(generator: np.random.Generator) -> Images:
    images = fashion_mnist.load("train", SIZE).images[:COUNT]
    return (images + generator.normal(0, 0.01, images.shape)).clip(0, 1).astype(np.float32)


def training_images(generator: np.random.Generator) -> Images:
    found = fashion_mnist.load("train", SIZE).images
    return found[generator.permutation(len(found))[:COUNT]]


def mirrored(generator: np.random.Generator) -> Images:
    return training_images(generator)[..., ::-1].copy()


def moved(generator: np.random.Generator) -> Images:
    """Training images two pixels lower and one pixel to the left, a little darker."""
    return 0.9 * shift(training_images(generator), (0, 0, 2, -1), order=0)


def turned(generator: np.random.Generator) -> Images:
    images = rotate(training_images(generator), 5, axes=(2, 3), reshape=False, order=1)
    return images.clip(0, 1).astype(np.float32)


def noisy(generator: np.random.Generator) -> Images:
    """Training images with as much noise as the required values allow."""
    images = training_images(generator)
    return (images + generator.normal(0, 0.1, images.shape)).clip(0, 1).astype(np.float32)


def softened(generator: np.random.Generator) -> Images:
    """Training images that are blurred a little, so that they are still like clothes."""
    return gaussian_filter(training_images(generator), (0, 0, 1, 1))


def pairs_of_a_class(generator: np.random.Generator) -> tuple[Images, Images]:
    found = fashion_mnist.load("train", SIZE)
    rows = generator.permutation(len(found.labels))[:COUNT]
    others = [generator.choice(np.flatnonzero(found.labels == k)) for k in found.labels[rows]]
    return found.images[rows], found.images[others]


def blended(generator: np.random.Generator) -> Images:
    """The mean of two training images of one class."""
    first, second = pairs_of_a_class(generator)
    return (first + second) / 2


def brightest_of_two(generator: np.random.Generator) -> Images:
    """Each pixel is the brighter one of two training images of one class."""
    return np.maximum(*pairs_of_a_class(generator))


def adversarial(generator: np.random.Generator) -> Images:
    """Noise that the network itself takes for clothes: its features were fitted to real ones."""
    network = fashion_judge.load()
    with torch.no_grad():
        wanted = network.features(torch.from_numpy(unseen_images()[0]))
    images = torch.from_numpy(noise(generator)).requires_grad_()
    optimizer = torch.optim.Adam([images], lr=0.05)
    for _ in range(60):
        loss = ((network.features(images.clamp(0, 1)) - wanted) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return images.detach().clamp(0, 1).numpy()


WEAK = (
    noise,
    one_mean_image,
    class_means,
    means_of_five,
    blurred,
    one_class,
    few_images,
    copies,
    mirrored,
    moved,
    turned,
    noisy,
    softened,
    blended,
    brightest_of_two,
    adversarial,
)
