"""The images that are judged: of a training here, of weights or of samples that are handed in."""

import functools
from dataclasses import dataclass

import numpy as np

from autograder.examine import pictures
from autograder.examine.thresholds import data_size
from checks import arrays_beside, file_beside, run_beside
from data import fashion_mnist
from support import SAMPLES, WEIGHTS, generate_by_weights


@dataclass(frozen=True)
class HandIn:
    """The way that a student chose, the images (N, 1, 28, 28), and their measures."""

    way: str
    images: np.ndarray
    quality: pictures.Quality


@functools.lru_cache(maxsize=1)  # all cases of one submission judge the same images
def handed_in(train, generate):
    """Return the images of a submission with their measures."""
    samples = arrays_beside(train, SAMPLES, "images")
    if samples is not None:
        return HandIn(SAMPLES, *pictures.measured(samples["images"]))
    weights = file_beside(train, WEIGHTS)
    if weights is not None:
        made = run_beside(generate_by_weights, train, generate, weights, pictures.COUNT)
        return HandIn(WEIGHTS, *pictures.measured(made))
    images = fashion_mnist.load("train", data_size("fashion_mnist")).images
    made = run_beside(train_and_generate, train, generate, images, pictures.COUNT)
    return HandIn("train", *pictures.measured(made))


def train_and_generate(train, generate, images, count):
    """Train a generator with the student's code; return its images."""
    import torch

    generator, _ = train(torch.as_tensor(images))
    return generate(generator, count)
