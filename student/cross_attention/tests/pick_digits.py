"""Public checks of pick_digits; the grader has more."""

import numpy as np
import torch

from checks import expect_close, expect_shape, rng, test_case

OK_FORMAT = False
name = "pick_digits"


def draw(counts=None):
    """Return images (N, 1, 28, 28) and labels (N,) in random order, ``counts[c]`` of class c."""
    counts = rng("counts").integers(4, 9, 10) if counts is None else counts
    labels = rng("order").permutation(np.repeat(np.arange(10), counts))
    images = rng("images").random((len(labels), 1, 28, 28)).astype(np.float32)
    return torch.from_numpy(images), torch.from_numpy(labels)


@test_case(
    points=0.25,
    hidden=False,
    failure_message="The result must have ten rows, each with the 784 pixels of one image.",
)
def gives_ten_vectors(pick_digits):
    expect_shape(pick_digits(*draw()), (10, 784), "the result", "(10, D)")


@test_case(
    points=0.25,
    hidden=False,
    failure_message="With only one image of each class, row c must hold the pixels of the image of "
    "class c.",
)
def finds_the_only_image_of_each_class(pick_digits):
    images, labels = draw([1] * 10)
    expected = images[labels.argsort()].reshape(10, -1)
    expect_close(pick_digits(images, labels), expected, atol=1e-6, name="the result")
