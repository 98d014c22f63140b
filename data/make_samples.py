"""Make the committed samples and held-out parts from a full source; never shipped to students."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import (
    captioned_images,
    fashion_mnist,
    glove,
    labelled_texts,
    logistic_points,
    mnist_digits,
    review_sentences,
    scenes,
    sentence_pairs,
    tokens,
    tweets,
)
from data.errors import DataError
from data.holdout import FOLDER
from data.holdout import fashion_mnist as hidden_images
from data.holdout import review_sentences as hidden_reviews
from data.holdout import sentence_pairs as hidden_pairs
from data.holdout import tweets as hidden_tweets
from data.holdout.labelled import LEAST_LETTERS
from data.sources import SAMPLES, File, Source, in_mirror
from data.text_arrays import text_array

MOST_TOKENS, MOST_WORDS = 7, 700  # of the sample of sentence pairs
AVOIDED = frozenset(
    "crazy dead death die died drunk dumb fat hate hell idiot kill killed murder shoot shot "
    "stupid ugly".split()
)  # words of rude or violent sentences
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
    r"\b(?:ass|asses|\w*hole|bitch\w*|bull\w*t|cocks?|cunt|damn\w*|dick\w*|fags?|fuck\w*|gay|"
    r"hoes?|nigg\w*|porn\w*|puss(?:y|ies)|rap(?:e|ed|ist)|retard\w*|sex\w*|\w*shit\w*|sluts?|tits|"
    r"whore\w*|wtf|f\W*\*+\w*)\b",
    re.IGNORECASE,
)
REPEATED = 3  # a word that stands so often in the sample's texts has a vector in the sample


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


def make(name: str, samples: Path = SAMPLES, held_out: Path = FOLDER) -> list[Path]:
    """Write the committed files of the dataset called ``name`` and return their paths."""
    if name not in MAKERS:
        raise DataError(f"{name} has no committed sample; there are: {', '.join(sorted(MAKERS))}.")
    return MAKERS[name](samples, held_out)


def make_fashion_mnist(samples: Path, held_out: Path) -> list[Path]:
    """The first images for everyone; test images 1,000 to 1,999 for the grader."""
    x_train, y_train, *_ = fashion_mnist.raw("train", "12k")
    x_test, y_test, *_ = fashion_mnist.raw("test", "12k")
    count = fashion_mnist.COUNTS["sample"]
    hidden = slice(hidden_images.FIRST, hidden_images.LAST)
    return [
        _write(
            samples / "fashion_mnist.npz",
            {
                "x_train": x_train[: count["train"]],
                "y_train": y_train[: count["train"]],
                "x_test": x_test[: count["test"]],
                "y_test": y_test[: count["test"]],
            },
        ),
        _write(held_out / "fashion_mnist.npz", {"x": x_test[hidden], "y": y_test[hidden]}),
    ]


def make_captioned_images(samples: Path, held_out: Path) -> list[Path]:
    """Which items of the Fashion-MNIST sample make up each scene, and five sentences about it."""
    rng = np.random.default_rng(20_080)
    labels_of = {split: captioned_images.items_of(split)[1] for split in captioned_images.SPLITS}
    items, sentences = [], []
    for i in range(captioned_images.IMAGES):
        split = next(name for name, ends in captioned_images.SPLITS.items() if i % 10 in ends)
        labels = labels_of[split]
        items.append(scenes.arrange(labels, rng))
        kinds = [int(labels[item]) if item != scenes.EMPTY else scenes.EMPTY for item in items[-1]]
        sentences += scenes.describe(kinds, captioned_images.PER_IMAGE, rng)
    arrays: dict[str, NDArray[Any]] = {
        "items": np.array(items, np.int16), "captions": text_array(sentences)
    }  # fmt: skip
    return [_write(samples / "captioned_images.npz", arrays)]


def make_glove(samples: Path, held_out: Path) -> list[Path]:
    """The most frequent words, every word of the sentence pairs, and the words that stand several
    times in the samples of review sentences and tweets; in the full set's order.
    """
    full = glove.load("all", "40k")
    needed = set(full.words[: glove.FREQUENT])
    texts = [*tweets.load("all", "sample").texts]
    texts += [
        t for split in review_sentences.SPLITS for t in review_sentences.load(split, "sample").texts
    ]
    counts = Counter(token for text in texts for token in tokens.english_tokens(text))
    needed.update(token for token, count in counts.items() if count >= REPEATED)
    for split in sentence_pairs.SPLITS:
        for sentence in sentence_pairs.load(split, "sample").english:
            needed.update(tokens.english_tokens(sentence))
    kept = [position for position, word in enumerate(full.words) if word in needed]
    words = text_array(full.words[position] for position in kept)
    arrays: dict[str, NDArray[Any]] = {"vectors": full.vectors[kept], "words": words}
    return [_write(samples / "glove.npz", arrays)]


def make_logistic_points(samples: Path, held_out: Path) -> list[Path]:
    """Our own points: 100 of each class from a Gaussian."""
    features, classes = logistic_points.draw(np.random.default_rng(406))
    arrays: dict[str, NDArray[Any]] = {
        "features": features, "classes": classes.astype(np.uint8)
    }  # fmt: skip
    return [_write(samples / "logistic_points.npz", arrays)]


def make_mnist_digits(samples: Path, held_out: Path) -> list[Path]:
    """The first 40 training and 10 test images of each digit."""
    arrays: dict[str, NDArray[Any]] = {}
    for split, count in mnist_digits.PER_CLASS["sample"].items():
        images, labels, *_ = mnist_digits.raw(split, "5k")
        x, y = mnist_digits.of_each_class(images, labels, slice(count))
        arrays |= {f"x_{split}": x, f"y_{split}": y}
    return [_write(samples / "mnist_digits.npz", arrays)]


def make_sentence_pairs(samples: Path, held_out: Path) -> list[Path]:
    """Short pairs of frequent words; the splits and the held-out pairs share no sentence.

    All held-out pairs are from Tatoeba's test split, so training on all of Tatoeba's training
    split does not reveal them. The sample's own test pairs are from Tatoeba's validation split.
    """
    short = sentence_pairs.corpus("tatoeba", MOST_TOKENS, MOST_WORDS)
    counts = {"held out": hidden_pairs.COUNT} | sentence_pairs.COUNTS
    taken: set[str] = set()
    arrays: dict[str, dict[str, NDArray[Any]]] = {}
    for part, split in (("held out", "test"), ("test", "val"), ("val", "val"), ("train", "train")):
        pairs = _short_pairs(short, split, taken)[: counts[part]]
        if len(pairs) < counts[part]:
            raise DataError(f"Tatoeba has only {len(pairs)} pairs for the part {part}.")
        taken |= {sentence_pairs.unaccented(sentence) for pair in pairs for sentence in pair}
        french, english = zip(*pairs, strict=True)
        arrays[part] = {"french": text_array(french), "english": text_array(english)}
    sample = {
        f"{side}_{split}": text
        for split in sentence_pairs.SPLITS
        for side, text in arrays[split].items()
    }
    return [
        _write(samples / "sentence_pairs.npz", sample),
        _write(held_out / "sentence_pairs.npz", arrays["held out"]),
    ]


def make_review_sentences(samples: Path, held_out: Path) -> list[Path]:
    """Rated sentences as tokens; those that only the grader has are from SST-2's test sentences.

    No part has a sentence that is nearly one of another part, nor the held-out part one that is
    nearly a sentence of SST-2 that everyone has.
    """
    sst2 = review_sentences.DATASET.find("sst2")[1]
    reserved = {
        labelled_texts.letters(text): label for text, label in review_sentences.reserved(sst2)
    }
    served = [t for split in review_sentences.SPLITS for t in review_sentences.load(split).texts]
    like = labelled_texts.Likeness(served)
    pool = [
        (" ".join(tokens.english_tokens(text)), label)
        for text, label in rated("movieReviewSnippets_GroundTruth.txt")
    ]
    hidden = _balanced(
        [
            (text, label)
            for text, label in pool
            if reserved.get(labelled_texts.letters(text)) == label and not like.has_like(text)
        ],
        hidden_reviews.COUNT,
    )
    arrays: dict[str, NDArray[Any]] = {}
    taken = [text for text, _ in hidden]
    pool = [pair for pair in pool if labelled_texts.letters(pair[0]) not in reserved]
    for split in reversed(review_sentences.SPLITS):
        like = labelled_texts.Likeness(taken)
        pool = [pair for pair in pool if not like.has_like(pair[0])]
        chosen = _balanced(pool, review_sentences.COUNTS[split])
        taken = [text for text, _ in chosen]
        arrays |= _texts(chosen, f"_{split}")
    return [
        _write(samples / "review_sentences.npz", arrays),
        _write(held_out / "review_sentences.npz", _texts(hidden)),
    ]


def make_tweets(samples: Path, held_out: Path) -> list[Path]:
    """Rated tweets without coarse words; none that only the grader has is nearly another one."""
    like = labelled_texts.Likeness(tweets.load("all", "20k").texts)
    foreign = hidden_pairs.HELD_OUT.fingerprints()  # a tweet may quote one of these sentences
    pool = [
        (text, tweets.POSITIVE if label else tweets.NEGATIVE)
        for text, label in rated("tweets_GroundTruth.txt")
        if not COARSE.search(text) and foreign.isdisjoint(hidden_pairs.sentences_in(text))
    ]
    hidden = _balanced([pair for pair in pool if not like.has_like(pair[0])], hidden_tweets.COUNT)
    like = labelled_texts.Likeness(text for text, _ in hidden)
    rest = [pair for pair in pool if not like.has_like(pair[0])]
    negative = [pair for pair in rest if pair[1] == tweets.NEGATIVE]
    positive = [pair for pair in rest if pair[1] == tweets.POSITIVE]
    chosen = negative + positive[: tweets.COUNT - len(negative)]
    order = np.random.default_rng(140).permutation(len(chosen))
    return [
        _write(samples / "tweets.npz", _texts([chosen[i] for i in order])),
        _write(held_out / "tweets.npz", _texts(hidden)),
    ]


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


def _texts(pairs: Sequence[tuple[str, int]], suffix: str = "") -> dict[str, NDArray[Any]]:
    return {
        f"texts{suffix}": text_array(text for text, _ in pairs),
        f"labels{suffix}": np.array([label for _, label in pairs], np.uint8),
    }


def _short_pairs(short: tokens.Corpus, split: str, taken: set[str]) -> list[sentence_pairs.Pair]:
    """Return usable pairs of a Tatoeba split in random order, each French sentence once.

    Every word is in the vocabularies of ``short``, and no sentence contains a ``taken`` one.
    """
    loaded = sentence_pairs.load(split, "tatoeba")
    pairs = list(zip(loaded.french, loaded.english, strict=True))
    known = set(short.french.words), set(short.english.words)
    chosen: dict[str, sentence_pairs.Pair] = {}
    for i in np.random.default_rng(2_017).permutation(len(pairs)):
        inner = set().union(*map(hidden_pairs.sentences_in, pairs[i]))
        texts = [sentence_pairs.unaccented(sentence) for sentence in pairs[i]]
        rows = tokens.french_tokens(pairs[i][0]), tokens.english_tokens(pairs[i][1])
        if (
            max(map(len, rows)) <= MOST_TOKENS
            and min(text.count(" ") for text in texts) >= hidden_pairs.LEAST_WORDS - 1
            and all(words.issuperset(row) for words, row in zip(known, rows, strict=True))
            and taken.isdisjoint(inner)
            and AVOIDED.isdisjoint(rows[1])
        ):
            chosen.setdefault(texts[0], pairs[i])
    return list(chosen.values())


MAKERS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "captioned_images": make_captioned_images,
    "fashion_mnist": make_fashion_mnist,
    "glove": make_glove,
    "logistic_points": make_logistic_points,
    "mnist_digits": make_mnist_digits,
    "review_sentences": make_review_sentences,
    "sentence_pairs": make_sentence_pairs,
    "tweets": make_tweets,
}


def _write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Path:
    """Write an npz whose bytes do not depend on the clock or the system.

    They do depend on zlib: builds of Python with zlib-ng compress a little differently.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, stream.getvalue(), compresslevel=9)
    return path
