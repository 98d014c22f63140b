"""Assertion helpers that test files use; the same under Otter, our grader and a student's check."""

from .beside import run_beside
from .compare import (
    expect_any,
    expect_close,
    expect_dtype,
    expect_finite,
    expect_parts,
    expect_shape,
)
from .draw import case_seed, rng, seeded
from .evidence import attach_figure, record
from .guarded import test_case
from .unchanged import expect_unchanged

__all__ = [
    "attach_figure",
    "case_seed",
    "expect_any",
    "expect_close",
    "expect_dtype",
    "expect_finite",
    "expect_parts",
    "expect_shape",
    "expect_unchanged",
    "record",
    "rng",
    "run_beside",
    "seeded",
    "test_case",
]
