"""Logistic points: 200 points with two features, in two classes that overlap.

Two sizes of 200 points each: our own, and the original points of the assignment's course.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .sources import Dataset, File, Source, committed, in_mirror

SPLITS = ("train",)
PER_CLASS = 100
SAMPLE_SHA256 = "1fb9a4e6065392f01fead88583803f05af920d0034af3502b088021b6750f03d"
MEANS = ((5.0, 1.0), (7.0, -1.0))
COVARIANCES = (((2.6, 1.9), (1.9, 3.8)), ((2.1, 1.2), (1.2, 2.6)))
_TEXT, _ARRAYS = "data.txt", "logistic_points.npz"

DATASET = Dataset(
    name="logistic_points",
    title="Points for logistic regression",
    licence="sample: MIT, as this package; course: none stated",
    homepage="https://github.com/EugeBor/CMPT726",
    sizes={
        "sample": "200 points drawn from two Gaussians",
        "course": "the 200 points of the course",
    },
    sources=(
        Source(
            kind="mirror",
            folder=in_mirror("logistic_200"),
            files=(
                File(_TEXT, "3a81a5b6425c8d0266f3075250846eb3cc2bf0f12974fdd35b6662cdb205d791"),
            ),
            sizes=("course",),
            get=f"set DL_DATA_MIRROR to a folder with logistic_200/{_TEXT}; this package may not "
            "include it, so ask your course for a copy",
            repair="copy it into the mirror again, or unset DL_DATA_MIRROR",
        ),
        committed(File(_ARRAYS, SAMPLE_SHA256)),
    ),
)


@dataclass(frozen=True, eq=False)
class LogisticPoints:
    """N points.

    ``X`` (N, 3) float64: two features, and a constant 1 for the intercept.
    ``t`` (N,) int64: the class of each point, 0 or 1.
    """

    X: NDArray[np.float64]
    t: NDArray[np.int64]
    size: str
    source: str


def load(split: str = "train", size: str | None = None, download: bool = False) -> LogisticPoints:
    """Load all points; the only split is ``train``.

    ``size`` is ``sample`` or ``course``; the default is ``course`` if it is on this machine.
    This dataset cannot be downloaded; ``download`` only changes the default to ``course``.
    """
    if split not in SPLITS:
        raise DataError(f"logistic_points has no split {split!r}; it has: {', '.join(SPLITS)}.")
    size, source = DATASET.find(size, download)
    X, t = _read(source, source.folder())
    return LogisticPoints(X.copy(), t.copy(), size, str(source))


def available_sizes() -> dict[str, Source | None]:
    """Return for each size the first source that has it, or None."""
    return DATASET.available_sizes()


def draw(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw 100 points of each class: features (200, 2) to six decimals, and classes (200,)."""
    drawn = [
        rng.multivariate_normal(mean, covariance, PER_CLASS, method="cholesky")
        for mean, covariance in zip(MEANS, COVARIANCES, strict=True)
    ]
    features: NDArray[np.float64] = np.concatenate(drawn).round(6)
    return features, np.repeat(np.arange(2), PER_CLASS)


@functools.lru_cache(maxsize=2)
def _read(source: Source, folder: Path | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Read the points; ``folder`` keeps two copies apart in the cache."""
    if source.kind == "mirror":
        rows: NDArray[np.float64] = np.loadtxt(io.BytesIO(source.read(_TEXT)))
        return rows[:, :3], rows[:, 3].astype(np.int64)
    with np.load(io.BytesIO(source.read(_ARRAYS)), allow_pickle=False) as arrays:
        features, classes = arrays["features"], arrays["classes"]
    X: NDArray[np.float64] = np.insert(features, features.shape[1], 1.0, axis=1)
    return X, classes.astype(np.int64)
