"""Say what went wrong: replay a failed case on known mistakes and see which one answers alike."""

from __future__ import annotations

import contextlib
import io
import itertools
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import Mistake, Problem, Question, load_mistakes
from autograder.diagnose import bank
from autograder.diagnose.compare_records import same_records
from autograder.diagnose.preconditions import (
    broken_precondition,
    degenerate_parts,
    is_degenerate,
)
from autograder.errors import CourseError
from autograder.examine.case_run import WRONG_KIND, CaseResult, call_case
from autograder.examine.fixed_files import write_tree
from autograder.examine.outcomes import OUR_FAULT, Verdict
from autograder.remote import proxies
from autograder.remote.exceptions import Raised
from autograder.remote.local_session import LocalSession, modules_restored
from autograder.remote.sessions import Record
from checks import evidence

CASE_SECONDS = 2.0  # a case that takes longer is not replayed on every variant; all of CPU time
QUESTION_SECONDS = 10.0


PAIR_SECONDS = 2.0  # for trying mistakes two by two

Variant = tuple[str, ...]  # names of the mistakes in it; none: the reference


@dataclass(frozen=True)
class Found:
    """A known mistake and the evidence: how many of the failed cases it explains."""

    mistake: Mistake
    explains: int
    failed: int


@dataclass(frozen=True)
class Replay:
    """The result of a case on trusted code."""

    records: tuple[Record, ...]
    passed: bool
    seconds: float


