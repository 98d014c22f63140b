"""Scenes of up to three clothes side by side, and the small grammar that describes them.

The pictures are real ones of Fashion-MNIST; the sentences are generated.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SLOTS = 3
EMPTY = -1
_PLACES = ("on the left", "in the middle", "on the right")
_COUNTS = {2: "two", 3: "three"}
_NAMES: tuple[tuple[tuple[str, str], ...], ...] = (  # by class: (one of it, several of it)
    (("a t-shirt", "t-shirts"), ("a top", "tops")),
    (("trousers", "pairs of trousers"),),
    (("a pullover", "pullovers"), ("a sweater", "sweaters")),
    (("a dress", "dresses"),),
    (("a coat", "coats"),),
    (("a sandal", "sandals"),),
    (("a shirt", "shirts"),),
    (("a sneaker", "sneakers"), ("a sports shoe", "sports shoes")),
    (("a bag", "bags"), ("a handbag", "handbags")),
    (("an ankle boot", "ankle boots"), ("a boot", "boots")),
)
_ONE_KIND = ("{0}", "a picture of {0}", "nothing but {0}", "here we see {0}", "this shows {0}")
_ONE_ITEM = ("{0} {place}", "{place} there is {0}", "there is {0}", "only {0}")
_SEVERAL_ITEMS = ("there are {0}", "{0} in a row", "{0} side by side", "a row of {0}")
_TWO_KINDS = (
    "{0} and {1}",
    "{0} to the left of {1}",
    "{1} to the right of {0}",
    "{0} next to {1}",
    "{0} beside {1}",
    "{0} followed by {1}",
    "from left to right {0} and {1}",
    "a picture of {0} and {1}",
)
_THREE_KINDS = (
    "{0} {1} and {2}",
    "{1} between {0} and {2}",
    "{0} to the left of {1} and {2}",
    "{2} to the right of {0} and {1}",
    "from left to right {0} {1} and {2}",
    "{0} followed by {1} and {2}",
    "a picture of {0} {1} and {2}",
)
_BETWEEN_ALIKE = ("{1} between two {0}", "two {0} with {1} between them")


def compose(items: NDArray[np.integer], images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put images (n, 28, 28) side by side: ``items`` (I, 3) are their positions, -1 is empty.

    Returns grey pictures of shape (I, 28, 84).
    """
    with_black = np.concatenate([images, np.zeros_like(images[:1])])  # -1 is the last
    slots: NDArray[np.uint8] = with_black[items]  # (I, 3, 28, 28)
    return slots.transpose(0, 2, 1, 3).reshape(len(items), 28, SLOTS * 28)


def shrink(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the mean of each 2 by 2 pixels of pictures (I, 28, 84), as rows (I, 588) in [0, 1]."""
    blocks = pictures.reshape(len(pictures), 14, 2, SLOTS * 14, 2)
    means: NDArray[np.float32] = blocks.mean(axis=(2, 4), dtype=np.float32) / np.float32(255)
    return means.reshape(len(pictures), -1)


def arrange(labels: NDArray[np.integer], rng: np.random.Generator) -> NDArray[np.int16]:
    """Draw a scene: the positions (3,) of one to three images with ``labels``, -1 for nothing.

    An item is often of the kind of the one before it, so that there is something to count.
    """
    count = rng.choice([1, 2, 3], p=[0.15, 0.4, 0.45])
    filled = np.sort(rng.permutation(SLOTS)[:count])
    items = np.full(SLOTS, EMPTY, np.int16)
    kind = rng.integers(len(_NAMES))
    for slot in filled:
        if rng.random() < 0.6:
            kind = rng.integers(len(_NAMES))
        items[slot] = rng.choice(np.flatnonzero(labels == kind))
    return items


def describe(kinds: Sequence[int], count: int, rng: np.random.Generator) -> list[str]:
    """Draw ``count`` different sentences about a scene with these classes, -1 for nothing."""
    filled = [(slot, kind) for slot, kind in enumerate(kinds) if kind != EMPTY]
    groups = [(k, len(list(run))) for k, run in itertools.groupby(kind for _, kind in filled)]
    patterns = {
        1: _ONE_KIND + (_ONE_ITEM if len(filled) == 1 else _SEVERAL_ITEMS),
        2: _TWO_KINDS,
        3: _THREE_KINDS,
    }[len(groups)]
    alike = len(groups) == 3 and groups[0] == groups[2]
    place = _PLACES[filled[0][0]]
    sentences: list[str] = []
    while len(sentences) < count:
        names = [_NAMES[kind][rng.integers(len(_NAMES[kind]))] for kind, _ in groups]
        if alike and rng.random() < 0.4:
            pattern = _BETWEEN_ALIKE[rng.integers(len(_BETWEEN_ALIKE))]
            sentence = pattern.format(names[0][1], names[1][0])
        else:
            phrases = [
                one if number == 1 else f"{_COUNTS[number]} {several}"
                for (one, several), (_, number) in zip(names, groups, strict=True)
            ]
            sentence = patterns[rng.integers(len(patterns))].format(*phrases, place=place)
        if sentence not in sentences:
            sentences.append(sentence)
    return sentences
