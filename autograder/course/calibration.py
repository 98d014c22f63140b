"""The calibrated thresholds of a problem as data: one table for each metric and size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from autograder.errors import CourseError

Direction = Literal["at_least", "at_most"]
FILE = "calibration.toml"


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the reference reaches over several seeds, and the threshold that follows from it.

    ``direction`` says whether a value must be ``at_least`` or ``at_most`` the threshold.
    """

    mean: float
    deviation: float
    seeds: int
    threshold: float
    direction: Direction


def read_calibration(folder: Path) -> Mapping[str, Mapping[str, Threshold]]:
    """Return the thresholds of the problem in ``folder``: metric, then size of the data."""
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, dict[str, Threshold]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}.") from None
