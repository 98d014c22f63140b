"""Three paintings and three photographs: pictures for style transfer."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror

PAINTINGS = {  # name: title
    "shipwreck": "J. M. W. Turner, The Shipwreck of the Minotaur, about 1810",
    "starry_night": "Vincent van Gogh, The Starry Night, 1889",
    "the_scream": "Edvard Munch, The Scream, 1893",
}
PHOTOGRAPHS = {
    "astronaut": "NASA, Eileen Collins, astronaut",
    "chelsea": "Stefan van der Walt, Chelsea the cat",
    "coffee": "Rachel Michetti, a cup of coffee",
}
SPLITS = {"content": tuple(PHOTOGRAPHS), "style": tuple(PAINTINGS)}
SPLITS["all"] = SPLITS["content"] + SPLITS["style"]
SHORTER_SIDE = 256  # in pixels, of the pictures in the sample
SAMPLE_SHA256 = "c7716e42256658be38f124adb96885676f3997c622c4cd337db70a1301ce44c7"
_SAMPLE = "style_images.npz"

DATASET = Dataset(
    name="style_images",
    title="three paintings and three photographs",
    licence="public domain (paintings, astronaut) and CC0 (chelsea, coffee)",
    homepage="https://github.com/jcjohnson/neural-style",
    sizes={
        "sample": "256 pixels on the shorter side",
        "mirror": "paintings with 640 to 1,200 pixels on the shorter side",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("style_images"),
            files=(
                File(
                    "shipwreck.jpg",
                    "4f7cf34e3cd4a5daaf3f421f059ca9a01aaa2a3afd7243d6670c9c8bc001a213",
                ),
                File(
                    "starry_night.jpg",
                    "0592ab0f7b51b3ce72608a95e53880bd93971e5b48f93a0ce8dfd3cbccf3d098",
                ),
                File(
                    "the_scream.jpg",
                    "f3075cddeb974a9ee1d6418f7f33fd05185a7ac7dcb4288bd2805d499a9dcaee",
                ),
            ),
            sizes=("mirror",),
            get="set DL_DATA_MIRROR to a folder with style_images/starry_night.jpg and the others",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_SAMPLE, SAMPLE_SHA256)),
    ),
)


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures by name, each (H, W, 3), RGB, of bytes.

    The size ``mirror`` has larger paintings and the same photographs as the sample.
    """

    pictures: Mapping[str, NDArray[np.uint8]]
    size: str
    source: str

    def __getitem__(self, name: str) -> NDArray[np.uint8]:
        """Return the picture called ``name``."""
        if name not in self.pictures:
            raise DataError(f"There is no picture {name!r}; there are: {', '.join(self.pictures)}.")
        return self.pictures[name]


def load(split: str = "all", size: str | None = None, download: bool = False) -> Pictures:
    """Load the pictures of a split: ``content`` (photographs), ``style`` (paintings) or ``all``.

    ``size`` is ``sample`` or ``mirror``, by default the best on this machine. These pictures cannot
    be downloaded; ``download`` only changes the default.
    """
    if split not in SPLITS:
        raise DataError(f"style_images has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    sample = committed(File(_SAMPLE, SAMPLE_SHA256))
    pictures = {}
    for name in SPLITS[split]:
        large = size == "mirror" and name in PAINTINGS
        chosen = source if large else sample
        pictures[name] = _read(chosen, chosen.folder(), name, large).copy()
    return Pictures(pictures, size, str(source))


@functools.lru_cache(maxsize=12)
def _read(source: Source, folder: Path | None, name: str, large: bool) -> NDArray[np.uint8]:
    """Read one picture; ``folder`` keeps two copies apart in the cache."""
    if large:
        return decoded(source.read(f"{name}.jpg"))
    with np.load(io.BytesIO(source.read(_SAMPLE)), allow_pickle=False) as arrays:
        return decoded(arrays[name].tobytes())


def decoded(content: bytes) -> NDArray[np.uint8]:
    """Return the pixels (H, W, 3) of the bytes of an image file."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB")).copy()
