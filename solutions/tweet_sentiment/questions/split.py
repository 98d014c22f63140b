"""Cases for the split: sizes, both classes, no pair twice, the seed."""

from checks import run_beside, test_case
from checks.values import Recognised, Unusable
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


def split_and_return_data(split, data):
    """Split a list; return the number of parts and the list itself, as it is afterwards."""
    parts = split(data, 7)
    return len(parts), [list(pair) for pair in data]


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


@test_case(
    points=1,
    hidden=True,
    failure_message="The parts do not have 60, 20 and 20 percent of the pairs, give or take one "
    "pair.",
)
def has_the_right_sizes(split):
    for negative, positive in ((35, 65), (41, 110), (60, 22)):
        (parts,) = parts_of(split, numbered(negative, positive))
        expect_sizes(parts, negative + positive, "pairs")


@test_case(
    points=1.5,
    hidden=True,
    failure_message="Some pair is in two parts, in none, or twice in one.",
)
def puts_each_pair_into_one_part(split):
    data = numbered(37, 58)
    (parts,) = parts_of(split, data)
    texts = [text for part in parts for text, _ in part]
    double = len(texts) - len(set(texts))
    missing = len({text for text, _ in data} - set(texts))
    assert not double, f"{double} of {len(data)} pairs are in more than one place"
    assert not missing, f"{missing} of {len(data)} pairs are in no part"


@test_case(
    points=1,
    hidden=True,
    failure_message="A text has another label after the split. Move text and label together.",
)
def keeps_text_and_label_together(split):
    data = numbered(25, 45)
    labels = dict(data)
    (parts,) = parts_of(split, data)
    wrong = sum(labels.get(text) != label for part in parts for text, label in part)
    assert not wrong, f"{wrong} of {len(data)} pairs have another text or label"


@test_case(
    points=2,
    hidden=True,
    failure_message="The classes have other shares in some part. Each part must have 60, 20 and "
    "20 percent of the negative pairs, and of the positive ones.",
)
def has_the_same_shares_of_both_classes(split):
    for negative, positive in ((45, 155), (120, 30)):
        (parts,) = parts_of(split, numbered(negative, positive))
        for label, total in enumerate((negative, positive)):
            of_label = [[pair for pair in part if pair[1] == label] for part in parts]
            expect_sizes(of_label, total, f"pairs with label {label}")


@test_case(
    points=1,
    hidden=True,
    failure_message="The split is not random: the first pairs of each class are in the training "
    "part.",
)
def chooses_at_random(split):
    data = numbered(50, 100)
    for parts in parts_of(split, data, (3, 11)):
        places = sorted(int(text.split()[1]) for text, label in parts[0] if label)
        assert places != list(range(50, 110)), "the training part is the beginning of the data"


@test_case(
    points=1.5,
    hidden=True,
    failure_message="The same seed gives other parts in a second call. Make a generator from the "
    "seed within split, and use no other one.",
)
def gives_the_same_parts_for_a_seed(split):
    first, second = parts_of(split, numbered(30, 70), (5, 5), noise=True)
    same = [sorted(a) == sorted(b) for a, b in zip(first, second, strict=True)]
    assert all(same), "two calls with the same seed give other parts"


@test_case(
    points=1,
    hidden=True,
    failure_message="Another seed gives the same parts. Use the argument seed.",
)
def gives_other_parts_for_another_seed(split):
    several = parts_of(split, numbered(30, 70), (1, 2, 3, 4))
    if all(sorted(parts[0]) == sorted(several[0][0]) for parts in several):
        text = "four seeds give the same training part"
        in_order = sorted(int(t.split()[1]) for t, _ in several[0][0])
        if in_order == [*range(18), *range(30, 72)]:
            raise AssertionError(text)
        raise Recognised("split_ignores_the_seed", text)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="split changes its argument data, for example by shuffling it in place. Work "
    "with a copy.",
)
def leaves_the_data_alone(split):
    data = numbered(20, 40)
    parts, after = run_beside(split_and_return_data, split, data)
    assert parts == 3, f"split returns {parts} parts, not three"
    assert pairs_of(after, "data") == data, "after the call, data has another order or other pairs"
