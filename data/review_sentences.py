"""Film review sentences with the label 0 (negative) or 1 (positive), already split into tokens.

Two sizes: 5,000 sentences that 20 people rated, which every copy has, and SST-2. Both are lower
case, with a space between two tokens.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

import numpy as np

from .errors import DataError
from .labelled_texts import (
    LabelledTexts,
    is_reserved,
    labelled_lines,
    letters,
    read_unlabelled,
)
from .sources import Dataset, File, Source, committed, in_mirror
from .text_arrays import text_lines

SPLITS = ("train", "dev", "test")
COUNTS = {"train": 4_000, "dev": 500, "test": 500}  # of the sample
UNLABELLED = 400  # sentences whose labels only a grader has
RESERVED = 50  # percent of SST-2's test sentences: the held-out sentences are among these
SAMPLE_SHA256 = "23a4ec2c3d018ee5887ede41ef46b72639088522f9180325400ee8276ddd4288"
_SAMPLE = "review_sentences.npz"
_SST2 = (
    File("train.tsv", "ec192f833a64da08f475488a77b0d0b47db47acd0f458bd18433fc793b569920"),
    File("dev.tsv", "eddea6b39e601dd4e7a672b53cc40fdf6019fa80522f351206c24340ca5d9359"),
    File("test.tsv", "831169c7e2e429d6026e1bdbb542f33b636e3e596caad9602ebc953c205928b7"),
)

DATASET = Dataset(
    name="review_sentences",
    title="film review sentences with positive or negative sentiment",
    licence="sample: MIT, C.J. Hutto; sst2: no formal licence, customary academic use",
    homepage="https://nlp.stanford.edu/sentiment/",
    sizes={
        "sample": "5,000 sentences rated by 20 people each",
        "sst2": "SST-2: 6,520 sentences for training",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("sst2"),
            files=_SST2,
            sizes=("sst2",),
            get="set DL_DATA_MIRROR to a folder with sst2/ (train.tsv, dev.tsv and test.tsv, each "
            "line a sentence, a tab and its label); this package may not include them, so ask "
            "your course for a copy",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_SAMPLE, SAMPLE_SHA256)),
    ),
)


def load(split: str, size: str | None = None, download: bool = False) -> LabelledTexts:
    """Load the ``train``, ``dev`` or ``test`` split.

    ``size`` is ``sample`` or ``sst2``; the default is the largest on this machine. This dataset
    cannot be downloaded; ``download`` only changes the default to the largest of all.
    Of ``sst2``, dev is the official one, and train is the official one without the `unlabelled`
    sentences. Its test split is about half of the official one: from the other half are the
    sentences that only a grader has.
    """
    if split not in SPLITS:
        raise DataError(f"review_sentences has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    read = _read_sample if size == "sample" else _read_sst2
    texts, labels = read(source, source.folder(), split)
    return LabelledTexts(texts, np.array(labels, np.int64), size, str(source))


def unlabelled() -> tuple[str, ...]:
    """Return 400 sentences without labels; no split of any size contains one of them."""
    _, source = DATASET.find("sample")
    return read_unlabelled(source, _SAMPLE, source.folder())


def reserved(source: Source) -> list[tuple[str, int]]:
    """Return the test sentences of SST-2 that `load` leaves out, with their labels."""
    lines = official(source, "test")
    return [pair for pair in lines if is_reserved(pair[0], RESERVED)]


def official(source: Source, split: str) -> list[tuple[str, int]]:
    """Return all sentences of a split of SST-2, with their labels."""
    name = f"{split}.tsv"
    lines = source.read(name).decode("utf-8").split("\n")
    return list(labelled_lines(lines, name, "01", label_first=False))


Rows = tuple[tuple[str, ...], tuple[int, ...]]


@functools.lru_cache(maxsize=len(SPLITS))
def _read_sst2(source: Source, folder: Path | None, split: str) -> Rows:
    """Read a split; ``folder`` keeps two copies apart in the cache."""
    pairs = official(source, split)
    if split == "test":
        pairs = [pair for pair in pairs if not is_reserved(pair[0], RESERVED)]
    released = set(map(letters, unlabelled()))
    pairs = [pair for pair in pairs if letters(pair[0]) not in released]
    texts, labels = zip(*pairs, strict=True)
    return texts, labels


@functools.lru_cache(maxsize=len(SPLITS))
def _read_sample(source: Source, folder: Path | None, split: str) -> Rows:
    """Read a split; ``folder`` keeps two copies apart in the cache."""
    with np.load(io.BytesIO(source.read(_SAMPLE)), allow_pickle=False) as arrays:
        return text_lines(arrays[f"texts_{split}"]), tuple(arrays[f"labels_{split}"].tolist())
