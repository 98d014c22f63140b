"""The images that are judged: of a training here, of weights or of samples that are handed in."""

import functools
from dataclasses import dataclass

import numpy as np

from autograder.examine import pictures
from autograder.examine.thresholds import data_size
from checks import arrays_beside, file_beside, record, rng, run_beside
from data import fashion_mnist
from support import SAMPLES, WEIGHTS, checked_labels, generate_by_weights


@dataclass(frozen=True)
class HandIn:
    """The way that a student chose, images (N, 1, 28, 28) and asked labels (N,), and measures."""

    way: str
    images: np.ndarray
    quality: pictures.Quality
    labels: np.ndarray

    @property
    def agreement(self):
        """The fraction of images that show the class that was asked for."""
        return float((self.quality.classes == self.labels).mean())


@functools.lru_cache(maxsize=1)  # all cases of one submission judge the same images
def handed_in(train, generate):
    """Return the images of a submission with their measures."""
    samples = arrays_beside(train, SAMPLES, "images", "labels")
    weights = file_beside(train, WEIGHTS)
    labels = rng("asked").permutation(pictures.COUNT) % 10
    if samples is not None:
        way, made, labels = SAMPLES, samples["images"], checked_labels(**samples)
    elif weights is not None:
        way, made = WEIGHTS, run_beside(generate_by_weights, train, generate, weights, labels)
    else:
        known = fashion_mnist.load("train", data_size("fashion_mnist"))
        given = known.images, known.labels, labels
        way, made = "train", run_beside(train_and_generate, train, generate, *given)
    found = HandIn(way, *pictures.measured(made), labels)
    record("agreement", found.agreement)
    return found


def train_and_generate(train, generate, images, labels, asked):
    """Train a generator with the student's code; return its images of the asked labels."""
    import torch

    generator, _ = train(torch.as_tensor(images), torch.as_tensor(labels))
    return generate(generator, torch.as_tensor(asked))
