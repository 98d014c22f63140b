"""Calibrated thresholds for hidden cases, and the size of the data in use.

A case writes ``expect_threshold("accuracy", accuracy, size)``. The threshold is read from the
``calibration.toml`` of the problem whose test file runs. This module is never shipped to students.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import data
from autograder.course import Course, Problem, default_course
from autograder.course.calibration import FILE, load_thresholds
from autograder.course.files import Direction, Threshold
from autograder.errors import CourseError

_WORDS = {"at_least": "at least", "at_most": "at most"}
_calibration: Calibration | None = None


@dataclass
class Calibration:
    """A calibration in progress: the dataset and size that it forces, and what it measures."""

    dataset: str
    size: str
    values: dict[str, float] = field(default_factory=dict)
    directions: dict[str, Direction] = field(default_factory=dict)


def expect_threshold(
    metric: str,
    value: float,
    size: str,
    direction: Direction = "at_least",
    slack: float = 0.0,
) -> None:
    """Fail unless ``value`` reaches the calibrated threshold of ``metric`` on data of ``size``.

    ``direction`` is "at_least" for an accuracy and "at_most" for a loss. ``slack`` moves the
    threshold by this fraction of itself, for right answers that do a little worse than the
    reference. While a calibration runs, the value is noted and passes.
    """
    if _calibration is not None:
        _calibration.values[metric] = float(value)
        _calibration.directions[metric] = direction
        return
    found = calibrated(_running_folder(), metric, size)
    if found.direction != direction:
        raise CourseError(
            f"The case expects {metric} to be {_WORDS[direction]} its threshold, but {FILE} says "
            f"{found.direction}; calibrate again."
        )
    change = slack * abs(found.threshold)
    if direction == "at_least":
        wanted = found.threshold - change
        reached = value >= wanted
    else:
        wanted = found.threshold + change
        reached = value <= wanted
    assert reached, (
        f"{metric.replace('_', ' ')} is {value:.4g}; {_WORDS[direction]} {wanted:.4g} is required"
    )


def calibrated(folder: Path, metric: str, size: str) -> Threshold:
    """Return the threshold of ``metric`` on data of ``size`` for the problem in ``folder``."""
    try:
        return load_thresholds(folder)[metric][size]
    except KeyError:
        raise CourseError(
            f"{folder / FILE} has no threshold for {metric} on size {size}; "
            f"run: python -m autograder calibrate {folder.name}"
        ) from None


def data_size(dataset: str, problem: Problem | None = None) -> str:
    """Return the first size of ``dataset`` in ``problem.toml`` that this machine has.

    Without ``problem``, this is the problem whose test file runs.
    """
    if _calibration is not None and _calibration.dataset == dataset:
        return _calibration.size
    if problem is None:
        folder = _running_folder()
        problem = Course(folder.parents[1]).problem(folder.name)
    return available_sizes(problem, dataset)[0]


def available_sizes(problem: Problem, dataset: str) -> tuple[str, ...]:
    """Return the sizes of ``dataset`` in ``problem.toml`` that this machine has, best first."""
    return _available(problem.data[dataset], dataset)


@functools.cache
def _available(wanted: tuple[str, ...], dataset: str) -> tuple[str, ...]:
    available = data.dataset(dataset).available_sizes()
    here = tuple(size for size in wanted if available.get(size) is not None)
    if not here:
        raise CourseError(
            f"No size of {dataset} that is wanted ({', '.join(wanted)}) is on this machine; "
            f"run: python -m data fetch {dataset}"
        )
    return here


@contextlib.contextmanager
def calibrating(dataset: str, size: str) -> Iterator[Calibration]:
    """Let every threshold pass inside the block, on ``dataset`` in this size; note the values."""
    global _calibration
    _calibration = Calibration(dataset, size)
    try:
        yield _calibration
    finally:
        _calibration = None


def _running_folder() -> Path:
    """Return the folder of the problem whose test file calls."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    file = Path(frame.f_code.co_filename if frame is not None else "?")
    folder = _problem_of(file)
    if folder is None:
        raise CourseError(
            f"{file} asks for a threshold or a size of data, but it is not in the folder "
            "`questions` of a problem; move it there."
        )
    return folder


@functools.cache
def _problem_of(file: Path) -> Path | None:
    """Return the folder of the problem that a test file belongs to; Otter may run a copy of it."""
    folder = file.resolve().parent.parent
    if (folder / "problem.toml").is_file():
        return folder
    originals = default_course().solutions.glob(f"*/questions/{file.name}")
    text = file.read_bytes() if file.is_file() else b""
    return next((path.parents[1] for path in originals if path.read_bytes() == text), None)
