"""Faults from outside at any request of a grading change no result but to ``grader_error``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.course import Course, default_course
from tests.hostile import faults

PROVE = "PROVE" in os.environ
EVERY = 5 if PROVE else 25


@pytest.mark.slow  # processes that are killed have to start again
def test_a_fault_costs_no_points(short_course: Path, ground: Path) -> None:
    found = faults.inject_all(Course(short_course), "affine", EVERY)
    assert [one for one in found if one.wrong] == []
    became = faults.outcomes(found)
    for fault in faults.FAULTS:
        assert became[fault, "equal"] or became[fault, "grader_error"], became


@pytest.mark.skipif(not PROVE, reason="runs for minutes: run `make prove`")
@pytest.mark.parametrize("name", ["rnn_layers", "encoder_layer"])
def test_a_fault_costs_no_points_in_a_problem(name: str) -> None:
    found = faults.inject_all(default_course(), name, 30)
    assert [one for one in found if one.wrong] == []
