"""Public checks of digits_attention; the grader has more."""

import numpy as np
import torch

from checks import expect_own_or_replaced, expect_parts, expect_shape, numbers, rng, test_case
from support import kinds_of

OK_FORMAT = False
name = "digits_attention"

SHAPES = {"sources": (10, 784), "target": (784,), "weights": (10,), "weighted sum": (784,)}


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
