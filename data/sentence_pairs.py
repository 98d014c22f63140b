"""Sentence pairs: French sentences with their English translations.

Three sizes: phrases that a small grammar generates, descriptions of photographs (Multi30k), and
sentences that volunteers wrote for learners (Tatoeba).
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

from . import phrases, tokens
from .errors import DataError
from .sources import Dataset, File, Source, in_mirror
from .tokens import Corpus, frequent_words, known_pairs, one_translation_each, short_pairs

SPLITS = ("train", "val", "test")
COUNTS = {"train": 6_000, "val": 500, "test": 500}  # of the phrases
_SEED = 1_789
Pair = tuple[str, str]  # French, English
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
    licence="phrases: MIT, as this package; multi30k: non-commercial research and education only; "
    "tatoeba: CC BY 2.0 FR, www.manythings.org/anki and tatoeba.org",
    homepage="https://tatoeba.org",
    sizes={
        "phrases": "7,000 sentences of a small grammar",
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
            "test_2016_flickr, each .fr.gz and .en.gz), which your course can give you but this "
            "package may not",
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
        Source(
            kind="generated",
            folder=lambda: Path(phrases.__file__).parent,
            files=(),
            sizes=("phrases",),
            get="nothing is needed, this package generates them",
            repair="take the package anew",
        ),
    ),
)


@dataclass(frozen=True, eq=False)
class SentencePairs:
    """One split of P pairs: ``english[i]`` translates ``french[i]``; both as they were written."""

    french: tuple[str, ...]
    english: tuple[str, ...]
    size: str
    source: str


def load(split: str, size: str | None = None, download: bool = False) -> SentencePairs:
    """Load the ``train``, ``val`` or ``test`` split.

    ``size`` is ``phrases``, ``multi30k`` or ``tatoeba``; without it, the largest that is on this
    machine. Nothing of this dataset can be downloaded; ``download`` asks for the largest all the
    same. In ``phrases`` and ``tatoeba`` no sentence of either language stands in two splits; those
    of ``multi30k`` are its authors', where a few do.
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
        most_words: the size of each vocabulary, without the special tokens: the words that are the
            most frequent in the short training sentences. Pairs with other words are left out.
        count: the largest number of training pairs. They are drawn at random from all.
        seed: of that draw.

    Returns:
        A corpus with the splits `train`, `val` and `test`. In the last two, no French sentence
        stands twice; where it has several translations, one stays.
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
    """Return for each size the source it would come from now, or None."""
    return DATASET.available_sizes()


def fresh(rng: np.random.Generator, count: int) -> list[Pair]:
    """Draw pairs of the same grammar as ``phrases``; no sentence of theirs stands in a split."""
    splits = _split_phrases().values()
    known = {sentence for pairs in splits for pair in pairs for sentence in pair}
    return phrases.draw(rng, count, known)


def plain(sentence: str) -> str:
    """Return a sentence in lower case without punctuation: sentences alike in this are the same."""
    text = unicodedata.normalize("NFKC", sentence).lower()
    return re.sub(r"[\W_]+", " ", text).strip()


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
    """Read the pairs and split them by their groups; ``folder`` tells caches of two apart."""
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
    """Read a split as the authors made it; ``folder`` tells caches of two apart."""
    french, english = (
        source.read(f"{_MULTI30K[split]}.{language}.gz").decode("utf-8").rstrip("\n").split("\n")
        for language in ("fr", "en")
    )
    return [(a.strip(), b.strip()) for a, b in zip(french, english, strict=True)]


@functools.lru_cache(maxsize=1)
def _split_phrases() -> dict[str, list[Pair]]:
    """Generate the phrases; they differ from each other, so that any cut keeps the splits apart."""
    pairs = phrases.draw(np.random.default_rng(_SEED), sum(COUNTS.values()))
    ends = np.cumsum(list(COUNTS.values()))
    return {
        split: pairs[end - count : end]
        for (split, count), end in zip(COUNTS.items(), ends, strict=True)
    }


def _read_phrases(source: Source, folder: Path | None, split: str) -> Iterable[Pair]:
    return _split_phrases()[split]


_READERS: dict[str, Callable[[Source, Path | None, str], Iterable[Pair]]] = {
    "phrases": _read_phrases,
    "multi30k": _read_multi30k,
    "tatoeba": _read_tatoeba,
}
