"""Cases for the attention of a five to ten digits, judged by the student's own functions."""

import numpy as np
import torch

import figures
from checks import (
    attach_figure,
    expect_any,
    expect_close,
    expect_parts,
    expect_shape,
    numbers,
    record,
    rng,
    test_case,
)
from checks.values import Absent
from data import mnist_digits
from oracle import own_weights, weights_by_torch
from support import first_part, kinds_of, result

OK_FORMAT = False
name = "digits_attention"

SHAPES = {"sources": (10, 784), "target": (784,), "weights": (10,), "weighted sum": (784,)}
CENTRING = (torch.eye(784) - 1 / 784) / 28  # subtracts the mean brightness from both vectors


def draw():
    """Return images and labels for the sources, then for the target; no image is in both."""
    parts = []
    for part in ("sources", "targets"):
        labels = rng(f"labels {part}").permutation(np.repeat(np.arange(10), 4))
        # a power that makes scores differ by a few units
        images = rng(f"images {part}").random((40, 1, 28, 28)) ** 6
        parts += [torch.from_numpy(images).float(), torch.from_numpy(labels)]
    return parts


def draw_W():
    """Return a matrix that is not symmetric."""
    return torch.from_numpy(rng("W").normal(0, 0.05, (784, 784))).float()


def parts_of(digits_attention, data, kind, W=None, seed=0):
    """Return sources, target, weights and weighted sum as arrays, each in its shape."""
    parts = expect_parts(digits_attention(*data, kind=kind, W=W, seed=seed), *SHAPES)
    for part, (what, shape) in zip(parts, SHAPES.items(), strict=True):
        # a leading axis of length one, such as a batch axis, is accepted
        right = (1, *shape) if len(np.shape(part)) > len(shape) else shape
        expect_shape(part, right, f'the part "{what}"')
    return [numbers(p).reshape(s) for p, s in zip(parts, SHAPES.values(), strict=True)]


def expect_images(vectors, images, what):
    """Fail unless each vector is equal to one of the images at the same place in ``images``."""
    for vector, candidates in zip(np.atleast_2d(vectors), images, strict=True):
        near = np.abs(candidates.flatten(1).numpy() - vector).max(axis=1)
        assert near.min() < 1e-6, f"{what} holds a vector that is not an image of the right class"


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result must be a tuple of four parts: the sources (10, 784), the target "
    "(784,), the weights (10,) and the weighted sum (784,).",
)
def gives_the_four_parts(digits_attention, attention_weights):
    for kind in kinds_of(digits_attention, attention_weights, draw(), draw_W()):
        parts_of(digits_attention, draw(), kind, draw_W())


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The target must be an image of class 5 from `target_images`.",
)
def takes_a_five_as_target(digits_attention, attention_weights, pick_digits):
    data, kind = draw(), next(iter(kinds_of(digits_attention, attention_weights, draw(), draw_W())))
    _, target, *_ = parts_of(digits_attention, data, kind, draw_W())
    _, _, images, labels = data
    expect_any(
        lambda: expect_images(target, [images[labels == 5]], 'the part "target"'),
        lambda: expect_close(target, pick_digits(images, labels, 0)[5]),
    )


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The sources must be one image of each class from `images`, in the order of "
    "the classes, and they must depend on the seed.",
)
def takes_one_source_of_each_class(digits_attention, attention_weights, pick_digits):
    data, kind = draw(), next(iter(kinds_of(digits_attention, attention_weights, draw(), draw_W())))
    images, labels, *_ = data
    choices = [parts_of(digits_attention, data, kind, draw_W(), seed)[0] for seed in range(4)]
    of_class = [images[labels == digit] for digit in range(10)]

    def right():
        for sources in choices:
            expect_images(sources, of_class, 'the part "sources"')
        same = all(np.array_equal(choices[0], sources) for sources in choices)
        assert not same, "four different seeds give the same sources"

    def follows():
        for seed, sources in enumerate(choices):
            expect_close(sources, pick_digits(images, labels, seed))

    expect_any(right, follows)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights differ from the weights that your attention_weights returns for "
    "this target and these sources, with the same kind and W.",
)
def weighs_the_sources_by_their_attention(digits_attention, attention_weights):
    W = draw_W()
    for kind in kinds_of(digits_attention, attention_weights, draw(), draw_W()):
        sources, target, weights, _ = parts_of(digits_attention, draw(), kind, W)
        query, keys = torch.from_numpy(target)[None], torch.from_numpy(sources)
        what = f'the part "weights" for kind "{kind}"'

        def expect(wanted, weights=weights, what=what):
            # the same function on the same numbers, perhaps summed in another order
            expect_close(weights, numbers(wanted).reshape(-1), rtol=1e-3, atol=1e-5, name=what)

        def follows(query=query, keys=keys, kind=kind, expect=expect):
            own = own_weights(attention_weights)
            expect(first_part(own(query, keys, kind=kind, W=W)))

        expect_any(lambda: expect(weights_by_torch(query, keys, W, kind)), follows)  # noqa: B023


@test_case(
    points=0.5,
    hidden=True,
    failure_message="On real digits, the weighted sum differs from the sum of the source images, "
    "each multiplied by its weight.",
)
def adds_up_the_images_of_real_digits(digits_attention, attention_weights):
    train, test = (mnist_digits.load(split, "sample") for split in ("train", "test"))
    data = [torch.from_numpy(array) for d in (train, test) for array in (d.images, d.labels)]
    shown = {}
    for kind in kinds_of(digits_attention, attention_weights, draw(), draw_W()):
        sources, target, weights, found = parts_of(digits_attention, data, kind, CENTRING)
        record(f"weight of the five among the sources, {kind}", weights[5])
        what = f'the part "weighted sum" for kind "{kind}"'
        expect_close(found, weights @ sources, rtol=1e-4, atol=1e-4, name=what)
        names = [f"source {digit}" for digit in range(10)]
        shown |= dict(zip(names, sources, strict=True)) | {"target": target}
        shown[f"weighted sum\n{kind}"] = found
    attach_figure(
        "Ten sources, the target and its weighted sum for each kind",
        figures.image_grid(np.reshape(list(shown.values()), (-1, 28, 28)), list(shown), columns=7),
    )
    others = [test.images[test.labels == digit][0].ravel() for digit in range(10)]
    queries = torch.from_numpy(np.stack([target, *others]))
    for kind in kinds_of(digits_attention, attention_weights, draw(), draw_W()):
        keys = torch.from_numpy(sources)
        if isinstance(attention_weights, Absent):
            break  # no weights, so no figure of them
        matrix = first_part(attention_weights(queries, keys, kind=kind, W=CENTRING))
        expect_shape(matrix, (11, 10), result(kind), "(Q, S)")
        names = mnist_digits.CLASSES
        attach_figure(
            f"Weights for kind {kind}: the target and a test image of each class",
            figures.heat_map(
                np.round(numbers(matrix), 3), ["target 5", *names], names,
                rows="target", columns="source",
            ),
        )  # fmt: skip
