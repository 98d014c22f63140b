"""Make the committed samples and held-out parts from a full source; never shipped to students."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import (
    captioned_images,
    chest_xrays,
    fashion_mnist,
    glove,
    logistic_points,
    make_texts,
    mnist_digits,
    review_sentences,
    scenes,
    sentence_pairs,
    squeezenet,
    style_images,
    tokens,
    tweets,
)
from data.errors import DataError
from data.holdout import FOLDER
from data.holdout import fashion_mnist as hidden_images
from data.holdout import sentence_pairs as hidden_pairs
from data.sources import SAMPLES
from data.text_arrays import text_array

MOST_TOKENS, MOST_WORDS = 7, 700  # of the sample of sentence pairs
AVOIDED = frozenset(
    "crazy dead death die died drunk dumb fat hate hell idiot kill killed murder shoot shot "
    "stupid ugly".split()
)  # words of rude or violent sentences
REPEATED = 3  # a word that stands so often in the sample's texts has a vector in the sample
PHOTOGRAPHS = {  # sha256 of the files of scikit-image
    "astronaut": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    "chelsea": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "coffee": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
}


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


def make_chest_xrays(samples: Path, held_out: Path) -> list[Path]:
    """X-rays of PneumoniaMNIST, as often normal as in each split; all parts differ."""
    _, source = chest_xrays.DATASET.find("pneumoniamnist")
    arrays: dict[str, NDArray[Any]] = {}
    for split, count in chest_xrays.COUNTS["sample"].items():
        images, labels = chest_xrays.of_pneumoniamnist(source, split)
        if split == "test":
            shared = chest_xrays.shared_test_images(len(images))
            hidden = np.setdiff1d(np.arange(len(images)), shared)
            kept = {"x": images[hidden], "y": labels[hidden]}
            images, labels = images[shared], labels[shared]
        arrays |= {f"{split}_images": images[:count], f"{split}_labels": labels[:count]}
    return [
        _write(samples / "chest_xrays.npz", arrays),
        _write(held_out / "chest_xrays.npz", kept),
    ]


def make_fashion_judge(samples: Path, held_out: Path) -> list[Path]:
    """The network that judges generated images; its training takes some minutes."""
    from data.make_judge import trained_entries  # needs torch

    return [_write(held_out / "fashion_judge.npz", trained_entries())]


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


def make_squeezenet(samples: Path, held_out: Path) -> list[Path]:
    """All weights in half precision; nothing is held out."""
    entries = squeezenet.load("all", "full").entries
    half = {name: entry.astype(np.float16) for name, entry in entries.items()}
    return [_write(samples / "squeezenet.npz", half)]


def make_style_images(samples: Path, held_out: Path) -> list[Path]:
    """The paintings of the mirror and photographs of scikit-image, smaller, as JPEG files."""
    paintings = style_images.load("style", "mirror")
    pictures = {name: paintings[name] for name in style_images.PAINTINGS}
    pictures |= {name: photograph(name) for name in style_images.PHOTOGRAPHS}
    arrays = {name: np.frombuffer(reduced(pictures[name]), np.uint8) for name in sorted(pictures)}
    return [_write(samples / "style_images.npz", arrays)]


def photograph(name: str) -> NDArray[np.uint8]:
    """Return a photograph from the data folder of the installed package scikit-image."""
    package = find_spec("skimage")
    if package is None or package.origin is None:
        raise DataError("The photographs are in scikit-image: run `pip install scikit-image`.")
    content = (Path(package.origin).parent / "data" / f"{name}.png").read_bytes()
    if hashlib.sha256(content).hexdigest() != PHOTOGRAPHS[name]:
        raise DataError(f"{name}.png of scikit-image is not the expected file; use version 0.26.0.")
    return style_images.decoded(content)


def reduced(picture: NDArray[np.uint8]) -> bytes:
    """Return a JPEG file of a picture (H, W, 3) with ``SHORTER_SIDE`` pixels on that side."""
    from PIL import Image

    height, width = picture.shape[:2]
    scale, stream = style_images.SHORTER_SIDE / min(height, width), io.BytesIO()
    size = round(scale * width), round(scale * height)
    small = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS)
    small.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _make_texts(
    choose: Callable[[], tuple[make_texts.Arrays, make_texts.Arrays]],
    name: str,
    samples: Path,
    held_out: Path,
) -> list[Path]:
    """The two parts that ``choose`` returns, under the name of their dataset."""
    sample, hidden = choose()
    return [_write(samples / f"{name}.npz", sample), _write(held_out / f"{name}.npz", hidden)]


MAKERS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "captioned_images": make_captioned_images,
    "chest_xrays": make_chest_xrays,
    "fashion_judge": make_fashion_judge,
    "fashion_mnist": make_fashion_mnist,
    "glove": make_glove,
    "logistic_points": make_logistic_points,
    "mnist_digits": make_mnist_digits,
    "review_sentences": partial(_make_texts, make_texts.make_review_sentences, "review_sentences"),
    "sentence_pairs": make_sentence_pairs,
    "squeezenet": make_squeezenet,
    "style_images": make_style_images,
    "tweets": partial(_make_texts, make_texts.make_tweets, "tweets"),
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
