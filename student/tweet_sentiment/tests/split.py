"""Public checks of split; the grader has more."""

from checks import run_beside, test_case
from checks.values import Unusable
from support import made_words, pairs_of

OK_FORMAT = False
name = "split"

PARTS = ("training", "validation", "test")


def split_in_turn(split, data, seeds, noise):
    """Split for each seed in turn; the global generators are moved on before each call."""
    import random

    import numpy as np
    import torch

    found = []
    for number, seed in enumerate(seeds):
        if noise:
            random.seed(number)
            np.random.seed(number)
            torch.manual_seed(number)
        parts = split(list(data), seed)
        found.append(
            [[list(pair) for pair in part] for part in parts] if parts is not None else None
        )
    return found


def numbered(negative, positive):
    """Return pairs with different texts, all negative ones first as in the file of the course."""
    word, total = made_words(1, "word")[0], negative + positive
    return [(f"{word} {i}", int(i >= negative)) for i in range(total)]


def parts_of(split, data, seeds=(3,), noise=False):
    """Return the three parts for each seed."""
    found = []
    for parts in run_beside(split_in_turn, split, data, list(seeds), noise):
        if not isinstance(parts, list) or len(parts) != 3:
            raise Unusable("split should return three lists: training, validation and test")
        found.append([pairs_of(p, f"the {n} part") for n, p in zip(PARTS, parts, strict=True)])
        assert max(map(len, found[-1])) < len(data), "one part has as many pairs as the data"
    return found


def expect_sizes(parts, total, what):
    """Fail unless the parts have 60, 20 and 20 percent of ``total``, or one more or less."""
    for part, share, part_name in zip(parts, (0.6, 0.2, 0.2), PARTS, strict=True):
        assert abs(len(part) - share * total) <= 1.001, (
            f"the {part_name} part has {len(part)} of {total} {what}; {share:.0%} are "
            f"{share * total:g}"
        )


@test_case(
    points=0.5,
    hidden=False,
    failure_message="split must return three lists of pairs; of 50 pairs, 30, 10 and 10.",
)
def returns_three_parts(split):
    (parts,) = parts_of(split, numbered(20, 30))
    expect_sizes(parts, 50, "pairs")
