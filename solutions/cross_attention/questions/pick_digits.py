"""Cases for ten random digits, one of each class, as vectors."""

import numpy as np
import torch

from checks import expect_close, expect_shape, numbers, rng, run_beside, test_case

OK_FORMAT = False
name = "pick_digits"


def draw(counts=None):
    """Return images (N, 1, 28, 28) and labels (N,) in random order, ``counts[c]`` of class c."""
    counts = rng("counts").integers(4, 9, 10) if counts is None else counts
    labels = rng("order").permutation(np.repeat(np.arange(10), counts))
    images = rng("images").random((len(labels), 1, 28, 28)).astype(np.float32)
    return torch.from_numpy(images), torch.from_numpy(labels)


def pick_often(pick_digits, images, labels, seeds):
    """Return the vectors that are picked with each seed."""
    import numpy as np

    return np.stack([np.ascontiguousarray(pick_digits(images, labels, s)) for s in seeds])


def positions_of(vectors, images):
    """Return for each vector the position of the equal image; -1 if there is none."""
    flat, vectors = images.flatten(1).numpy(), numbers(vectors)
    distances = np.abs(flat[:, None, :40] - vectors[None, :, :40]).max(axis=2)  # the first pixels
    nearest = distances.argmin(axis=0)
    same = np.isclose(flat[nearest], vectors, atol=1e-6).all(axis=1)
    return np.where(same, nearest, -1)


def picked(pick_digits, images, labels, seed=0):
    """Return the positions of the picked images; fail if a row is not one of the images."""
    vectors = pick_digits(images, labels, seed)
    expect_shape(vectors, (10, 784), "the result", "(10, D)")
    positions = positions_of(vectors, images)
    strange = np.flatnonzero(positions < 0).tolist()
    assert not strange, f"these rows are not equal to any image: {strange}"
    return positions


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


@test_case(
    points=0.25,
    hidden=True,
    failure_message="A row is not equal to any of the images. Pixels must keep their values and "
    "their order, line by line.",
)
def gives_images_as_they_are(pick_digits):
    picked(pick_digits, *draw())


@test_case(
    points=0.5,
    hidden=True,
    failure_message="Row c must hold an image of class c. There are several images of each class, "
    "in any order.",
)
def picks_one_of_each_class_in_order(pick_digits):
    images, labels = draw()
    found = labels[picked(pick_digits, images, labels)].tolist()
    assert found == list(range(10)), f"the classes of rows 0 to 9 are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The same seed must pick the same images again, even if other random numbers "
    "were drawn in between.",
)
def repeats_its_choice_for_the_same_seed(pick_digits):
    first, _, again = run_beside(pick_often, pick_digits, *draw([30] * 10), [3, 8, 3])
    expect_close(again, first, name="the result with the same seed")
    expect_shape(first, (10, 784), "the result", "(10, 784)")


@test_case(
    points=0.25,
    hidden=True,
    failure_message="Different seeds must pick different images.",
)
def makes_another_choice_for_another_seed(pick_digits):
    results = run_beside(pick_often, pick_digits, *draw([30] * 10), [1, 2, 3, 4])
    different = {numbers(vectors).tobytes() for vectors in results}
    assert len(different) > 1, "four different seeds pick the same images"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="With 60 seeds, some images are never picked. It must be possible to pick "
    "every image of a class, also the first and the last one.",
)
def gives_every_image_a_chance(pick_digits):
    images, labels = draw([3] * 10)  # chance misses an image in one of 10^9 gradings
    results = run_beside(pick_often, pick_digits, images, labels, list(range(60)))
    expect_shape(results, (60, 10, 784), "the results for 60 seeds")
    found = positions_of(results.reshape(-1, 784), images)
    missed = 30 - len(set(found.tolist()) - {-1})
    assert missed == 0, f"{missed} of 30 images are not picked by any of 60 seeds"
