"""The judge of generated images: weak ones fall below the bars of every problem that uses it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.examine import pictures
from data import dataset
from data.holdout import fashion_judge
from tests.generated.weak import PROBLEMS, WEAK, Images, unreached, unseen_images


def test_the_network_knows_the_held_out_images() -> None:
    held_out = dataset("fashion_mnist").held_out
    assert held_out is not None
    found = held_out.load()
    probabilities = fashion_judge.judged(fashion_judge.load(), found.images).probabilities
    assert (probabilities.argmax(axis=1) == found.labels).mean() > 0.87


def test_real_images_pass_in_every_problem() -> None:
    found = pictures.quality(unseen_images()[0])
    assert [unreached(problem, found) for problem in PROBLEMS] == [[]] * len(PROBLEMS)


@pytest.mark.parametrize("weak", WEAK, ids=lambda weak: weak.__name__)
def test_weak_images_fail_in_every_problem(weak: Callable[..., Images]) -> None:
    found = pictures.quality(weak(np.random.default_rng(3)))
    for problem in PROBLEMS:
        assert unreached(problem, found), (problem, vars(found))
