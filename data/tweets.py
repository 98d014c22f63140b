"""Tweets with the label 0 (negative) or 4 (positive), as Sentiment140 numbers them.

Two sizes: 2,000 tweets that 20 people rated, which every copy has, and a random part of
Sentiment140, whose labels come from emoticons that were then removed. The texts are as people
wrote them.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

import numpy as np

from .errors import DataError
from .labelled_texts import LabelledTexts, labelled_lines, read_unlabelled
from .sources import Dataset, File, Source, committed, in_mirror
from .text_arrays import text_lines

SPLITS = ("all",)
NEGATIVE, POSITIVE = 0, 4
COUNT = 2_000  # of the sample
UNLABELLED = 300  # tweets whose labels only a grader has
SAMPLE_SHA256 = "5ae41247efad6efb811f96d68c776c55e9039fe1db119f36c75cc26435e97c05"
_SAMPLE, _TWEETS = "tweets.npz", "tweets_20k.tsv.gz"

DATASET = Dataset(
    name="tweets",
    title="tweets with positive or negative sentiment",
    licence="sample: MIT, C.J. Hutto; 20k: no formal licence, customary academic use",
    homepage="http://help.sentiment140.com/for-students",
    sizes={
        "sample": "2,000 tweets rated by 20 people each",
        "20k": "19,854 tweets of Sentiment140",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("sentiment140_20k"),
            files=(
                File(_TWEETS, "8d3365194a14490dea4abda2d41430c5d4f6017f46001b8f3d778c726b0c066f"),
            ),
            sizes=("20k",),
            get=f"set DL_DATA_MIRROR to a folder with sentiment140_20k/{_TWEETS} (each line a "
            "label 0 or 1, a tab and a tweet); this package may not include it, so ask your "
            "course for a copy",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_SAMPLE, SAMPLE_SHA256)),
    ),
)


def load(split: str = "all", size: str | None = None, download: bool = False) -> LabelledTexts:
    """Load all tweets; the only split is ``all``, since splitting is part of the exercise.

    ``size`` is ``sample`` or ``20k``; the default is the largest on this machine. This dataset
    cannot be downloaded; ``download`` only changes the default to the largest of all.
    """
    if split not in SPLITS:
        raise DataError(f"tweets has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    read = _read_sample if size == "sample" else _read_20k
    texts, labels = read(source, source.folder())
    return LabelledTexts(texts, np.array(labels, np.int64), size, str(source))


def unlabelled() -> tuple[str, ...]:
    """Return 300 tweets without labels; no size contains one of them."""
    _, source = DATASET.find("sample")
    return read_unlabelled(source, _SAMPLE, source.folder())


Rows = tuple[tuple[str, ...], tuple[int, ...]]


@functools.lru_cache(maxsize=1)
def _read_20k(source: Source, folder: Path | None) -> Rows:
    """Read the tweets, each text once; ``folder`` keeps two copies apart in the cache."""
    _, *lines = source.read(_TWEETS).decode("utf-8").split("\n")  # after the header
    pairs = dict(labelled_lines(lines, _TWEETS, "01", label_first=True))
    return tuple(pairs), tuple(POSITIVE if label else NEGATIVE for label in pairs.values())


@functools.lru_cache(maxsize=1)
def _read_sample(source: Source, folder: Path | None) -> Rows:
    """Read the sample; ``folder`` keeps two copies apart in the cache."""
    with np.load(io.BytesIO(source.read(_SAMPLE)), allow_pickle=False) as arrays:
        return text_lines(arrays["texts"]), tuple(arrays["labels"].tolist())
