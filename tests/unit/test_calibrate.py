"""Thresholds follow from what was measured, and calibration.toml keeps what was not."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from autograder.errors import CourseError
from autograder.examine import thresholds as bars
from autograder.prove.calibrate import Measured, write


def test_the_bar_is_a_prediction_bound():
    """Of many runs like those measured, about one in a thousand falls below its bar."""
    generator = np.random.default_rng(0)
    runs = generator.normal(0.8, 0.02, size=(4000, 11))
    missed = [run[10] < Measured("m", "s", tuple(run[:10])).bar for run in runs]
    assert sum(missed) <= 12  # 4 are expected; 13 or more would happen once in 5,000 tries


def test_more_seeds_allow_a_higher_bar():
    values = (0.79, 0.81) * 20
    assert Measured("m", "s", values).bar > Measured("m", "s", values[:6]).bar


def test_sizes_that_were_not_measured_are_kept(tmp_path):
    path = tmp_path / "calibration.toml"
    first = write(path, [Measured("accuracy", "12k", (0.7, 0.8, 0.75))])
    write(path, [Measured("accuracy", "sample", (0.5, 0.6, 0.55))], first)
    content = tomllib.loads(path.read_text())
    assert set(content["accuracy"]) == {"12k", "sample"}
    assert content["accuracy"]["12k"]["seeds"] == 3
    assert content["accuracy"]["12k"]["mean"] == pytest.approx(0.75)


def test_a_missing_bar_says_what_to_run():
    with pytest.raises(CourseError, match="run: python -m autograder calibrate simple_cnn"):
        bars.bar("simple_cnn", "no_such_metric", "12k")


def test_during_calibration_every_bar_passes_and_is_noted():
    with bars.calibrating("fashion_mnist", "sample") as run:
        assert bars.bar("simple_cnn", "test_accuracy", "sample") == float("-inf")
        assert bars.data_size("simple_cnn", "fashion_mnist") == "sample"
    assert run.metrics == {"test_accuracy"}
