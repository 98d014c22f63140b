"""Captioned images: pictures, a row of features for each, and five sentences about each.

Two sizes: scenes of Fashion-MNIST items with generated sentences, and 1,000 photographs of
Flickr8k with sentences that people wrote.
"""

from __future__ import annotations

import csv
import functools
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import fashion_mnist, scenes
from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror

IMAGES, PER_IMAGE = 1_000, 5
SPLITS = {"train": range(8), "val": range(8, 9), "test": range(9, 10)}  # position modulo 10
SPECIAL = ("<NULL>", "<START>", "<END>", "<UNK>")
NULL, START, END, UNKNOWN = range(4)
LENGTH = 17  # tokens in a row of captions, with <START> and <END>
SAMPLE_SHA256 = "4ce6941449af20f212a4c96e06328cb39aea7c26ace0674a906c19f6df1f2518"
_LEAST = 2  # the vocabulary has the words that occur this often in the training captions
_JOINING = frozenset(
    "a an the of in on at to with and or by for from near next is are while as that his her its "
    "their into over through onto".split()
)
_CAPTIONS, _FEATURES, _PICTURES = "captions.csv", "features_efficientnet_lite0.npz", "images.zip"

DATASET = Dataset(
    name="captioned_images",
    title="Captioned images",
    licence="scenes: MIT, as Fashion-MNIST; flickr8k: non-commercial research and education only",
    homepage="https://doi.org/10.1613/jair.3994",
    sizes={
        "scenes": "1,000 scenes of clothes, generated sentences",
        "flickr8k": "1,000 photographs, sentences by people",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("flickr8k_1000"),
            files=(
                File(_CAPTIONS, "2e68c3e276f88a5193bf14b6dfac49db12a449fb7f988405875d9d16fed7d608"),
                File(_FEATURES, "d9ab3f9462ae7e44d7b2296408110803299ba691eb29a7f987531f7c346799e2"),
                File(_PICTURES, "61be5dfda8ec87a46213c1cb862bbc8036de470fa08ff2c757d014229965db04"),
            ),
            sizes=("flickr8k",),
            get=f"set DL_DATA_MIRROR to a folder with flickr8k_1000/ ({_CAPTIONS}, {_FEATURES} and "
            f"{_PICTURES}); this package may not include them, so ask your course for a copy",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(
            File("captioned_images.npz", SAMPLE_SHA256),
            File("fashion_mnist.npz", fashion_mnist.SAMPLE_SHA256),
            size="scenes",
        ),
    ),
)


@dataclass(frozen=True, eq=False)
class CaptionedImages:
    """One split. I images, K captions (five for each image), T words in each, D features.

    ``features`` (I, D) float32, with mean 0 and deviation 1 over all of the training images.
    ``captions`` (K, T) int64: <START>, the words, <END>, then <NULL> up to the end.
    ``image_indices`` (K,) int64: the row of ``features`` that a caption is about.
    ``words``: the word for each index; the vocabulary is the same for all splits.
    """

    features: NDArray[np.float32]
    captions: NDArray[np.int64]
    image_indices: NDArray[np.int64]
    words: tuple[str, ...]
    size: str
    source: str
    _read: Callable[[int], NDArray[np.uint8]]

    def picture(self, i: int) -> NDArray[np.uint8]:
        """Return the picture for row ``i`` of the features, (H, W, 3) from 0 to 255."""
        if not 0 <= i < len(self.features):
            raise DataError(f"Pictures are numbered from 0 to {len(self.features) - 1}, not {i}.")
        return self._read(i)


@dataclass(frozen=True, eq=False)
class _Whole:
    """All images in order: raw features, five sentences each, and how to read a picture."""

    features: NDArray[np.float32]
    sentences: Sequence[str]
    read: Callable[[int], NDArray[np.uint8]]


