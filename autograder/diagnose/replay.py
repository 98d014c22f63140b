"""Say what went wrong: replay a failed case on known mistakes and see which one answers alike."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Mistake, Problem, Question, load_mistakes
from autograder.diagnose import bank
from autograder.diagnose.compare_records import same_records
from autograder.examine.case_run import CaseResult, call_case
from autograder.examine.fixed_files import write_tree
from autograder.examine.outcomes import OUR_FAULT, Verdict
from autograder.remote import proxies
from autograder.remote.local_session import LocalSession, modules_restored
from autograder.remote.sessions import Record
from checks import evidence

CASE_SECONDS = 2.0  # a case that takes longer is not replayed on every variant
QUESTION_SECONDS = 10.0


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
        self._reference = bank.reference(problem)
        self._mistakes = load_mistakes(problem)
        self._sessions: dict[str | None, LocalSession] = {}
        self._replays: dict[tuple[str | None, str, int, frozenset[str]], Replay] = {}

    def explain(self, question: Question, results: Sequence[CaseResult]) -> dict[str, Mistake]:
        """Return the known mistake behind failed cases, by case name.

        Where the reference fails a case too, the grader is at fault: the verdict becomes
        ``grader_error``. A mistake that explains all failed cases goes before one that explains
        some.
        """
        deadline = time.monotonic() + QUESTION_SECONDS
        failed = [r for r in results if r.verdict.outcome in ("failed", "error") and r.records]
        agreeing: dict[str, list[Mistake]] = {}
        for result in failed:
            if result.cpu_seconds > CASE_SECONDS and not result.raised_here:
                continue
            right = self._replay(None, result)
            if not right.passed:
                result.verdict = Verdict("grader_error", OUR_FAULT, result.verdict.detail)
                continue
            if same_records(right.records, result.records, question.objects):
                continue
            agreeing[result.case.name] = [
                mistake
                for mistake in self._candidates(question)
                if time.monotonic() < deadline and self._agrees(mistake, result, question)
            ]
        counts: dict[str, int] = {}
        for found in agreeing.values():
            for mistake in found:
                counts[mistake.name] = counts.get(mistake.name, 0) + 1
        return {
            case: max(found, key=lambda mistake: counts[mistake.name])
            for case, found in agreeing.items()
            if found
        }

    def _candidates(self, question: Question) -> list[Mistake]:
        own = [m for m in self._mistakes if m.question == question.name]
        return own + [m for m in self._mistakes if m.question in question.needs]

    def _agrees(self, mistake: Mistake, result: CaseResult, question: Question) -> bool:
        replay = self._replay(mistake, result)
        return not replay.passed and same_records(replay.records, result.records, question.objects)

    def _replay(self, mistake: Mistake | None, result: CaseResult) -> Replay:
        name = mistake.name if mistake else None
        key = name, result.case.name, result.seed, result.carries
        if key not in self._replays:
            session = self._session(mistake)
            session.records.clear()
            session.carries = result.carries
            start, passed = time.monotonic(), True
            quiet = io.StringIO()
            with (
                contextlib.redirect_stdout(quiet),
                contextlib.redirect_stderr(quiet),
                evidence.without_figures(),
            ):
                try:
                    passed = call_case(result.case, session, result.seed) is None
                except Exception:  # an assertion, or whatever the variant's answer leads to
                    passed = False
            evidence.collect()  # no report shows the numbers of a replay
            self._replays[key] = Replay(tuple(session.records), passed, time.monotonic() - start)
        return self._replays[key]

    def _session(self, mistake: Mistake | None) -> LocalSession:
        """Return a session with the variant's modules loaded into this process."""
        name = mistake.name if mistake else None
        if name not in self._sessions:
            sources = bank.apply(mistake, self._problem) if mistake else self._reference
            session = LocalSession(proxies.wrap, proxies.unwrap)
            with tempfile.TemporaryDirectory() as folder, modules_restored():
                texts = {file: text.encode() for file, text in sources.items()}
                write_tree(Path(folder), self._provided, texts)
                session.request("load", folder, list(self._problem.modules))
            self._sessions[name] = session
        return self._sessions[name]
