"""Make the committed samples and the held-out images from a real source; not sent to students."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data import (
    captioned_images,
    fashion_mnist,
    glove,
    holdout,
    logistic_points,
    mnist_digits,
    phrases,
    scenes,
    tokens,
)
from data.errors import DataError
from data.sources import SAMPLES


def make(name: str, samples: Path = SAMPLES, held_out: Path = holdout.FOLDER) -> list[Path]:
    """Write the committed files of the dataset called ``name`` and return their paths."""
    if name not in MAKERS:
        raise DataError(f"{name} has no committed sample; there are: {', '.join(sorted(MAKERS))}.")
    return MAKERS[name](samples, held_out)


def make_fashion_mnist(samples: Path, held_out: Path) -> list[Path]:
    """The first images for everyone; test images 1,000 to 1,999 for the grader."""
    x_train, y_train, *_ = fashion_mnist.raw("train", "12k")
    x_test, y_test, *_ = fashion_mnist.raw("test", "12k")
    count = fashion_mnist.COUNTS["sample"]
    hidden = slice(holdout.FIRST, holdout.LAST)
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
    text = np.frombuffer("\n".join(sentences).encode(), np.uint8)
    path = samples / "captioned_images.npz"
    arrays: dict[str, NDArray[Any]] = {"items": np.array(items, np.int16), "captions": text}
    return [_write(path, arrays)]


def make_glove(samples: Path, held_out: Path) -> list[Path]:
    """The most frequent words, and every word of the phrases; in the order of the full set."""
    full = glove.load("all", "40k")
    drawn = phrases.draw(np.random.default_rng(50), 20_000)
    needed = {word for _, english in drawn for word in tokens.english_tokens(english)}
    needed.update(full.words[: glove.FREQUENT])
    kept = [position for position, word in enumerate(full.words) if word in needed]
    text = "\n".join(full.words[position] for position in kept)
    arrays: dict[str, NDArray[Any]] = {
        "vectors": full.vectors[kept], "words": np.frombuffer(text.encode(), np.uint8)
    }  # fmt: skip
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


MAKERS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "captioned_images": make_captioned_images,
    "fashion_mnist": make_fashion_mnist,
    "glove": make_glove,
    "logistic_points": make_logistic_points,
    "mnist_digits": make_mnist_digits,
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
