"""Say what went wrong: replay a failed case on known mistakes and see which one answers alike."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from autograder.course import Mistake, Problem, Question, load_mistakes
from autograder.diagnose import bank
from autograder.diagnose.compare_records import about, same_records
from autograder.diagnose.pairs import explaining_pair
from autograder.diagnose.preconditions import (
    broken_precondition,
    degenerate_parts,
    is_degenerate,
)
from autograder.diagnose.replays import Replays
from autograder.diagnose.search.searcher import Searcher
from autograder.diagnose.shared import Replay, SharedReplays
from autograder.errors import CourseError
from autograder.examine.case_run import WRONG_KIND, CaseResult
from autograder.examine.examiner import Examiner
from autograder.examine.outcomes import OUR_FAULT, Verdict
from autograder.remote.exceptions import Raised

# All of CPU time; room enough for a machine that is half as fast to name the same mistakes.
CASE_SECONDS = 4.0  # a case that takes longer is not replayed on every variant
QUESTION_SECONDS = 30.0


@dataclass(frozen=True)
class Found:
    """A known mistake and the evidence: how many of the failed cases it explains."""

    mistake: Mistake
    explains: int
    failed: int


class Diagnostician:
    """Finds the known mistakes of one problem behind failed cases."""

    def __init__(
        self,
        problem: Problem,
        provided: Mapping[str, bytes],
        shared: SharedReplays | None = None,
    ) -> None:
        self._problem, self._mistakes = problem, load_mistakes(problem)
        self._replays = Replays(problem, provided, shared)

    @cached_property
    def _right(self) -> list[bank.RightText]:
        return bank.right_texts(self._problem)  # only a search reads and parses them

    def searcher(self, examiner: Examiner, seed: int) -> Searcher:
        """Return a searcher for the questions that ``examiner`` has graded with ``seed``."""
        return Searcher(self._problem, examiner, self._replays, seed, self._mistakes, self._right)

    def explain(
        self, question: Question, results: Sequence[CaseResult], known: Sequence[Mistake] = ()
    ) -> dict[str, Found]:
        """Return the known mistake behind failed cases, by case name.

        ``known`` are the mistakes that other questions have shown already; they may be behind the
        failures here too, alone or with another one. Where the reference fails a case too, the
        grader is at fault: the verdict becomes ``grader_error``. Where an answer is not even of the
        right kind, the message says that.
        """
        deadline = time.thread_time() + QUESTION_SECONDS
        failed = [r for r in results if r.verdict.outcome in ("failed", "error") and r.records]
        comparable: list[CaseResult] = []
        degenerate: list[CaseResult] = []
        for result in failed:
            if result.cpu_seconds > CASE_SECONDS and not result.raised_here:
                continue
            right = self._replays.of((), result)
            if not right.passed:
                result.verdict = Verdict("grader_error", OUR_FAULT, result.verdict.detail)
                continue
            self._set_headline(result, right)
            if same_records(right.records, result.records, question.objects):
                continue
            says_nothing = is_degenerate(right.records, result.records)
            (degenerate if says_nothing else comparable).append(result)
        passed = [
            r for r in results if r.verdict.outcome == "passed" and r.cpu_seconds <= CASE_SECONDS
        ]
        shown = [m for m in known if any(not self._replays.of((m,), r).passed for r in comparable)]
        named = self._named(question, comparable, passed, deadline, shown)
        named |= self._also_explained(question, degenerate, named)
        return named | self._recognised(question, failed)

    def accept_what_follows(
        self, question: Question, results: Sequence[CaseResult], known: Sequence[Mistake]
    ) -> None:
        """Pass failed cases whose answers follow correctly from known mistakes of other questions.

        The reference with these mistakes, and right everywhere else, answers as the student's code
        does. An exception is no answer. None, zeros or constants are no evidence that the code of
        this question is right; they count if another case gives evidence.
        """
        if not known:
            return
        mistakes, follows, is_evident = tuple(known), list[CaseResult](), False
        for result in results:
            if result.verdict.outcome != "failed" or not result.case.points:
                continue
            if result.cpu_seconds > CASE_SECONDS:
                continue
            if any(isinstance(record.outcome, Raised) for record in result.records):
                continue
            answers = about(result.records, question.objects)
            try:
                if not answers or not self._replays.agree(mistakes, result):
                    continue
            except CourseError:  # they change the same text
                return
            right = about(self._replays.of((), result).records, question.objects)
            empty = degenerate_parts(right, answers)
            follows.append(result)
            is_evident |= 0 < len(empty) >= 2 * sum(empty)
        names = " and ".join(sorted({mistake.question for mistake in known}))
        accepted = Verdict("passed", f"Accepted, since it follows from the error in {names}.")
        for result in follows if is_evident else ():
            result.verdict, result.follows = accepted, True

    def _set_headline(self, result: CaseResult, right: Replay) -> None:
        """Say that an answer is of the wrong kind where the case itself judged its content."""
        said = result.verdict.message
        if said not in (result.case.failure_message, WRONG_KIND):
            return  # an exception, or a precondition that the case has found itself
        fault = broken_precondition(right.records, result.records)
        if fault is not None:
            result.verdict = replace(result.verdict, message=fault)

    def _named(
        self,
        question: Question,
        failed: Sequence[CaseResult],
        passed: Sequence[CaseResult],
        deadline: float,
        known: Sequence[Mistake],
    ) -> dict[str, Found]:
        """Return the mistakes that the evidence supports, those that are ``known`` first.

        A mistake must answer as the student's code does in every failed case that it fails itself,
        and pass what the student's code passes. Two mistakes together are named if the reference
        with both answers alike in all failed cases. Less is no evidence: a wrong name is worse
        than none.
        """
        failed = sorted(failed, key=self._requests)
        passed = sorted(passed, key=lambda result: result.cpu_seconds)
        mistakes = {m.name: m for m in [*known, *self._candidates(question)]}
        every = {result.case.name for result in failed}
        one = self._explains_all(question, list(mistakes.values()), failed, passed, deadline)
        if one is not None:
            return {case: Found(one, len(every), len(every)) for case in every}
        agrees: dict[str, set[str]] = {}
        contradicted: set[str] = set()
        for mistake in mistakes.values():
            if time.thread_time() > deadline:
                break
            for result in failed:
                replay = self._replays.of((mistake,), result)
                if replay.passed:
                    continue
                if self._replays.agree((mistake,), result, question.objects):
                    agrees.setdefault(mistake.name, set()).add(result.case.name)
                else:
                    contradicted.add(mistake.name)
                    break
        sound = {
            name: cases
            for name, cases in agrees.items()
            if name not in contradicted and self._fits((mistakes[name],), passed, question)
        }
        agreeing = [mistakes[name] for name in sorted(agrees, key=lambda name: -len(agrees[name]))]
        ordered = {m.name: m for m in [*known, *agreeing, *mistakes.values()]}
        fits = partial(self._fits, passed=passed, question=question)
        pair = explaining_pair(self._replays, question, list(ordered.values()), failed, fits)
        if pair:
            return self._shared_out(pair, failed)
        explained = set().union(*sound.values()) if sound else set()
        if 2 * len(explained) < len(every):
            return {}
        best = {
            case: max((n for n in sound if case in sound[n]), key=lambda name: len(sound[name]))
            for case in explained
        }
        return {c: Found(mistakes[n], len(sound[n]), len(every)) for c, n in best.items()}

    def _explains_all(
        self,
        question: Question,
        mistakes: Sequence[Mistake],
        failed: Sequence[CaseResult],
        passed: Sequence[CaseResult],
        deadline: float,
    ) -> Mistake | None:
        """Return the first mistake that explains all failed cases and passes all others.

        Most mistakes are ruled out by the first case, so the cases should come cheapest first.
        """
        for mistake in mistakes if failed else ():
            if time.thread_time() > deadline:
                return None
            if all(
                not self._replays.of((mistake,), result).passed
                and self._replays.agree((mistake,), result, question.objects)
                for result in failed
            ) and self._fits((mistake,), passed, question):
                return mistake
        return None

    def _also_explained(
        self, question: Question, degenerate: Sequence[CaseResult], named: Mapping[str, Found]
    ) -> dict[str, Found]:
        """Return what mistakes that are named already explain in cases that prove nothing."""
        every = {found.mistake.name: found for found in named.values()}
        explained: dict[str, Found] = {}
        for result in degenerate:
            for found in every.values():
                replay = self._replays.of((found.mistake,), result)
                if not replay.passed and self._replays.agree(
                    (found.mistake,), result, question.objects
                ):
                    explained[result.case.name] = found
        return explained

    def _recognised(self, question: Question, failed: Sequence[CaseResult]) -> dict[str, Found]:
        """Return the mistakes that cases have recognised by properties of the answers."""
        own = {m.name: m for m in self._mistakes if m.question == question.name}
        recognised = {
            result.case.name: own[result.recognised]
            for result in failed
            if result.verdict.outcome == "failed" and result.recognised in own
        }
        names = [mistake.name for mistake in recognised.values()]
        return {
            case: Found(mistake, names.count(mistake.name), len(failed))
            for case, mistake in recognised.items()
        }

    def _fits(
        self, mistakes: tuple[Mistake, ...], passed: Sequence[CaseResult], question: Question
    ) -> bool:
        """Tell whether code with these mistakes passes what the student's code passes.

        Where an answer was accepted, since it follows from known mistakes, it must answer alike.
        """
        return all(
            self._replays.agree(mistakes, result, question.objects)
            if result.follows
            else self._replays.of(mistakes, result).passed
            for result in passed
        )

    def _requests(self, result: CaseResult) -> int:
        """Return how many requests a case makes, which orders cases alike on every machine."""
        return len(self._replays.of((), result).records)

    def _shared_out(
        self, pair: tuple[Mistake, Mistake], failed: Sequence[CaseResult]
    ) -> dict[str, Found]:
        """Name for each case the mistake that fails it alone; both are named at least once."""
        found: dict[str, Found] = {}
        for result in failed:
            alone = [m for m in pair if not self._replays.of((m,), result).passed]
            unnamed = [m for m in alone if all(m != other.mistake for other in found.values())]
            mistake = (unnamed or alone or list(pair))[0]
            found[result.case.name] = Found(mistake, len(failed), len(failed))
        return found

    def _candidates(self, question: Question) -> list[Mistake]:
        own = [m for m in self._mistakes if m.question == question.name]
        return own + [m for m in self._mistakes if m.question in question.needs]
