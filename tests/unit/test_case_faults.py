"""A fault of ours inside a case is never the student's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.examine import case_run, outcomes
from autograder.examine.outcomes import Sources
from checks import CannotJudge
from data import DataError


class Session(SimpleNamespace):
    """A session with a worker that does nothing."""

    def allow(self, *limits: float) -> None:
        """Take the limits."""

    def cpu_used(self) -> float:
        """Nothing was used."""
        return 0.0


@pytest.mark.parametrize("fault", [CourseError, DataError, CannotJudge])
def test_what_is_missing_on_our_side_is_a_grader_error(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise fault("calibration.toml has no threshold")

    monkeypatch.setattr(case_run, "call_case", broken)
    limits = SimpleNamespace(cpu_seconds=1.0, wall_seconds=1.0, memory_mb=100)
    question = SimpleNamespace(limits=limits, objects=(), optional=False, modules=())
    case: Any = SimpleNamespace(hidden=True, name="case")
    run = case_run.run_case(case, Session(records=[]), 0, question, Sources({}))  # type: ignore[arg-type]
    assert run.verdict.outcome == "grader_error"
    assert run.verdict.message == outcomes.OUR_FAULT
    assert "has no threshold" in str(run.verdict.detail)
