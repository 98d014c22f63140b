"""Values that no check expects lead to a verdict, never to a fault of the grader."""

from __future__ import annotations

import os

import pytest

from autograder.course import default_course
from tests.hostile.fuzz import fuzz

PROVE = "PROVE" in os.environ
COURSE = default_course()
QUICK = ("backprop", "rnn_layers", "softmax_regions", "vanishing_gradients")


@pytest.mark.slow  # a diagnosis for each answer
@pytest.mark.parametrize("name", COURSE.problem_names() if PROVE else QUICK)
def test_an_odd_answer_is_judged(name: str) -> None:
    outcomes, faults = fuzz(COURSE, name, rounds=20 if PROVE else 2)
    assert not faults
    assert outcomes["failed"] > 10  # odd answers reach the checks
