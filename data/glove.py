"""GloVe: vectors of 50 numbers for English words, learned from six billion words of text."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror
from .text_arrays import text_lines

SPLITS = ("all",)
DIMENSION = 50
FREQUENT = 1_500  # the sample has so many of the most frequent words
SAMPLE_SHA256 = "5beda742ffb9ad7f205dbcca5a660465c04637499c9ae795590d49c38a0623a0"
_VECTORS, _WORDS, _SAMPLE = "vectors.npz", "vocab.txt", "glove.npz"

DATASET = Dataset(
    name="glove",
    title="GloVe word vectors",
    licence="Public Domain Dedication and License 1.0 (PDDL)",
    homepage="https://nlp.stanford.edu/projects/glove/",
    sizes={
        "sample": "frequent words, and words of the samples of texts",
        "40k": "the 40,000 most frequent words",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("glove_6b_50d_40k"),
            files=(
                File(_VECTORS, "95654ba762e3fc531343c934f0c1f396dd30072e72e94c79d64b8a8aa6ac3948"),
                File(_WORDS, "9a6124013e6d314c1dd06d705f7eab5e097d7c6cbba069916ad57752c66c63e3"),
            ),
            sizes=("40k",),
            get=f"set DL_DATA_MIRROR to a folder with glove_6b_50d_40k/ ({_VECTORS} and {_WORDS})",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_SAMPLE, SAMPLE_SHA256)),
    ),
)


@dataclass(frozen=True, eq=False)
class Glove:
    """V words in lower case, the most frequent first, and their ``vectors`` (V, 50) float32."""

    words: tuple[str, ...]
    vectors: NDArray[np.float32]
    size: str
    source: str

    def rows(self, words: Iterable[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Look up W words, in lower case.

        Returns a tuple of the vectors (W, 50), with zeros for an unknown word, and (W,) bool:
        whether each word is known.
        """
        positions = np.array([self._index.get(word, -1) for word in words], np.int64)
        found: NDArray[np.bool_] = positions >= 0
        vectors = np.zeros((len(positions), self.vectors.shape[1]), np.float32)
        vectors[found] = self.vectors[positions[found]]
        return vectors, found

    def write(self, path: Path) -> None:
        """Write a text file as GloVe distributes it: a word and its numbers on each line."""
        lines = (
            " ".join([word, *(f"{number:.6g}" for number in vector)])
            for word, vector in zip(self.words, self.vectors, strict=True)
        )
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")

    @functools.cached_property
    def _index(self) -> dict[str, int]:
        return {word: position for position, word in enumerate(self.words)}


def load(split: str = "all", size: str | None = None, download: bool = False) -> Glove:
    """Load all words; the only split is ``all``.

    ``size`` is ``sample`` or ``40k``; the default is the largest on this machine.
    This dataset cannot be downloaded; ``download`` only changes the default to the largest of all.
    """
    if split not in SPLITS:
        raise DataError(f"glove has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    words, vectors = _read(source, source.folder())
    return Glove(words, vectors.copy(), size, str(source))


def available_sizes() -> dict[str, Source | None]:
    """Return for each size the first source that has it, or None."""
    return DATASET.available_sizes()


@functools.lru_cache(maxsize=2)
def _read(source: Source, folder: Path | None) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Read words and vectors; ``folder`` keeps two copies apart in the cache."""
    packed = _VECTORS if source.kind == "mirror" else _SAMPLE
    with np.load(io.BytesIO(source.read(packed)), allow_pickle=False) as arrays:
        vectors: NDArray[np.float32] = arrays["vectors"]
        if packed == _SAMPLE:
            text = arrays["words"]
        else:
            text = np.frombuffer(source.read(_WORDS).removesuffix(b"\n"), np.uint8)
    words = text_lines(text)
    if vectors.shape != (len(words), DIMENSION):
        raise DataError(f"The vectors in {packed} do not match the words: {source.repair}.")
    return words, vectors
