"""Choose the sample and the held-out part of review sentences and tweets that people rated.

Never shipped to students.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import labelled_texts, review_sentences, tokens, tweets
from data.errors import DataError
from data.holdout import review_sentences as hidden_reviews
from data.holdout import sentence_pairs as hidden_pairs
from data.holdout import tweets as hidden_tweets
from data.holdout.labelled import LEAST_LETTERS
from data.sources import File, Source, in_mirror
from data.text_arrays import text_array

Arrays = dict[str, NDArray[Any]]
RATED = Source(
    kind="mirror",
    folder=in_mirror("vader_groundtruth"),
    files=(
        File(
            "movieReviewSnippets_GroundTruth.txt",
            "c8293b0d942e90e223ea2c0955d969040d1a1be514a978b9af0698940bd13350",
        ),
        File(
            "tweets_GroundTruth.txt",
            "dfbe7102e2f92579ed8b19df9a3822491880697c67adf712fb66e520cc05102f",
        ),
    ),
    sizes=(),
    get="",
    repair="copy vader_groundtruth/ of the PyPI package vaderSentiment 3.3.2 (source archive) into "
    "the folder that DL_DATA_MIRROR names",
)
CLEAR = 0.5  # a mean rating below it, of -4 to 4, says neither positive nor negative
COARSE = re.compile(
    r"\b(?:ass|asses|a\w*hole|bitch\w*|bull\w*t|cocks?|cunt|damn\w*|dick\w*|fags?|fuck\w*|gay|"
    r"hoes?|nigg\w*|porn\w*|puss(?:y|ies)|rap(?:e|ed|ist)|retard\w*|sex\w*|\w*shit\w*|sluts?|tits|"
    r"whore\w*|wtf|f\W*\*+\w*)\b",
    re.IGNORECASE,
)


def rated(name: str) -> list[tuple[str, int]]:
    """Return the texts that people rated clearly, in random order, with the label 0 or 1."""
    lines = RATED.read(name).decode("utf-8").split("\n")
    rows = [line.split("\t", 2) for line in lines if line.strip()]
    found: dict[str, tuple[str, int]] = {}
    for i in np.random.default_rng(2_014).permutation(len(rows)):
        _, rating, text = rows[i]
        key = labelled_texts.letters(text)
        if abs(float(rating)) >= CLEAR and len(key) >= LEAST_LETTERS:
            found.setdefault(key, (" ".join(text.split()), int(float(rating) > 0)))
    return list(found.values())


def make_review_sentences() -> tuple[Arrays, Arrays]:
    """Rated sentences as tokens; those that only the grader has are from SST-2's test sentences.

    No part has a sentence that is nearly one of another part, nor the held-out part one that is
    nearly a sentence of SST-2 that everyone has.
    """
    sst2 = review_sentences.DATASET.find("sst2")[1]
    reserved = {
        labelled_texts.letters(text): label for text, label in review_sentences.reserved(sst2)
    }
    served = [
        text
        for split in review_sentences.SPLITS
        for text, _ in review_sentences.official(sst2, split)
        if split != "test" or labelled_texts.letters(text) not in reserved
    ]
    like = labelled_texts.Likeness(served)
    pool = [
        (" ".join(tokens.english_tokens(text)), label)
        for text, label in rated("movieReviewSnippets_GroundTruth.txt")
    ]
    hidden = _balanced(
        _unlike(like, _confirmed(pool, reserved)),
        hidden_reviews.COUNT,
    )
    arrays: Arrays = {}
    taken = [text for text, _ in hidden]
    pool = [pair for pair in pool if labelled_texts.letters(pair[0]) not in reserved]
    for split in reversed(review_sentences.SPLITS):
        like = labelled_texts.Likeness(taken)
        pool = _unlike(like, pool)
        chosen = _balanced(pool, review_sentences.COUNTS[split])
        taken = [text for text, _ in chosen]
        arrays |= _texts(chosen, f"_{split}")
    like = labelled_texts.Likeness(taken)
    training = _alone_in_training(sst2)
    released = _balanced(
        _unlike(like, _confirmed(pool, training)),
        review_sentences.UNLABELLED,
    )
    return _with_unlabelled(released, arrays, _texts(hidden))


def _unlike(like: labelled_texts.Likeness, pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the pairs whose text is nearly none of the texts of ``like``."""
    return [pair for pair in pairs if not like.has_like(pair[0])]


def _confirmed(pairs: list[tuple[str, int]], labels: dict[str, int]) -> list[tuple[str, int]]:
    """Return the pairs whose text has the same label in ``labels``, {letters: label}."""
    return [
        (text, label) for text, label in pairs if labels.get(labelled_texts.letters(text)) == label
    ]


def _alone_in_training(sst2: Source) -> dict[str, int]:
    """Return letters and label of SST-2's training sentences that are like no other sentence."""
    parts = [review_sentences.official(sst2, split) for split in review_sentences.SPLITS]
    like = labelled_texts.Likeness(text for part in parts for text, _ in part)
    return {
        labelled_texts.letters(text): label for text, label in parts[0] if like.count(text) == 1
    }


def make_tweets() -> tuple[Arrays, Arrays]:
    """Rated tweets without coarse words; none that only the grader has is nearly another one."""
    twenty_k = labelled_texts.Likeness(tweets.load("all", "20k").texts)
    foreign = hidden_pairs.HELD_OUT.fingerprints()  # a tweet may quote one of these sentences
    pool = [
        (text, tweets.POSITIVE if label else tweets.NEGATIVE)
        for text, label in rated("tweets_GroundTruth.txt")
        if not COARSE.search(text) and foreign.isdisjoint(hidden_pairs.sentences_in(text))
    ]
    hidden = _balanced(_unlike(twenty_k, pool), hidden_tweets.COUNT)
    like = labelled_texts.Likeness(text for text, _ in hidden)
    rest = _unlike(like, pool)
    released = _balanced(_unlike(twenty_k, rest), tweets.UNLABELLED)
    like = labelled_texts.Likeness(text for text, _ in released)
    rest = _unlike(like, rest)
    negative = [pair for pair in rest if pair[1] == tweets.NEGATIVE]
    positive = [pair for pair in rest if pair[1] == tweets.POSITIVE]
    chosen = negative + positive[: tweets.COUNT - len(negative)]
    order = np.random.default_rng(140).permutation(len(chosen))
    return _with_unlabelled(released, _texts([chosen[i] for i in order]), _texts(hidden))


def _balanced(pairs: Sequence[tuple[str, int]], count: int) -> list[tuple[str, int]]:
    """Return the first pairs of a list, ``count`` in all, as many of each label."""
    left = dict.fromkeys({label for _, label in pairs}, count // 2)
    found = []
    for text, label in pairs:
        if left[label]:
            left[label] -= 1
            found.append((text, label))
    if any(left.values()):
        raise DataError(f"There are too few texts: {len(found)} of {count}.")
    return found


def _with_unlabelled(
    pairs: Sequence[tuple[str, int]], sample: Arrays, hidden: Arrays
) -> tuple[Arrays, Arrays]:
    """Add the texts of ``pairs`` to the sample and their labels to the held-out part."""
    released = _texts(pairs, "_unlabelled")
    labels = released.pop("labels_unlabelled")
    return sample | released, hidden | {"labels_unlabelled": labels}


def _texts(pairs: Sequence[tuple[str, int]], suffix: str = "") -> Arrays:
    return {
        f"texts{suffix}": text_array(text for text, _ in pairs),
        f"labels{suffix}": np.array([label for _, label in pairs], np.uint8),
    }
