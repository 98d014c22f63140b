"""Small colour images of ten classes for fine-tuning: CIFAR-10, or clothes in its place.

Three sizes: a sample that every copy has, 6,000 images of CIFAR-10, and all of CIFAR-10. The sample
shows the ten classes of Fashion-MNIST, as RGB images of the same size. `SmallImages.title` and
`SmallImages.classes` say which of them an image set is.
"""

from __future__ import annotations

import functools
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import fashion_mnist
from .errors import DataError
from .sources import Dataset, File, Source, in_cache, in_mirror

Arrays = tuple[NDArray[np.uint8], NDArray[np.int64]]
SPLITS = ("train", "val", "test")
PIXELS = 32
CLOTHES = fashion_mnist.CLASSES
OBJECTS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
COUNTS = {
    "sample": {"train": 1_200, "val": 400, "test": 500},
    "6k": {"train": 4_000, "val": 1_000, "test": 1_000},
    "full": {"train": 45_000, "val": 5_000, "test": 10_000},
}
TITLES = {
    "sample": "clothes of Fashion-MNIST in place of CIFAR-10",
    "6k": "6,000 images of CIFAR-10",
    "full": "CIFAR-10",
}
_ADDRESS = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
# Another name than at the address: the checksum is the packed file's.
_OFFICIAL = File("cifar-10-binary.tgz", _SHA256, _ADDRESS, _SHA256)
_SUBSET = File("cifar10_6k.npz", "760ebc87d60e1005cb700041b446d5502aaf7f347879bad2ea1c59c70a8dae25")
_FETCH = "run `python -m data fetch cifar10 --size full`"

DATASET = Dataset(
    name="cifar10",
    title="small colour images of ten classes: CIFAR-10",
    licence="sample: MIT, Zalando SE (Fashion-MNIST); CIFAR-10: no licence stated, free for "
    "research and teaching by custom",
    homepage="https://www.cs.toronto.edu/~kriz/cifar.html",
    sizes={
        size: f"{TITLES[size]}: {count['train']:,} for training, {count['val']:,} for validation, "
        f"{count['test']:,} for testing"
        for size, count in COUNTS.items()
    },
    sources=(
        Source(
            kind="cache",
            folder=in_cache("cifar10"),
            files=(_OFFICIAL,),
            sizes=("full",),
            get=f"{_FETCH} (downloads 162 MB from {_ADDRESS})",
            repair=f"delete it, or {_FETCH}, which downloads it anew",
        ),
        Source(
            kind="mirror",
            folder=in_mirror("cifar10_6k"),
            files=(_SUBSET,),
            sizes=("6k",),
            get=f"set DL_DATA_MIRROR to a folder with cifar10_6k/{_SUBSET.name}",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        fashion_mnist.DATASET.sources[-1],
    ),
)


@dataclass(frozen=True, eq=False)
class SmallImages:
    """One split: ``images`` (N, 3, 32, 32) uint8, RGB, ``labels`` (N,) int64.

    ``classes`` are the names of the labels, ``title`` is what the images show.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    title: str
    size: str
    source: str


def load(split: str, size: str | None = None, download: bool = False) -> SmallImages:
    """Load the ``train``, ``val`` or ``test`` split; no image is in two of them.

    ``size`` is ``sample``, ``6k`` or ``full``; the default is the largest on this machine. Nothing
    is downloaded unless ``download`` is true; then the default is ``full``. The validation images
    are the last of the training images.
    """
    if split not in SPLITS:
        raise DataError(f"cifar10 has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    count = COUNTS[size]
    first = count["train"] if split == "val" else 0
    part = slice(first, first + count[split])
    place = "test" if split == "test" else "train"
    if size == "sample":
        grey, numbers = fashion_mnist.raw(place, "sample")[:2]
        return clothes(grey[part], numbers[part], size, str(source))
    images, labels = _read(source, source.folder(), size)[place]
    return SmallImages(images[part], labels[part], OBJECTS, TITLES[size], size, str(source))


def clothes(
    grey: NDArray[np.uint8], labels: NDArray[np.uint8], size: str, source: str
) -> SmallImages:
    """Make RGB images of 32 by 32 pixels from grey ones (N, 28, 28)."""
    from PIL import Image
    from PIL.Image import Resampling

    shape = (PIXELS, PIXELS)
    scaled = [Image.fromarray(image).resize(shape, Resampling.BILINEAR) for image in grey]
    images = np.stack([np.asarray(image, np.uint8) for image in scaled])
    colours = np.repeat(images[:, np.newaxis], 3, axis=1)
    return SmallImages(colours, labels.astype(np.int64), CLOTHES, TITLES["sample"], size, source)


@functools.lru_cache(maxsize=1)
def _read(source: Source, folder: Path | None, size: str) -> dict[str, Arrays]:
    """Return images and labels by ``train`` and ``test``; ``folder`` keeps two copies apart."""
    content = io.BytesIO(source.read(source.files[0].name))
    if size == "full":
        return _of_official(content)
    with np.load(content, allow_pickle=False) as arrays:
        found = {}
        for place in ("train", "test"):
            # the classes follow one another in this file
            order = np.random.default_rng(10).permutation(len(arrays[f"y_{place}"]))
            images = arrays[f"x_{place}"][order].transpose(0, 3, 1, 2)
            found[place] = (
                np.ascontiguousarray(images),
                arrays[f"y_{place}"][order].astype(np.int64),
            )
    return found


def _of_official(content: io.BytesIO) -> dict[str, Arrays]:
    """Read the binary version: for each image a byte for its label, then its three colours."""
    files = {"train": [f"data_batch_{number}.bin" for number in range(1, 6)]}
    files["test"] = ["test_batch.bin"]
    found = {}
    with tarfile.open(fileobj=content, mode="r:gz") as archive:
        entries = {Path(entry.name).name: entry for entry in archive if entry.isfile()}
        for place, names in files.items():
            opened = [archive.extractfile(entries[name]) for name in names]
            data = b"".join(file.read() for file in opened if file is not None)
            rows = np.frombuffer(data, np.uint8).reshape(-1, 1 + 3 * PIXELS * PIXELS)
            images = rows[:, 1:].reshape(-1, 3, PIXELS, PIXELS)
            found[place] = images, rows[:, 0].astype(np.int64)
    return found
