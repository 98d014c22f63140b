"""Accuracy thresholds that calibration has placed, and the size of the data in use.

For hidden cases only; this module is never shipped to students.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import data
from autograder.course import Threshold, default_course, load_thresholds
from autograder.errors import CourseError

_calibration_run: Calibration | None = None


@dataclass
class Calibration:
    """A calibration in progress: the size of a dataset that it forces, the metrics with bars."""

    dataset: str
    size: str
    metrics: set[str] = field(default_factory=set)


def bar(problem: str, metric: str, size: str) -> float:
    """Return the calibrated threshold of ``metric`` on data of ``size``.

    Minus infinity while a calibration runs, so that the metric can be measured.
    """
    if _calibration_run is not None:
        _calibration_run.metrics.add(metric)
        return -math.inf
    try:
        return _read(problem)[metric][size].bar
    except KeyError:
        raise CourseError(
            f"solutions/{problem}/calibration.toml has no bar for {metric} on size {size}; "
            f"run: python -m autograder calibrate {problem}"
        ) from None


def data_size(problem: str, dataset: str) -> str:
    """Return the first of the sizes that ``problem.toml`` names which this machine has."""
    if _calibration_run is not None and _calibration_run.dataset == dataset:
        return _calibration_run.size
    return sizes_here(problem, dataset)[0]


@functools.cache
def sizes_here(problem: str, dataset: str) -> list[str]:
    """Return those of the problem's sizes of ``dataset`` that this machine has, best first."""
    wanted = default_course().problem(problem).data[dataset]
    available = data.dataset(dataset).available_sizes()
    here = [size for size in wanted if available.get(size) is not None]
    if not here:
        raise CourseError(
            f"None of the sizes {', '.join(wanted)} of {dataset} is on this machine; "
            f"run: python -m data fetch {dataset}"
        )
    return here


@contextlib.contextmanager
def calibrating(dataset: str, size: str) -> Iterator[Calibration]:
    """Let every threshold pass inside the block, on ``dataset`` in this size."""
    global _calibration_run
    _calibration_run = Calibration(dataset, size)
    try:
        yield _calibration_run
    finally:
        _calibration_run = None


@functools.cache
def _read(problem: str) -> Mapping[str, Mapping[str, Threshold]]:
    return load_thresholds(default_course().solutions / problem)
