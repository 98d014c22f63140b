"""Cases for the attention of a five to ten digits, judged by the student's own functions."""

from functools import partial

import numpy as np
import torch

import figures
from checks import (
    attach_figure,
    elsewhere,
    expect_any,
    expect_close,
    expect_own_or_replaced,
    expect_parts,
    expect_right_or_following,
    expect_shape,
    numbers,
    record,
    rng,
    test_case,
)
from checks.values import Absent
from data import mnist_digits
from oracle import WEIGHING, right_functions, weights_by_torch
from support import computes, first_part, kinds_of

OK_FORMAT = False
NAMES = mnist_digits.CLASSES
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


def some_kind(digits_attention, attention_weights):
    """Return a kind that the student's code supports."""
    return kinds_of(digits_attention, attention_weights, draw(), draw_W())[0]


def ones_of_each_shape(digits_attention):
    """Return functions in place of wrong earlier ones: each gives ones in the right shape."""
    import torch

    def pick_digits(*_, **__):
        return torch.ones(10, 784)

    def attention_weights(query, keys, *_, **__):
        return torch.ones(len(query), len(keys))

    def attend(query, keys, values, *_, **__):
        return torch.ones(len(query), values.shape[1])

    return {f.__name__: f for f in (pick_digits, attention_weights, attend)}


def expect_with_right_functions(digits_attention, check):
    """Fail unless ``check()`` passes, perhaps with right functions in place of the student's own.

    What does not work with the images or the weights of an earlier question is penalised there.
    """
    choices = ["pick_digits"], [*WEIGHING, "attend"], ["pick_digits", *WEIGHING, "attend"]
    expect_own_or_replaced(
        check, digits_attention, right_functions, [(names,) for names in choices]
    )


def only_one_of_each(data):
    """Return the first source and the first target of each class: any seed picks the same."""
    kept = []
    for images, labels in (data[:2], data[2:]):
        first = torch.stack([(labels == digit).nonzero()[0, 0] for digit in range(10)])
        order = torch.from_numpy(rng("order").permutation(10))
        kept += [images[first][order], labels[first][order]]
    return kept


def picked_elsewhere(pick_digits, *arguments):
    """Return what the student's own pick_digits picks, without knowledge of this question."""
    own = elsewhere(pick_digits, at_least=0.0)
    assert own is not None, "there is no pick_digits"
    return numbers(own(*arguments))


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The result must be a tuple of four parts: the sources (10, 784), the target "
    "(784,), the weights (10,) and the weighted sum (784,).",
)
def gives_the_four_parts(digits_attention, attention_weights):
    def check():
        parts_of(digits_attention, draw(), some_kind(digits_attention, attention_weights), draw_W())

    expect_own_or_replaced(check, digits_attention, ones_of_each_shape)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="The target must be an image of class 5 from `target_images`.",
)
def takes_a_five_as_target(digits_attention, attention_weights, pick_digits):
    data, kind = draw(), some_kind(digits_attention, attention_weights)
    _, _, images, labels = data

    def right():
        _, target, *_ = parts_of(digits_attention, data, kind, draw_W())
        expect_images(target, [images[labels == 5]], 'the part "target"')

    def follows():
        single = only_one_of_each(data)
        _, target, *_ = parts_of(digits_attention, single, kind, draw_W())
        expect_close(target, picked_elsewhere(pick_digits, *single[2:], 0)[5])

    expect_with_right_functions(digits_attention, partial(expect_any, right, follows))


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The sources must be one image of each class from `images`, in the order of "
    "the classes, and they must depend on the seed.",
)
def takes_one_source_of_each_class(digits_attention, attention_weights, pick_digits):
    data, kind = draw(), some_kind(digits_attention, attention_weights)
    images, labels, *_ = data
    of_class = [images[labels == digit] for digit in range(10)]

    def right(choices):
        for sources in choices:
            expect_images(sources, of_class, 'the part "sources"')
        same = all(np.array_equal(choices[0], sources) for sources in choices)
        assert not same, "four different seeds give the same sources"

    def follows(choices):
        for seed, sources in enumerate(choices):
            expect_close(sources, picked_elsewhere(pick_digits, images, labels, seed))

    def follows_with_seeds_of_its_own(choices):
        single = only_one_of_each(data)
        sources = parts_of(digits_attention, single, kind, draw_W())[0]
        expect_close(sources, picked_elsewhere(pick_digits, *single[:2], 0))
        assert not np.array_equal(choices[0], choices[1]), "two seeds give the same sources"

    def check():
        choices = [parts_of(digits_attention, data, kind, draw_W(), seed)[0] for seed in range(4)]
        either = right, follows, follows_with_seeds_of_its_own
        expect_any(*(partial(judge, choices) for judge in either))

    expect_with_right_functions(digits_attention, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The weights differ from the weights that your attention_weights returns for "
    "this target and these sources, with the same kind and W.",
)
def weighs_the_sources_by_their_attention(digits_attention, attention_weights):
    images, labels, others, other_labels = draw()
    for kind in kinds_of(digits_attention, attention_weights, draw(), draw_W()):

        def parts(images, others, W, kind=kind):
            data = images, labels, others, other_labels
            sources, target, weights, _ = parts_of(digits_attention, data, kind, W)
            return torch.from_numpy(target)[None], torch.from_numpy(sources), weights

        def right(images, others, W, kind=kind, parts=parts):
            query, keys, _ = parts(images, others, W)
            W = W.to(query.dtype)
            return weights_by_torch(query, keys.to(query.dtype), W, kind).numpy().reshape(-1)

        def follow(functions, images, others, W, kind=kind, parts=parts):
            query, keys, _ = parts(images, others, W)
            own = functions["attention_weights"](query, keys, kind=kind, W=W)
            return numbers(first_part(own)).reshape(-1)

        def compare(found, wanted, kind=kind):
            # the same function on the same numbers, perhaps summed in another order or clipped
            what = f'the part "weights" for kind "{kind}"'
            expect_close(found, wanted, rtol=1e-3, atol=2e-5, name=what)

        judge = partial(
            expect_right_or_following,
            lambda *given, parts=parts: parts(*given)[2],
            (images, others, draw_W()),
            right=right,
            follow=follow,
            own={"attention_weights": attention_weights},
            compare=compare,
        )
        expect_with_right_functions(digits_attention, judge)


