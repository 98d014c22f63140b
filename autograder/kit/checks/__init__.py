"""Assertion helpers that test files use; the same under Otter, our grader and a student's check."""

from .beside import arrays_beside, file_beside, run_beside, text_beside
from .carried import elsewhere, expect_right_or_following
from .compare import (
    as_shaped,
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
from .predictions import read_predictions
from .replaced import expect_own_or_replaced, or_replaced, replaced
from .unchanged import expect_unchanged
from .values import CannotJudge, NotHandedIn, Recognised, numbers

__all__ = [
    "CannotJudge",
    "NotHandedIn",
    "Recognised",
    "arrays_beside",
    "as_shaped",
    "attach_figure",
    "case_seed",
    "elsewhere",
    "expect_any",
    "expect_close",
    "expect_dtype",
    "expect_finite",
    "expect_own_or_replaced",
    "expect_parts",
    "expect_right_or_following",
    "expect_shape",
    "expect_unchanged",
    "file_beside",
    "numbers",
    "or_replaced",
    "read_predictions",
    "record",
    "replaced",
    "rng",
    "run_beside",
    "seeded",
    "test_case",
    "text_beside",
]
