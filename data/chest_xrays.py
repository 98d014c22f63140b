"""Chest X-rays of children, normal or with pneumonia: two classes of unequal size.

Three sizes: a sample of PneumoniaMNIST that every copy has, the whole of it (28 by 28 pixels), and
X-rays of 224 by 224 pixels. Pneumonia is the positive class.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror

SPLITS = ("train", "val", "test")
CLASSES = ("normal", "pneumonia")
COUNTS = {
    "sample": {"train": 800, "val": 200, "test": 200},
    "pneumoniamnist": {"train": 4_682, "val": 524, "test": 221},
    "kermany": {"train": 1_200, "val": 200, "test": 624},
}
PIXELS = {"sample": 28, "pneumoniamnist": 28, "kermany": 224}
SAMPLE_SHA256 = "08bbc18b7a37fd869c8137e35e99177eb5cb066f2f70627ddb4b97b16cc81405"
_SMALL, _LARGE = "pneumoniamnist_28.npz", "chest_xray_224.zip"
_FOLDERS = {"NORMAL": 0, "PNEUMONIA": 1}
_COPY_AGAIN = "copy it into the mirror again, or unset DL_DATA_MIRROR"


def _mirror(name: str, sha256: str, size: str) -> Source:
    return Source(
        kind="mirror",
        folder=in_mirror("chest_xray_pneumonia"),
        files=(File(name, sha256),),
        sizes=(size,),
        get=f"set DL_DATA_MIRROR to a folder with chest_xray_pneumonia/{name}",
        repair=_COPY_AGAIN,
    )


DATASET = Dataset(
    name="chest_xrays",
    title="chest X-rays, normal or with pneumonia",
    licence="CC BY 4.0, D. Kermany, K. Zhang, M. Goldbaum; PneumoniaMNIST: J. Yang and others",
    homepage="https://doi.org/10.17632/rscbjbr9sj.2",
    sizes={
        size: f"{counts['train']:,} X-rays of {PIXELS[size]} pixels for training, "
        f"{counts['val']} for validation"
        for size, counts in COUNTS.items()
    },
    sources=(
        _mirror(
            _LARGE, "035686a2b32fc096c4e307c4381cac86b74bc28ab6652b332c9c290a603b3e69", "kermany"
        ),
        _mirror(
            _SMALL,
            "ce8250bf5debc3c389b89affcc1d9feac579b26e875a848301e9f937bb0c2eee",
            "pneumoniamnist",
        ),
        committed(File("chest_xrays.npz", SAMPLE_SHA256)),
    ),
)


@dataclass(frozen=True, eq=False)
class XRays:
    """One split: ``images`` (N, P, P) uint8, grey, and ``labels`` (N,) int64, 1 is pneumonia.

    ``patients`` says whose X-ray each image is, where that is known; it is empty otherwise.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    patients: tuple[str, ...]
    size: str
    source: str


def load(split: str, size: str | None = None, download: bool = False) -> XRays:
    """Load the ``train``, ``val`` or ``test`` split.

    ``size`` is ``sample``, ``pneumoniamnist`` or ``kermany``; the default is the largest on this
    machine. Nothing can be downloaded. Raises DataError where there is no such split or size.
    """
    if split not in SPLITS:
        raise DataError(f"chest_xrays has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    if size == "kermany":
        return _photographs(source, split)
    if size == "sample":
        with np.load(io.BytesIO(source.read(source.files[0].name)), allow_pickle=False) as arrays:
            images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
    else:
        images, labels = of_pneumoniamnist(source, split)
        if split == "test":
            shared = shared_test_images(len(images))
            images, labels = images[shared], labels[shared]
    return XRays(images, labels.astype(np.int64), (), size, str(source))


def of_pneumoniamnist(source: Source, split: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return images (N, 28, 28) and labels (N,) of a split of PneumoniaMNIST, each image once.

    A training image that is a validation image, too, is left out.
    """
    with np.load(io.BytesIO(source.read(_SMALL)), allow_pickle=False) as arrays:
        images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"].reshape(-1)
        before = arrays["val_images"] if split == "train" else images[:0]
    first: dict[bytes, int] = dict.fromkeys((image.tobytes() for image in before), -1)
    for place, image in enumerate(images):
        first.setdefault(image.tobytes(), place)
    places = [place for place in first.values() if place >= 0]
    return images[places], labels[places]


def shared_test_images(count: int) -> NDArray[np.int64]:
    """Return which of PneumoniaMNIST's test images everyone has; the others are held out."""
    order = np.random.default_rng(5_980).permutation(count)
    return np.sort(order[: COUNTS["pneumoniamnist"]["test"]])


def _photographs(source: Source, split: str) -> XRays:
    """Read the X-rays of 224 by 224 pixels; file names begin with the patient."""
    from PIL import Image

    images, labels, patients = [], [], []
    with zipfile.ZipFile(io.BytesIO(source.read(_LARGE))) as archive:
        for entry in sorted(archive.namelist()):
            path = PurePosixPath(entry)
            if not path.suffix or path.parts[-3] != split:
                continue
            with Image.open(io.BytesIO(archive.read(entry))) as image:
                images.append(np.asarray(image.convert("L"), np.uint8))
            labels.append(_FOLDERS[path.parts[-2]])
            patients.append(patient_of(path.name))
    return XRays(
        np.stack(images), np.array(labels, np.int64), tuple(patients), "kermany", str(source)
    )


def patient_of(name: str) -> str:
    """Return the patient of an X-ray from the name of its file, such as ``person12_virus_3.jpeg``.

    Sick children are called person and a number, healthy ones IM or NORMAL2-IM and a number. The
    numbers of the test split begin anew: they are other children.
    """
    stem = PurePosixPath(name).stem
    if stem.startswith("person"):
        return stem.split("_")[0]
    return stem[: stem.index("IM-") + len("IM-0000")]
