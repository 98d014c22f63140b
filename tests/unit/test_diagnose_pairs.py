"""Pairs of mistakes that cannot explain an answer are ruled out by each of the two alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.diagnose.pairs import effect, may_explain
from autograder.remote.sessions import Record

RIGHT = (1.0, 2.0, 3.0)


def records(*outcomes: Any) -> list[Record]:
    return [Record("call", frozenset({"f"}), outcome) for outcome in outcomes]


def explains(first: Any, second: Any, student: Any, right: Any = RIGHT) -> bool:
    found = [
        effect(records(answer), records(right), records(student), ["f"])
        for answer in (first, second, right)
    ]
    return may_explain(*found)


@pytest.mark.parametrize(
    ("first", "second", "student", "may"),
    [
        ((9.0, 2.0, 3.0), (1.0, 8.0, 3.0), (9.0, 8.0, 3.0), True),  # each in its own part
        ((9.0, 2.0, 3.0), (1.0, 8.0, 3.0), (9.0, 2.0, 3.0), False),  # the second one would show
        ((9.0, 2.0, 3.0), (1.0, 8.0, 3.0), (1.0, 8.0, 3.0), False),
        ((9.0, 2.0, 3.0), (1.0, 8.0, 3.0), (9.0, 8.0, 7.0), False),  # neither changes the third
        ((9.0, 2.0, 3.0), (8.0, 2.0, 3.0), (7.0, 2.0, 3.0), True),  # both in one part: try
        ((9.0, 2.0, 3.0), (8.0, 2.0, 3.0), (7.0, 0.0, 3.0), False),
    ],
)
def test_parts_that_only_one_changes_are_as_that_one_leaves_them(first, second, student, may):
    assert explains(first, second, student) is may
    assert explains(second, first, student) is may


def test_what_has_other_parts_is_tried():
    assert explains((9.0, 2.0), (1.0, 8.0, 3.0), (9.0, 8.0, 3.0))
    assert explains((9.0, 2.0, 3.0), (1.0, 8.0, 3.0), ValueError("x"))


def test_arrays_count_by_value_and_nested_answers_by_their_parts():
    right = (np.zeros(3), {"b": [np.ones(2), "text"]})
    first = (np.ones(3), {"b": [np.ones(2), "text"]})
    second = (np.zeros(3), {"b": [np.full(2, 5.0), "text"]})
    both = [np.ones((3, 1)), {"b": (np.full(2, 5), "text")}]
    assert explains(first, second, both, right)
    assert not explains(first, second, first, right)
