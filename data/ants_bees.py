"""Colour images of two classes for transfer learning: ants and bees, or clothes in their place.

Two sizes: the photographs of ants and bees, and a sample that every copy has. The sample shows no
ants and no bees but two classes of Fashion-MNIST, enlarged, as RGB images. `ColourImages.title`
and `ColourImages.classes` say which of them an image set is.
"""

from __future__ import annotations

import functools
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import fashion_mnist
from .errors import DataError
from .sources import Dataset, File, Source, in_mirror

if TYPE_CHECKING:
    from PIL.Image import Image

SPLITS = ("train", "val")
CLASSES = {"sample": ("dresses", "coats"), "hymenoptera": ("ants", "bees")}
TITLES = {
    "sample": "dresses and coats of Fashion-MNIST in place of ants and bees",
    "hymenoptera": "photographs of ants and bees",
}
ORIGINALS = (3, 4)  # the classes of Fashion-MNIST
PER_CLASS = {"train": slice(0, 120), "val": slice(120, 180)}  # of the sample's training images
PIXELS = {"sample": 64, "hymenoptera": 160}
_ZIP = "hymenoptera_256.zip"

DATASET = Dataset(
    name="ants_bees",
    title="two classes for transfer learning: ants and bees",
    licence="sample: MIT, Zalando SE (Fashion-MNIST); hymenoptera: rights of the photographers, "
    "non-commercial research and education",
    homepage="https://pytorch.org/tutorials/beginner/transfer_learning_tutorial.html",
    sizes={
        "sample": "360 images of Fashion-MNIST, " + " and ".join(CLASSES["sample"]) + ", enlarged",
        "hymenoptera": "397 photographs of ants and bees",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("hymenoptera"),
            files=(File(_ZIP, "3c979bcaf9f3651579db49a56c8f9218e51aff4dbd073fbe57759fcc477df3ad"),),
            sizes=("hymenoptera",),
            get=f"set DL_DATA_MIRROR to a folder with hymenoptera/{_ZIP}",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        fashion_mnist.DATASET.sources[-1],
    ),
)


@dataclass(frozen=True, eq=False)
class ColourImages:
    """One split: ``images`` (N, 3, P, P) uint8, RGB, ``labels`` (N,) int64.

    ``classes`` are the names of the labels, ``title`` is what the images show.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    title: str
    size: str
    source: str


def load(
    split: str, size: str | None = None, download: bool = False, pixels: int | None = None
) -> ColourImages:
    """Load the ``train`` or ``val`` split; ``size`` is ``sample`` or ``hymenoptera``.

    The default is the largest on this machine; nothing can be downloaded. Each image is cut to a
    square around its middle and scaled to ``pixels`` by ``pixels`` (default: `PIXELS`).
    """
    size, source = _find(split, size, download)
    pixels = pixels or PIXELS[size]
    if size == "sample":
        grey, numbers = of_the_classes(*fashion_mnist.raw("train", "sample")[:2], PER_CLASS[split])
        return enlarged(grey, numbers, pixels, size, str(source))
    images, labels = [], []
    for label, name in enumerate(CLASSES[size]):
        for content in _photographs(source, source.folder())[split, name].values():
            images.append(_square(_opened(content), pixels))
            labels.append(label)
    return ColourImages(
        np.stack(images), np.array(labels, np.int64), CLASSES[size], TITLES[size], size, str(source)
    )


def write_images(folder: Path, size: str | None = None) -> Path:
    """Write both splits as files ``<split>/<class>/<name>``, as torchvision's ImageFolder reads.

    The photographs keep their size and format; the images of the sample become PNG files. Files of
    the same names are overwritten. Returns ``folder``.
    """
    size, source = _find("train", size, False)
    for split in SPLITS:
        for name in CLASSES[size]:
            (folder / split / name).mkdir(parents=True, exist_ok=True)
        if size == "sample":
            _write_sample(folder / split, load(split, size))
            continue
        for name in CLASSES[size]:
            for file, content in _photographs(source, source.folder())[split, name].items():
                (folder / split / name / file).write_bytes(content)
    return folder


def of_the_classes(
    images: NDArray[np.uint8], labels: NDArray[Any], places: slice
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images and labels of the classes in `ORIGINALS`; ``places`` count within a class."""
    found = [np.flatnonzero(labels == original)[places] for original in ORIGINALS]
    numbers = np.concatenate([np.full(len(rows), k) for k, rows in enumerate(found)])
    return images[np.concatenate(found)], numbers.astype(np.int64)


def enlarged(
    grey: NDArray[np.uint8], labels: NDArray[np.int64], pixels: int, size: str, source: str
) -> ColourImages:
    """Make RGB images of ``pixels`` by ``pixels`` from grey ones (N, 28, 28)."""
    from PIL import Image

    images = np.stack([_square(Image.fromarray(image), pixels) for image in grey])
    return ColourImages(images, labels, CLASSES["sample"], TITLES["sample"], size, source)


def _find(split: str, size: str | None, download: bool) -> tuple[str, Source]:
    if split not in SPLITS:
        raise DataError(f"ants_bees has no split {split!r}; it has: {', '.join(SPLITS)}.")
    return DATASET.find(size, download)


def _square(image: Image, pixels: int) -> NDArray[np.uint8]:
    """Return the middle square of an image, scaled, as an array (3, pixels, pixels)."""
    from PIL.Image import Resampling

    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    cut = image.convert("RGB").crop((left, top, left + side, top + side))
    scaled = cut.resize((pixels, pixels), Resampling.BILINEAR)
    return np.asarray(scaled, np.uint8).transpose(2, 0, 1)


def _opened(content: bytes) -> Image:
    from PIL import Image

    return Image.open(io.BytesIO(content))


def _write_sample(folder: Path, split: ColourImages) -> None:
    from PIL import Image

    for number, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
        path = folder / split.classes[label] / f"{number:03}.png"
        Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0))).save(path)


@functools.lru_cache(maxsize=1)
def _photographs(source: Source, folder: Path | None) -> dict[tuple[str, str], dict[str, bytes]]:
    """Return file names and contents by split and class; ``folder`` keeps two copies apart."""
    found: dict[tuple[str, str], dict[str, bytes]] = {}
    with zipfile.ZipFile(io.BytesIO(source.read(_ZIP))) as archive:
        for entry in sorted(archive.namelist()):
            path = PurePosixPath(entry)
            if path.suffix:
                split, name = path.parts[-3:-1]
                found.setdefault((split, name), {})[path.name] = archive.read(entry)
    return found
