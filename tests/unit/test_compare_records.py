"""Recorded outcomes are alike within rounding, and only in what they are about."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.diagnose.compare_records import alike, same_records
from autograder.diagnose.preconditions import broken_precondition
from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record
from autograder.wire import Handle

CLOSE = 1 + 1e-6


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1.0, CLOSE),
        (float("nan"), float("nan")),
        (np.float64(2.0), 2.0 * CLOSE),
        (np.array([1.0, np.nan]), np.array([CLOSE, np.nan], np.float32)),
        (torch.ones(2), torch.ones(2) * CLOSE),
        (torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16)),
        ([1, (2.0, "a")], [1, (2.0 * CLOSE, "a")]),
        ({"a": np.arange(3)}, {"a": np.arange(3)}),
        (None, None),
        (slice(1, 2), slice(1, 2)),
        (1 << 5_000, 1 << 5_000),
        (Handle(1), Handle(2)),
        (Raised(("ValueError",), "m", ()), Raised(("ValueError",), "m", (("f", 1, "g"),), 3)),
    ],
)
def test_alike(first, second):
    assert alike(first, second)
    assert alike(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1.0, 1.001),
        (1, 1.0),
        (1, True),
        (1.0, float("nan")),
        (np.ones(2), np.ones((2, 1))),
        (np.ones(2), np.ones(2, int)),
        (torch.ones(2), torch.ones(2, dtype=torch.float64)),
        (torch.ones(2), np.ones(2)),
        ([1], (1,)),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        ("a", "b"),
        (None, 0),
        (Raised(("ValueError",), "m", ()), Raised(("TypeError",), "m", ())),
        (Raised(("ValueError",), "m", ()), Raised(("ValueError",), "n", ())),
    ],
)
def test_not_alike(first, second):
    assert not alike(first, second)
    assert not alike(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, 1.0),
        (np.ones(2), np.ones((2, 1))),
        (np.ones(2), np.ones(2, int)),
        (torch.ones(2), torch.ones(2, dtype=torch.float64)),
        (torch.ones(2), np.ones((1, 2))),
        ([1.0], (np.float32(1),)),
        (np.float64(2), np.array([2.0])),
        ({"a": [1]}, {"a": (1,)}),
    ],
)
def test_alike_by_value(first, second):
    assert not alike(first, second)
    assert alike(first, second, by_value=True)
    assert alike(second, first, by_value=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [(1, 2), (np.ones(2), np.ones((2, 2))), ([1], (1, 1)), (None, 0.0), (1.0, 1.0 + 1j)],
)
def test_not_alike_by_value(first, second):
    assert not alike(first, second, by_value=True)
    assert not alike(second, first, by_value=True)


def record(operation: str, outcome: object, *names: str) -> Record:
    return Record(operation, frozenset(names), outcome)


def test_lookups_say_nothing():
    looked_up = record("get", Handle(1), "f")
    assert same_records([looked_up, record("call", 1, "f")], [record("call", 1, "f")])


def test_only_the_requests_about_the_names_count():
    first = [record("call", 1, "helper"), record("call", 2, "f")]
    second = [record("call", 5, "helper"), record("call", 2, "f")]
    assert same_records(first, second, ["f"])
    assert not same_records(first, second)
    assert not same_records(first, second, ["helper"])
    assert not same_records(first, second, ["absent"])  # then all count


def test_number_and_kind_of_the_requests_count():
    assert not same_records([record("call", 1)], [record("call", 1), record("call", 1)])
    assert not same_records([record("call", 1)], [record("method", 1)])


def test_kinds_are_compared_only_while_a_case_asks_the_same():
    """After a wrong answer, a case may put a right part into the student's module first."""
    right = [Record("run_beside", frozenset(), outcome, "study") for outcome in ([1.0], [2.0])]
    wrong = Record("run_beside", frozenset(), [3.0], "study")
    put = Record("run_beside", frozenset(), None, "put_right_part")
    assert broken_precondition(right, [wrong, put]) is None
    nothing = Record("run_beside", frozenset(), None, "study")
    assert "is None" in broken_precondition(right, [wrong, nothing])


@pytest.mark.parametrize("by_value", [False, True])
@pytest.mark.parametrize("odd", [1 << 5_000, [1 << 5_000, 1.0], [[1.0, 2.0], [1.0]]])
def test_what_holds_no_usable_number_is_alike_to_no_number(odd, by_value):
    assert not alike(odd, 1.0, by_value)
    assert not alike(np.ones((2, 2)), odd, by_value)
