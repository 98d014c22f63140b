"""The cases of one question: examined, or without running anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograder.course import Question
from autograder.diagnose.search.eligible import LONG_SECONDS
from autograder.examine import testfiles
from autograder.examine.case_run import CaseResult
from autograder.examine.examiner import Examiner, Prepared, QuestionResult
from autograder.examine.outcomes import Verdict
from autograder.result import GradedQuestion
from autograder.submission.forbidden import Search
from autograder.submission.intake import Modules


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
    if len(prepared) == 1 or not is_judged(outcome):
        return outcome
    if points_earned(outcome) == _most_points(question):
        return outcome
    again = examiner.examine(prepared[1], question, until=until)
    if points_earned(again) <= points_earned(outcome):
        return outcome
    names = " and ".join(name for base in prepared[0].problem.builds_on for name in base.stand_ins)
    again.message = (
        f"Graded with the grader's own {names}: an error in yours is penalised only once."
    )
    return again


def points_earned(result: QuestionResult) -> float:
    """Return the points of the cases that passed."""
    return sum(run.case.points for run in result.cases if run.verdict.outcome == "passed")


def is_judged(result: QuestionResult) -> bool:
    """Tell whether we judged all cases; else the question will be graded again."""
    return all(run.verdict.outcome != "grader_error" for run in result.cases)


def _most_points(question: Question) -> float:
    return points_earned(unrun(question, Verdict("passed")))


def unrun(question: Question, verdict: Verdict) -> QuestionResult:
    """Return the result of a question of which nothing could run."""
    cases = testfiles.load(question.test_file).cases
    results = [CaseResult(case, verdict) for case in cases]
    return QuestionResult(question, results, message=verdict.message)


def without_running(
    question: Question,
    modules: Modules,
    done: Mapping[str, GradedQuestion],
    searched: Mapping[str, Search],
) -> Verdict | None:
    """Return a verdict where nothing needs to run, else None."""
    if (fault := modules.fault(question)) is not None:
        missing = not modules.missing.isdisjoint(question.modules)
        return Verdict("not_attempted" if missing else "error", fault)
    if (found := searched[question.name].used) is not None:
        return Verdict("forbidden", found)
    broken = broken_need(question, done)
    if broken is None or (broken.outcome == "skipped" and _is_cheap(question, done)):
        return None
    return broken


def broken_need(question: Question, done: Mapping[str, GradedQuestion]) -> Verdict | None:
    """Return a verdict where a question that this one needs has earned nothing, else None.

    Nothing is known of one that we failed to judge.
    """
    for name in question.needs:
        needed = done.get(name)
        if needed is None or needed.score > 0 or needed.outcome == "grader_error":
            continue
        if needed.outcome == "not_attempted":
            return Verdict("not_attempted", f"This builds on {name}, which is not written yet.")
        return Verdict("skipped", f"This builds on {name}, which does not work yet.")
    return None


def _is_cheap(question: Question, done: Mapping[str, GradedQuestion]) -> bool:
    """Tell whether to run a question although it needs one that earned nothing.

    Its cases may judge it with another function in place of the broken one, or with right ones. A
    training takes too long for that, and so does what has timed out before.
    """
    needed = [done[name] for name in question.needs if name in done]
    return question.limits.cpu_seconds < LONG_SECONDS and all(
        earlier.outcome in ("passed", "failed", "error") for earlier in needed
    )
