"""A student's value becomes an array in one place, with limits and a sentence for all else."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from checks import expect_close, expect_parts, expect_shape, numbers
from checks.values import Unusable, shape_in_words


class Telling:
    """A type whose name would tell what a hidden case asks."""


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (2, ()),
        (True, ()),
        (2**80, ()),
        ([[1, 2], [3, 4]], (2, 2)),
        ([np.zeros(3), [1, 2, 3]], (2, 3)),
        (torch.zeros(2, 3, dtype=torch.bfloat16, requires_grad=True), (2, 3)),
        (np.float32(1), ()),
    ],
)
def test_numbers_of_every_kind_are_taken(value, shape):
    assert numbers(value).shape == shape


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "loss should hold numbers, but it is None (is a return statement missing?)"),
        ("0.5", "loss should hold numbers, but it is of type str"),
        (["x" * 10**6] * 2000, "an entry of loss should hold numbers, but it is of type str"),
        ([[1, 2], [3]], "loss is a ragged list"),
        ([0] * 200_001, "loss is a list with too many parts"),
        pytest.param(1 << 20_000, "loss is an integer of 20001 bits", id="huge"),
        ({"a": 1}, "loss should hold numbers, but it is of type dict"),
        (np.array([None]), "loss should hold numbers, but it is of type ndarray"),
    ],
)
def test_everything_else_gets_a_sentence_at_once(value, text):
    began = time.monotonic()
    with pytest.raises(Unusable) as caught:
        numbers(value, "loss")
    assert str(caught.value) == text
    assert time.monotonic() - began < 2


def test_lists_in_lists_without_end_are_refused():
    value: list[object] = []
    for _ in range(1000):
        value = [value]
    with pytest.raises(Unusable, match="too many parts"):
        numbers(value)


def test_what_a_hidden_case_tells_holds_no_word_of_the_students():
    with pytest.raises(Unusable) as caught:
        numbers(Telling(), "loss")
    assert "Telling" in str(caught.value)
    assert caught.value.told == "loss should hold numbers, but it is an object of another type"


def test_a_shape_is_told_only_in_lengths_that_are_known():
    assert shape_in_words((3, 1, 5), (3, 5)) == "has shape (3, 1, 5)"
    assert shape_in_words((1234, 5), (3, 5)) == "has 2 axes of other lengths"


def test_the_shape_is_charged_where_it_is_tested():
    right = np.arange(3.0)
    expect_close(right[None], right, name="db")
    with pytest.raises(Unusable, match="db has shape") as caught:
        expect_shape(right[None], (3,), "db")
    assert caught.value.is_the_test


@pytest.mark.parametrize("found", [np.zeros(3), np.zeros((3, 2)), np.zeros((1, 3, 1, 1))])
def test_missing_axes_and_other_lengths_are_wrong(found):
    with pytest.raises(Unusable) as caught:
        expect_close(found, np.zeros((1, 3)) if found.ndim < 2 else np.zeros((2, 3)))
    assert not caught.value.is_the_test


def test_the_number_of_parts_is_a_precondition():
    with pytest.raises(
        Unusable, match="the result should be a tuple of 2: h, cache, but it is None"
    ):
        expect_parts(None, "h", "cache")
    with pytest.raises(Unusable) as caught:
        expect_parts((1, 2, 3), "h", "cache")
    assert caught.value.told == "the result should be a tuple of 2: h, cache; it has more parts."
