"""Assertions of test files: they pass what is right and say in words what is not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from checks import (
    CannotJudge,
    case_seed,
    evidence,
    expect_any,
    expect_close,
    expect_dtype,
    expect_finite,
    expect_shape,
    record,
    rng,
    seeded,
)


def test_shapes_of_arrays_tensors_and_lists():
    for value in (np.zeros((2, 3)), torch.zeros(2, 3), [[0, 0, 0], [0, 0, 0]]):
        expect_shape(value, (2, 3))
    with pytest.raises(AssertionError, match=r"h has shape \(3, 2\), but .* \(2, 3\) = \(N, H\)"):
        expect_shape(np.zeros((3, 2)), (2, 3), "h", "(N, H)")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, r"it is None \(is a return statement missing\?\)"),
        ("text", "it is of type str"),
        ([[1], [1, 2]], "ragged list"),
        (object(), "it is of type object"),
        (np.array(["a"]), "it is of type ndarray"),
    ],
)
def test_what_is_not_numbers_is_called_so(value, words):
    with pytest.raises(AssertionError, match=words):
        expect_shape(value, (1,))


def test_close_values_pass_and_others_are_located():
    expect_close(np.array([1.0, 2.0]), torch.tensor([1.0, 2.0000001]))
    with pytest.raises(AssertionError, match=r"1 of 4 .* index \(1, 0\): 3, but it should be 2"):
        expect_close([[1, 1], [3, 1]], [[1, 1], [2, 1]], name="dx")
    with pytest.raises(AssertionError, match="NaN or infinite"):
        expect_close([np.nan], [np.nan])


def test_a_single_number_may_have_any_shape():
    expect_close(torch.tensor([[0.5]]), 0.5)
    expect_close(0.5, np.array([0.5]))


def raising(error):
    def check():
        raise error

    return check


def test_one_check_that_passes_is_enough():
    expect_any(raising(TypeError("first")), lambda: None, raising(CannotJudge("never asked")))
    with pytest.raises(TypeError, match="first"):
        expect_any(raising(TypeError("first")), raising(AssertionError("second")))


def test_a_check_that_cannot_judge_fails_and_passes_nothing():
    for checks in (["why"], ["why", None], [None, "why"]):
        errors = [CannotJudge(text) if text else AssertionError("wrong") for text in checks]
        with pytest.raises(CannotJudge, match="why"):
            expect_any(*map(raising, errors))


def test_a_bound_holds_for_exact_entries_too():
    with pytest.raises(AssertionError, match="1 of 2"):
        expect_close([1e-3, 1.0], [0.0, 1.0], rtol=1e-5, atol=1e-7)


def test_kinds_of_numbers():
    expect_dtype(torch.zeros(1), "f")
    with pytest.raises(AssertionError, match="dtype int64, but it should be floating point"):
        expect_dtype(np.zeros(1, dtype=np.int64), "f")
    with pytest.raises(AssertionError, match="1 of 2 entries"):
        expect_finite([1.0, np.inf])


def test_draws_depend_on_seed_and_label_only():
    with seeded(1):
        first, again, other = rng("x").random(), rng("x").random(), rng("y").random()
        assert case_seed() == 1
    with seeded(2):
        second = rng("x").random()
    assert first == again
    assert len({first, other, second}) == 3
    assert case_seed() == 0


def test_evidence_is_collected_once():
    evidence.collect()
    record("accuracy", 0.5)
    assert evidence.collect().metrics == {"accuracy": 0.5}
    assert evidence.collect().metrics == {}
