"""The calibrated thresholds of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.course.files import Threshold
from autograder.course.toml import TomlFile

FILE = "calibration.toml"


def load_thresholds(folder: Path) -> Mapping[str, Mapping[str, Threshold]]:
    """Return the thresholds of the problem in ``folder``, by metric and size of the data."""
    path = folder / FILE
    return TomlFile.read(path).decode(dict[str, dict[str, Threshold]]) if path.is_file() else {}
