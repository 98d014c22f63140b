"""SqueezeNet 1.1 with weights learned on ImageNet: a small backbone for transfer learning."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror

if TYPE_CHECKING:
    from torchvision.models import SqueezeNet

SPLITS = ("all",)
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the pixels in ImageNet, RGB
SAMPLE_SHA256 = "008900bfdd1204494faa256ae35159f7c44bd0715668b2b5a17fd6cf5c003195"
_SAMPLE, _FULL = "squeezenet.npz", "squeezenet1_1_torchvision.npz"

DATASET = Dataset(
    name="squeezenet",
    title="SqueezeNet 1.1, weights learned on ImageNet",
    licence="BSD 2-Clause (SqueezeNet's authors) and MIT (conversion)",
    homepage="https://github.com/forresti/SqueezeNet",
    sizes={
        "sample": "all 1,235,496 weights in half precision",
        "full": "all 1,235,496 weights in single precision",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("squeezenet1_1_imagenet"),
            files=(
                File(_FULL, "3fabd1a9e4dc4394e059ec4a5d9a78699e12468fe81bf08ca7d9016bd8ba7806"),
            ),
            sizes=("full",),
            get=f"set DL_DATA_MIRROR to a folder with squeezenet1_1_imagenet/{_FULL}",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_SAMPLE, SAMPLE_SHA256)),
    ),
)


@dataclass(frozen=True, eq=False)
class Weights:
    """The entries of ``torchvision.models.squeezenet1_1().state_dict()`` as float32 arrays.

    The network expects RGB images (N, 3, H, W) with values in 0 to 1, less `MEAN`, over
    `DEVIATION`.
    """

    entries: Mapping[str, NDArray[np.float32]]
    size: str
    source: str


def load(split: str = "all", size: str | None = None, download: bool = False) -> Weights:
    """Load all weights; ``size`` is ``sample`` or ``full``, by default the best on this machine.

    These weights cannot be downloaded; ``download`` only changes the default.
    """
    if split not in SPLITS:
        raise DataError(f"squeezenet has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    return Weights(_read(source, source.folder(), size), size, str(source))


def model(size: str | None = None) -> SqueezeNet:
    """Return torchvision's ``squeezenet1_1`` with these weights, in training mode.

    No random number of the caller is drawn: what it draws does not depend on a first call that
    loads the network and later ones that find it in a cache.
    """
    import torch
    from torchvision.models import squeezenet1_1

    with torch.random.fork_rng(devices=[]):
        network = squeezenet1_1(weights=None)
    entries = load("all", size).entries
    network.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in entries.items()})
    return network


@functools.lru_cache(maxsize=2)
def _read(source: Source, folder: Path | None, size: str) -> dict[str, NDArray[Any]]:
    """Read all arrays; ``folder`` keeps two copies apart in the cache."""
    name = _SAMPLE if size == "sample" else _FULL
    with np.load(io.BytesIO(source.read(name)), allow_pickle=False) as arrays:
        return {key: arrays[key].astype(np.float32) for key in arrays.files}