class Diagnostician:
    """Replays cases of one problem on its reference and its known mistakes, in this process."""

    def __init__(self, problem: Problem, provided: Mapping[str, bytes]) -> None:
        self._problem, self._provided = problem, provided
        self._mistakes = load_mistakes(problem)
        self._sessions: dict[Variant, LocalSession] = {}
        self._replays: dict[tuple[Variant, str, int, frozenset[str]], Replay] = {}

    def explain(self, question: Question, results: Sequence[CaseResult]) -> dict[str, Found]:
        """Return the known mistake behind failed cases, by case name.

        Where the reference fails a case too, the grader is at fault: the verdict becomes
        ``grader_error``. Where an answer is not even of the right kind, the message says that.
        """
        deadline = time.thread_time() + QUESTION_SECONDS
        failed = [r for r in results if r.verdict.outcome in ("failed", "error") and r.records]
        comparable: list[CaseResult] = []
        degenerate: list[CaseResult] = []
        for result in failed:
            if result.cpu_seconds > CASE_SECONDS and not result.raised_here:
                continue
            right = self._replay((), result)
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
        named = self._named(question, comparable, passed, deadline)
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
        follows: list[CaseResult] = []
        is_evident = False
        for result in results if known else ():
            if result.verdict.outcome != "failed" or not result.case.points:
                continue
            if result.cpu_seconds > CASE_SECONDS:
                continue
            try:
                self._replay(tuple(known), result)
            except CourseError:  # they change the same text
                return
            right = self._replay((), result)
            if any(isinstance(record.outcome, Raised) for record in result.records):
                continue
            answered = [r for r in result.records if not r.names.isdisjoint(question.objects)]
            wanted = [r for r in right.records if not r.names.isdisjoint(question.objects)]
            empty = degenerate_parts(wanted, answered)
            if answered and self._agrees(tuple(known), result):
                follows.append(result)
                is_evident |= 0 < len(empty) >= 2 * sum(empty)
        names = " and ".join(sorted({mistake.question for mistake in known}))
        accepted = Verdict("passed", f"Accepted, since it follows from the error in {names}.")
        for result in follows if is_evident else ():
            result.verdict = accepted

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
    ) -> dict[str, Found]:
        """Return the mistakes that the evidence supports.

        A mistake must answer as the student's code does in every failed case that it fails itself,
        and pass what the student's code passes. Two mistakes together are named if the reference
        with both answers alike in all failed cases. Less is no evidence: a wrong name is worse
        than none.
        """
        agrees: dict[str, set[str]] = {}
        contradicted: set[str] = set()
        mistakes = {m.name: m for m in self._candidates(question)}
        for mistake in mistakes.values():
            if time.thread_time() > deadline:
                break
            for result in failed:
                replay = self._replay((mistake,), result)
                if replay.passed:
                    continue
                if self._agrees((mistake,), result, question.objects):
                    agrees.setdefault(mistake.name, set()).add(result.case.name)
                else:
                    contradicted.add(mistake.name)
        every = {result.case.name for result in failed}
        sound = {
            name: cases
            for name, cases in agrees.items()
            if name not in contradicted and self._passes((mistakes[name],), passed)
        }
        whole = [name for name, cases in sound.items() if cases == every]
        if whole:
            return {case: Found(mistakes[whole[0]], len(every), len(every)) for case in every}
        first = [mistakes[name] for name in sorted(agrees, key=lambda name: -len(agrees[name]))]
        rest = [m for m in mistakes.values() if m not in first and m.question == question.name]
        pair = self._pair(question, [*first, *rest], failed, passed)
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

    def _also_explained(
        self, question: Question, degenerate: Sequence[CaseResult], named: Mapping[str, Found]
    ) -> dict[str, Found]:
        """Return what mistakes that are named already explain in cases that prove nothing."""
        every = {found.mistake.name: found for found in named.values()}
        explained: dict[str, Found] = {}
        for result in degenerate:
            for found in every.values():
                replay = self._replay((found.mistake,), result)
                if not replay.passed and self._agrees((found.mistake,), result, question.objects):
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

    def _pair(
        self,
        question: Question,
        candidates: Sequence[Mistake],
        failed: Sequence[CaseResult],
        passed: Sequence[CaseResult],
    ) -> tuple[Mistake, Mistake] | None:
        """Return two mistakes which together answer as the student's code does everywhere."""
        deadline = time.thread_time() + PAIR_SECONDS
        for pair in itertools.combinations(candidates, 2) if failed else ():
            if time.thread_time() > deadline:
                return None
            try:
                alike = all(self._agrees(pair, result, question.objects) for result in failed)
            except CourseError:  # both change the same text
                continue
            if alike and self._passes(pair, passed):
                return pair
        return None

    def _agrees(
        self, mistakes: tuple[Mistake, ...], result: CaseResult, names: Sequence[str] = ()
    ) -> bool:
        """Tell whether code with these mistakes answers as the student's code does.

        The form of the numbers does not matter, unless only the form is wrong.
        """
        replay, right = self._replay(mistakes, result), self._replay((), result)
        if same_records(replay.records, result.records, names):
            return True
        return same_records(
            replay.records, result.records, names, by_value=True
        ) and not same_records(right.records, result.records, names, by_value=True)

    def _passes(self, mistakes: tuple[Mistake, ...], passed: Sequence[CaseResult]) -> bool:
        return all(self._replay(mistakes, result).passed for result in passed)

    def _shared_out(
        self, pair: tuple[Mistake, Mistake], failed: Sequence[CaseResult]
    ) -> dict[str, Found]:
        """Name for each case the mistake that fails it alone; both are named at least once."""
        found: dict[str, Found] = {}
        for result in failed:
            alone = [m for m in pair if not self._replay((m,), result).passed]
            unnamed = [m for m in alone if all(m != other.mistake for other in found.values())]
            mistake = (unnamed or alone or list(pair))[0]
            found[result.case.name] = Found(mistake, len(failed), len(failed))
        return found

    def _candidates(self, question: Question) -> list[Mistake]:
        own = [m for m in self._mistakes if m.question == question.name]
        return own + [m for m in self._mistakes if m.question in question.needs]

    def _replay(self, mistakes: tuple[Mistake, ...], result: CaseResult) -> Replay:
        names = tuple(mistake.name for mistake in mistakes)
        key = names, result.case.name, result.seed, result.carries
        if key not in self._replays:
            session = self._session(mistakes)
            session.records.clear()
            session.carries = result.carries
            start, passed = time.monotonic(), True
            quiet = io.StringIO()
            with (
                contextlib.redirect_stdout(quiet),
                contextlib.redirect_stderr(quiet),
                evidence.without_figures(),
                warnings.catch_warnings(action="ignore"),  # as in a worker
            ):
                try:
                    passed = call_case(result.case, session, result.seed, ()) is None
                except Exception:  # an assertion, or whatever the variant's answer leads to
                    passed = False
            evidence.collect()  # no report shows the numbers of a replay
            self._replays[key] = Replay(tuple(session.records), passed, time.monotonic() - start)
        return self._replays[key]

    def _session(self, mistakes: tuple[Mistake, ...]) -> LocalSession:
        """Return a session with the variant's modules loaded into this process."""
        names = tuple(mistake.name for mistake in mistakes)
        if names not in self._sessions:
            sources = bank.apply_all(mistakes, self._problem)
            session = LocalSession(proxies.wrap, proxies.unwrap)
            with tempfile.TemporaryDirectory() as folder, modules_restored():
                texts = {file: text.encode() for file, text in sources.items()}
                write_tree(Path(folder), self._provided, texts)
                session.request("load", folder, list(self._problem.modules))
            self._sessions[names] = session
        return self._sessions[names]
