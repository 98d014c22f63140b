"""Which questions are searched, and what their results say about functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autograder.course import Question
from autograder.examine.case_run import CaseResult
from autograder.examine.examiner import QuestionResult

LONG_SECONDS = 60.0  # a question whose cases may use this much CPU time is a training
DEAR_SECONDS, ALL_DEAR_SECONDS = 0.2, 2.0  # of the cheapest failed case; of all cases


def is_searchable(question: Question, cases: Sequence[CaseResult]) -> bool:
    """Tell whether cases are short, ended as passed, failed or error, and not all at import."""
    failed = [run for run in cases if run.verdict.outcome in ("failed", "error")]
    return (
        question.limits.cpu_seconds < LONG_SECONDS
        and all(run.verdict.outcome in ("passed", "failed", "error") for run in cases)
        and all(run.records for run in failed)
        and min(run.cpu_seconds for run in failed) <= DEAR_SECONDS
        and sum(run.cpu_seconds for run in cases) <= ALL_DEAR_SECONDS
    )


def asked_by(outcomes: Iterable[QuestionResult]) -> set[str]:
    """Return the names that the cases of questions ask for."""
    return {name for outcome in outcomes for run in outcome.cases for name in run.case.arguments}


def excuses_nothing(name: str, outcomes: Mapping[str, QuestionResult]) -> bool:
    """Tell whether no other question about what question ``name`` asks for has failed."""
    asked = asked_by([outcomes[name]])
    return all(
        is_right(other) or not asked & set(other.question.objects)
        for key, other in outcomes.items()
        if key != name
    )


def is_right(outcome: QuestionResult) -> bool:
    """Tell whether all cases of a question pass."""
    return all(run.verdict.outcome == "passed" for run in outcome.cases)