def load(split: str, size: str | None = None, download: bool = False) -> CaptionedImages:
    """Load the ``train``, ``val`` or ``test`` split: 800, 100 and 100 images.

    ``size`` is ``scenes`` or ``flickr8k``; the default is the largest on this machine.
    This dataset cannot be downloaded; ``download`` only changes the default to the largest of all.
    """
    if split not in SPLITS:
        raise DataError(f"captioned_images has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    whole = _READERS[size](source, source.folder())
    words, mean, deviation = _learned(size, source, source.folder())
    positions = _positions(split)
    index = {word: number for number, word in enumerate(words)}
    features = (whole.features[positions] - mean) / deviation
    captions = [_encoded(whole.sentences[k], index) for k in _captions_of(positions)]
    return CaptionedImages(
        features=features.astype(np.float32),
        captions=np.array(captions, np.int64),
        image_indices=np.repeat(np.arange(len(positions)), PER_IMAGE).astype(np.int64),
        words=words,
        size=size,
        source=str(source),
        _read=lambda i: whole.read(int(positions[i])),
    )


def as_dict(size: str | None = None, download: bool = False) -> dict[str, Any]:
    """Load all splits as one dictionary.

    ``train_captions`` (K, T), ``train_image_idxs`` (K,), ``train_features`` (I, D) and
    ``train_picture``, a function from a row of the features to the picture; the same for ``val``
    and ``test``; ``idx_to_word`` (a list), ``word_to_idx`` (a dict) and ``size``.
    """
    found: dict[str, Any] = {}
    for split in SPLITS:
        data = load(split, size, download)
        found[f"{split}_captions"] = data.captions
        found[f"{split}_image_idxs"] = data.image_indices
        found[f"{split}_features"] = data.features
        found[f"{split}_picture"] = data.picture
        found["size"], found["idx_to_word"] = data.size, list(data.words)
    found["word_to_idx"] = {word: index for index, word in enumerate(found["idx_to_word"])}
    return found


def available_sizes() -> dict[str, Source | None]:
    """Return for each size the first source that has it, or None."""
    return DATASET.available_sizes()


def tokens(sentence: str) -> list[str]:
    """Return the words of a sentence in lower case, without punctuation."""
    bare = (re.sub(r"[^a-z0-9]", "", part) for part in sentence.lower().split())
    return [word for word in bare if word]


@functools.lru_cache(maxsize=2)
def _learned(
    size: str, source: Source, folder: Path | None
) -> tuple[tuple[str, ...], NDArray[np.float32], np.float32]:
    """Return what depends on the training part: words, mean and deviation of the features."""
    whole, positions = _READERS[size](source, folder), _positions("train")
    words = _vocabulary([whole.sentences[k] for k in _captions_of(positions)])
    features = whole.features[positions]
    mean: NDArray[np.float32] = features.mean(axis=0)
    return words, mean, (features - mean).std()


def _positions(split: str) -> NDArray[np.intp]:
    return np.flatnonzero(np.isin(np.arange(IMAGES) % 10, list(SPLITS[split])))


def _captions_of(positions: NDArray[np.intp]) -> list[int]:
    return [int(PER_IMAGE * i + k) for i in positions for k in range(PER_IMAGE)]


def _vocabulary(sentences: Sequence[str]) -> tuple[str, ...]:
    """Return the special words, then all frequent enough words, the most frequent first."""
    counts = Counter(word for sentence in sentences for word in tokens(sentence))
    kept = [word for word, count in counts.items() if count >= _LEAST]
    return (*SPECIAL, *sorted(kept, key=lambda word: (-counts[word], word)))


def _encoded(sentence: str, index: dict[str, int]) -> list[int]:
    """Return the row of a caption; a long one is shortened and never ends in a joining word."""
    words = tokens(sentence)
    if len(words) > LENGTH - 2:
        words = words[: LENGTH - 2]
        while len(words) > 1 and words[-1] in _JOINING:
            words.pop()
    row = [START, *(index.get(word, UNKNOWN) for word in words), END]
    return row + [NULL] * (LENGTH - len(row))


@functools.lru_cache(maxsize=1)
def _read_flickr8k(source: Source, folder: Path | None) -> _Whole:
    """Read features and sentences; ``folder`` keeps two copies apart in the cache."""
    lines = list(csv.reader(io.StringIO(source.read(_CAPTIONS).decode("utf-8"))))[1:]
    names = [name for name, _ in lines[::PER_IMAGE]]
    with np.load(io.BytesIO(source.read(_FEATURES)), allow_pickle=False) as arrays:
        if arrays["images"].tolist() != names:
            raise DataError(f"{_FEATURES} and {_CAPTIONS} do not match: copy both again.")
        features = arrays["features"].astype(np.float32)
    archive = functools.cache(lambda: zipfile.ZipFile(io.BytesIO(source.read(_PICTURES))))

    def read(i: int) -> NDArray[np.uint8]:
        from PIL import Image

        with archive().open(f"images/{names[i]}") as file, Image.open(file) as image:
            return np.array(image.convert("RGB"))

    return _Whole(features, [sentence for _, sentence in lines], read)


@functools.lru_cache(maxsize=1)
def _read_scenes(source: Source, folder: Path | None) -> _Whole:
    """Compose the scenes; ``folder`` keeps two copies apart in the cache."""
    with np.load(io.BytesIO(source.read("captioned_images.npz")), allow_pickle=False) as arrays:
        items, text = arrays["items"], arrays["captions"].tobytes().decode()
    pictures = np.zeros((IMAGES, 28, 28 * scenes.SLOTS), np.uint8)
    for split in SPLITS:
        positions = _positions(split)
        images, _ = items_of(split)
        pictures[positions] = scenes.compose(items[positions], images)

    def read(i: int) -> NDArray[np.uint8]:
        return np.repeat(pictures[i, :, :, np.newaxis], 3, axis=2)

    return _Whole(scenes.shrink(pictures), text.splitlines(), read)


def items_of(split: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the Fashion-MNIST images and labels that the scenes of a split are made of."""
    images, labels, *_ = fashion_mnist.raw("train" if split == "train" else "test", "sample")
    half = len(images) // 2
    part = {"train": slice(None), "val": slice(half), "test": slice(half, None)}[split]
    return images[part], labels[part]


_READERS = {"flickr8k": _read_flickr8k, "scenes": _read_scenes}
