"""The cases of one question: examined, or without running anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.course import Question
from autograder.examine import testfiles
from autograder.examine.case_run import CaseResult
from autograder.examine.examiner import Examiner, Prepared, QuestionResult
from autograder.examine.outcomes import Verdict


def examined(
    examiner: Examiner,
    prepared: Sequence[Prepared],
    question: Question,
    until: Callable[[CaseResult], bool],
) -> QuestionResult:
    """Examine a question on the student's own modules below, and if need be on our stand-ins.

    An error in a module of another problem is penalised only there.
    """
    outcome = examiner.examine(prepared[0], question, until=until)
    if len(prepared) == 1 or _earned(outcome) == _earned(unrun(question, Verdict("passed"))):
        return outcome
    again = examiner.examine(prepared[1], question, until=until)
    if _earned(again) <= _earned(outcome):
        return outcome
    names = " and ".join(name for base in prepared[0].problem.builds_on for name in base.stand_ins)
    again.message = (
        f"Graded with the grader's own {names}: an error in yours is penalised only once."
    )
    return again


def _earned(result: QuestionResult) -> float:
    return sum(run.case.points for run in result.cases if run.verdict.outcome == "passed")


def unrun(question: Question, verdict: Verdict) -> QuestionResult:
    """Return the result of a question of which nothing could run."""
    cases = testfiles.load(question.test_file).cases
    results = [CaseResult(case, verdict) for case in cases]
    return QuestionResult(question, results, message=verdict.message)