def expect_own_sum(attend, found, target, sources, kind):
    """Fail unless the sum is the one that the student's own attend returns."""
    own = elsewhere(attend)
    assert own is not None, "there is no attend, or too much in it is wrong"
    query, keys = torch.from_numpy(target)[None], torch.from_numpy(sources)
    sums = numbers(first_part(own(query, keys, keys, kind=kind, W=CENTRING)))
    assert sums.std() > 0, "attend returns the same number everywhere"
    expect_close(found, sums.reshape(-1), rtol=1e-4, atol=1e-4, name="the weighted sum")


@test_case(
    points=0.5,
    hidden=True,
    failure_message="On real digits, the weighted sum differs from the sum of the source images, "
    "each multiplied by its weight.",
)
def adds_up_the_images_of_real_digits(digits_attention, attention_weights, attend):
    train, test = (mnist_digits.load(split, "sample") for split in ("train", "test"))
    # darker images, so that the exponentials of their scores are finite in float32
    data = [
        torch.from_numpy(array)
        for d in (train, test)
        for array in (0.6 * d.images.astype(np.float32), d.labels)
    ]
    kinds, shown = kinds_of(digits_attention, attention_weights, draw(), draw_W()), {}
    parts = {}

    def check(kind):
        parts[kind] = parts_of(digits_attention, data, kind, CENTRING)
        sources, target, weights, found = parts[kind]
        what = f'the part "weighted sum" for kind "{kind}"'
        expect_any(
            partial(expect_close, found, weights @ sources, rtol=1e-4, atol=1e-4, name=what),
            partial(expect_own_sum, attend, found, target, sources, kind),
        )

    for kind in kinds:
        expect_with_right_functions(digits_attention, partial(check, kind))
        sources, target, weights, found = parts[kind]
        record(f"weight of the five among the sources, {kind}", weights[5])
        names = [f"source {digit}" for digit in range(10)]
        shown |= dict(zip(names, sources, strict=True)) | {"target": target}
        shown[f"weighted sum\n{kind}"] = found
    attach_figure(
        "Ten sources, the target and its weighted sum for each kind",
        figures.image_grid(np.reshape(list(shown.values()), (-1, 28, 28)), list(shown), columns=7),
    )
    if isinstance(attention_weights, Absent):
        return  # all is judged; without weights there is no figure of them
    others = [0.6 * test.images[test.labels == digit][0].ravel() for digit in range(10)]
    queries = torch.from_numpy(np.stack([target, *others]).astype(np.float32))
    keys = torch.from_numpy(sources.astype(np.float32))
    for kind in kinds:
        if not computes(attention_weights, queries, keys, CENTRING, kind):
            continue  # that is judged in its own question
        matrix = first_part(attention_weights(queries, keys, kind=kind, W=CENTRING))
        if np.shape(matrix) == (11, 10):  # the shape is judged in its own question
            shown = np.round(numbers(matrix), 3)
            attach_figure(
                f"Weights for kind {kind}: the target and a test image of each class",
                figures.heat_map(
                    shown, ["target 5", *NAMES], NAMES, rows="target", columns="source"
                ),
            )
