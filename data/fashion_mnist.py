"""Fashion-MNIST: 70,000 grey images of clothes, 28 by 28 pixels, in ten classes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .grey_images import GreyImages, from_bytes
from .sources import Dataset, File, Source, committed, in_cache, in_mirror

if TYPE_CHECKING:
    from torch.utils.data import TensorDataset

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
COUNTS = {
    "sample": {"train": 2_000, "test": 500},
    "12k": {"train": 10_000, "test": 2_000},
    "full": {"train": 60_000, "test": 10_000},
}
SAMPLE_SHA256 = "69b63b0a15f41b40aa87de303a2842a8de31e8f060d6c7980a6a3da6757ea567"
_ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"  # files are checked
_PREFIX = {"train": "train", "test": "t10k"}
_OFFICIAL = tuple(
    File(name, content, _ADDRESS + name, packed)
    for name, content, packed in (
        (
            "train-images-idx3-ubyte.gz",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    )
)
_SUBSET = File(
    "fashion_mnist_12k.npz", "7aaa4126698a66a289657dfe8a06c6a9a605d407f42145bed6debfd9bdf729c8"
)
_FETCH = "run `python -m data fetch fashion_mnist --size full`"
_COPY_AGAIN = "copy it into the mirror again, or unset DL_DATA_MIRROR"

DATASET = Dataset(
    name="fashion_mnist",
    title="Fashion-MNIST",
    licence="MIT, Copyright 2017 Zalando SE",
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    sizes={
        size: f"{count['train']:,} training and {count['test']:,} test images"
        for size, count in COUNTS.items()
    },
    sources=(
        Source(
            kind="cache",
            folder=in_cache("fashion_mnist"),
            files=_OFFICIAL,
            sizes=("12k", "full"),
            get=f"{_FETCH} (downloads 30 MB from {_ADDRESS})",
            repair=f"delete it, or {_FETCH}, which downloads it anew",
        ),
        Source(
            kind="mirror",
            folder=in_mirror("fashion_mnist"),
            files=_OFFICIAL,
            sizes=("12k", "full"),
            get="set DL_DATA_MIRROR to a folder with the four official files in fashion_mnist/",
            repair=_COPY_AGAIN,
        ),
        Source(
            kind="mirror",
            folder=in_mirror("fashion_mnist_12k"),
            files=(_SUBSET,),
            sizes=("12k",),
            get=f"set DL_DATA_MIRROR to a folder with fashion_mnist_12k/{_SUBSET.name}",
            repair=_COPY_AGAIN,
        ),
        Source(
            kind="package",
            folder=lambda: Path("/usr/share/datasets/fashion-mnist"),
            files=_OFFICIAL,
            sizes=("12k", "full"),
            get="on Debian or Ubuntu run `apt-get install dataset-fashion-mnist`",
            repair="run `apt-get install --reinstall dataset-fashion-mnist`",
        ),
        committed(File("fashion_mnist.npz", SAMPLE_SHA256)),
    ),
)


def load(split: str, size: str | None = None, download: bool = False) -> GreyImages:
    """Load the ``train`` or ``test`` split.

    ``size`` is ``sample``, ``12k`` or ``full``; the default is the largest on this machine.
    Nothing is downloaded unless ``download`` is true; then the default is ``full``.
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
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], str, Source]:
    """Return a split as stored: images (N, 28, 28), labels (N,), and its size and source."""
    if split not in _PREFIX:
        raise DataError(f"fashion_mnist has no split {split!r}; it has: {', '.join(_PREFIX)}.")
    size, source = DATASET.find(size, download)
    if source.files[0].name.endswith(".npz"):
        with np.load(io.BytesIO(source.read(source.files[0].name)), allow_pickle=False) as arrays:
            images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    else:
        images = _idx(source.read(f"{_PREFIX[split]}-images-idx3-ubyte.gz"))
        labels = _idx(source.read(f"{_PREFIX[split]}-labels-idx1-ubyte.gz"))
    count = COUNTS[size][split]
    return images[:count], labels[:count], size, source


def _idx(data: bytes) -> NDArray[np.uint8]:
    """Read an IDX file of bytes: the number of axes is byte 3, the axes follow as big-endian."""
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)
