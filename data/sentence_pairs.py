"""Sentence pairs: French sentences with their English translations.

Three sizes: 6,450 short pairs of Tatoeba, which every copy has; descriptions of photographs
(Multi30k); and all pairs of Tatoeba, sentences that volunteers wrote for learners.
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import tokens
from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror
from .text_arrays import text_lines
from .tokens import Corpus, frequent_words, known_pairs, one_translation_each, short_pairs

SPLITS = ("train", "val", "test")
COUNTS = {"train": 6_000, "val": 200, "test": 250}  # of the sample
SAMPLE_SHA256 = "265172ff14b0d5bd654c96dc5d63de1ceb61e03213893a47054b120f36a4a95f"
Pair = tuple[str, str]  # French, English
_SAMPLE = "sentence_pairs.npz"
_PAIRS = "fra-eng.zip"
_MULTI30K = {"train": "train", "val": "val", "test": "test_2016_flickr"}
_SHARES = (90, 95)  # of a hundred groups of Tatoeba: below the first train, below the second val
_DESCRIPTIONS = (
    File("train.fr.gz", "5925a3c18f1587b6b54b87743106e6e8ab93618edb6f65d19eac0621f853a10d"),
    File("train.en.gz", "460a15fbd157e34a7a9957ee388c1ca247fe47af3ef25fb50442af6c274e0fc6"),
    File("val.fr.gz", "5304e444d842e962b2dda4d816b70b22a1765b15401642b7ca37a67477e708dc"),
    File("val.en.gz", "1f2a23d992769b5b3d209b0a10dd0b77c08cceb1f20dfb97ed0aafa49d107227"),
    File(
        "test_2016_flickr.fr.gz", "cb3160d69b002bb638e66cc7612fcd56cb0af82eadc9c142dedc438afb885ef6"
    ),
    File(
        "test_2016_flickr.en.gz", "399a4382932c1aadd3ceb9bef1008d388a64c76d4ae4e9d4728c6f4301cac182"
    ),
)

DATASET = Dataset(
    name="sentence_pairs",
    title="French-English sentence pairs",
    licence="sample and tatoeba: CC BY 2.0 FR, www.manythings.org/anki and tatoeba.org; "
    "multi30k: non-commercial research and education only",
    homepage="https://tatoeba.org",
    sizes={
        "sample": "6,450 short pairs of tatoeba",
        "multi30k": "31,014 descriptions of photographs",
        "tatoeba": "142,787 pairs that volunteers wrote",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("multi30k_en_fr"),
            files=_DESCRIPTIONS,
            sizes=("multi30k",),
            get="set DL_DATA_MIRROR to a folder with multi30k_en_fr/ (train, val and "
            "test_2016_flickr, each .fr.gz and .en.gz); this package may not include them, so ask "
            "your course for a copy",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        Source(
            kind="mirror",
            folder=in_mirror("tatoeba_eng_fra"),
            files=(
                File(_PAIRS, "16c4f7d0df9e7c5e6c54cdb0447f3f4a18a55052ff5e2e0b27dd4a06c0e49d04"),
            ),
            sizes=("tatoeba",),
            get=f"set DL_DATA_MIRROR to a folder with tatoeba_eng_fra/{_PAIRS}",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_SAMPLE, SAMPLE_SHA256)),
    ),
)


@dataclass(frozen=True, eq=False)
class SentencePairs:
    """One split of P pairs: ``english[i]`` is the translation of ``french[i]``."""

    french: tuple[str, ...]
    english: tuple[str, ...]
    size: str
    source: str


def load(split: str, size: str | None = None, download: bool = False) -> SentencePairs:
    """Load the ``train``, ``val`` or ``test`` split.

    ``size`` is ``sample``, ``multi30k`` or ``tatoeba``; the default is the largest on this machine.
    This dataset cannot be downloaded; ``download`` only changes the default to the largest of all.
    In ``sample`` and ``tatoeba`` no two splits share a sentence of either language. The splits of
    ``multi30k`` are the official ones, which share a few.
    """
    if split not in SPLITS:
        raise DataError(f"sentence_pairs has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    pairs = _READERS[size](source, source.folder(), split)
    return SentencePairs(
        tuple(french for french, _ in pairs), tuple(english for _, english in pairs), size,
        str(source),
    )  # fmt: skip


def corpus(
    size: str | None = None,
    most_tokens: int = 8,
    most_words: int = 2_000,
    count: int | None = None,
    seed: int = 0,
) -> Corpus:
    """Return the tokens of short sentences made of frequent words, ready for training.

    Args:
        size: as in `load`.
        most_tokens: the largest number of tokens of a sentence.
        most_words: the size of each vocabulary, without the special tokens: the most frequent
            words of the short training sentences. Pairs with other words are left out.
        count: the largest number of training pairs, drawn at random from all.
        seed: the seed of that draw.

    Returns:
        A corpus with the splits `train`, `val` and `test`. In the last two, no French sentence
        occurs twice; where it has several translations, the first is kept.
    """
    size = DATASET.find(size)[0]
    short = {}
    for split in SPLITS:
        pairs = load(split, size)
        short[split] = short_pairs(pairs.french, pairs.english, most_tokens)
    french = frequent_words((source for source, _ in short["train"]), most_words)
    english = frequent_words((target for _, target in short["train"]), most_words)
    known = {split: known_pairs(pairs, french, english) for split, pairs in short.items()}
    order = np.random.default_rng(seed).permutation(len(known["train"]))
    kept: dict[str, list[tokens.Pair]] = {"train": [known["train"][i] for i in order[:count]]}
    for split in SPLITS[1:]:
        kept[split] = one_translation_each(known[split])
    return Corpus(kept, french, english, size)


def available_sizes() -> dict[str, Source | None]:
    """Return for each size the first source that has it, or None."""
    return DATASET.available_sizes()


def plain(sentence: str) -> str:
    """Return a sentence in lower case without punctuation, to compare it with others."""
    text = (sentence if sentence.isascii() else unicodedata.normalize("NFKC", sentence)).lower()
    return re.sub(r"[\W_]+", " ", text).strip()


def unaccented(sentence: str) -> str:
    """Return a sentence as `plain` does, without accents as well."""
    text = plain(sentence)
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).translate(_WITHOUT_ACCENTS)


class _Accents(dict[int, int | None]):
    """A table for `str.translate` that removes what combines with a letter; it fills itself."""

    def __missing__(self, letter: int) -> int | None:
        self[letter] = None if unicodedata.combining(chr(letter)) else letter
        return self[letter]


_WITHOUT_ACCENTS = _Accents()


def _groups(pairs: Sequence[Pair]) -> list[str]:
    """Return a name for each pair: pairs that share a sentence, also through others, share it."""
    parent: dict[Pair, Pair] = {}

    def top(key: Pair) -> Pair:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    keys = [(("fr", plain(french)), ("en", plain(english))) for french, english in pairs]
    for a, b in keys:
        first, second = sorted((top(a), top(b)))  # the smallest of a group is its top
        parent[second] = first
    return [" ".join(top(key)) for key, _ in keys]


@functools.lru_cache(maxsize=1)
def _split_tatoeba(source: Source, folder: Path | None) -> dict[str, list[Pair]]:
    """Read the pairs and split them by group; ``folder`` keeps two copies apart in the cache."""
    with zipfile.ZipFile(io.BytesIO(source.read(_PAIRS))) as archive:
        lines = archive.read("fra.txt").decode("utf-8").split("\n")
    pairs = [(french, english) for english, french in (line.split("\t") for line in lines if line)]
    found: dict[str, list[Pair]] = {split: [] for split in SPLITS}
    for pair, group in zip(pairs, _groups(pairs), strict=True):
        draw = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % 100
        found[SPLITS[sum(draw >= share for share in _SHARES)]].append(pair)
    return found


def _read_tatoeba(source: Source, folder: Path | None, split: str) -> Iterable[Pair]:
    return _split_tatoeba(source, folder)[split]


@functools.lru_cache(maxsize=len(SPLITS))
def _read_multi30k(source: Source, folder: Path | None, split: str) -> Sequence[Pair]:
    """Read a split as the authors made it; ``folder`` keeps two copies apart in the cache."""
    french, english = (
        source.read(f"{_MULTI30K[split]}.{language}.gz").decode("utf-8").rstrip("\n").split("\n")
        for language in ("fr", "en")
    )
    return [(a.strip(), b.strip()) for a, b in zip(french, english, strict=True)]


@functools.lru_cache(maxsize=len(SPLITS))
def _read_sample(source: Source, folder: Path | None, split: str) -> Sequence[Pair]:
    """Read a split; ``folder`` keeps two copies apart in the cache."""
    with np.load(io.BytesIO(source.read(_SAMPLE)), allow_pickle=False) as arrays:
        french, english = (text_lines(arrays[f"{side}_{split}"]) for side in ("french", "english"))
    return list(zip(french, english, strict=True))


_READERS: dict[str, Callable[[Source, Path | None, str], Iterable[Pair]]] = {
    "sample": _read_sample,
    "multi30k": _read_multi30k,
    "tatoeba": _read_tatoeba,
}
