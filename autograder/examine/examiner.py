"""Run the cases of one question against a confined worker, and judge what comes back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Limits, Problem, Question
from autograder.examine import outcomes, testfiles
from autograder.examine.case_run import CaseResult, run_case, seed_of_case, shared_seed
from autograder.examine.outcomes import Sources, Verdict
from autograder.examine.testfiles import Case
from autograder.remote import proxies
from autograder.remote.endpoint import Launcher
from autograder.remote.exceptions import Lost, StudentError
from autograder.remote.worker_session import OUTPUT_LIMIT, WorkerSession
from checks import evidence


@dataclass
class QuestionResult:
    """All cases of one question with what they left."""

    question: Question
    cases: list[CaseResult]
    message: str | None = None
    evidence: evidence.Evidence = field(default_factory=evidence.Evidence)
    output: str = ""
    printed: int = 0
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Prepared:
    """The files of one submission for one problem, as the worker will see them."""

    problem: Problem
    folder: Path
    sources: Mapping[str, str]


class Examiner:
    """Examines questions; imports that failed once for a problem are not tried again.

    The questions of one submission share a worker while nothing goes wrong in it; each of them
    imports the student's modules again. A worker that was lost is replaced, and so is one in which
    they cannot be imported again.
    """

    def __init__(self, launcher: Launcher, seed: int) -> None:
        self._launcher, self._seed = launcher, seed
        self._import_faults: dict[tuple[Path, tuple[str, ...]], Verdict] = {}
        self._idle: dict[tuple[Path, int], WorkerSession] = {}

    def __enter__(self) -> Examiner:
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers that wait for another question."""
        for session in self._idle.values():
            session.end()

    def examine(
        self,
        prepared: Prepared,
        question: Question,
        wanted: Callable[[Case], bool] = lambda case: True,
        until: Callable[[CaseResult], bool] = lambda run: False,
    ) -> QuestionResult:
        """Run the cases of ``question`` that are ``wanted``; always returns a result.

        The first result that ``until`` accepts is the last one.
        """
        evidence.collect()  # what a replay for a diagnosis may have left
        cases = [case for case in testfiles.load(question.test_file).cases if wanted(case)]
        result = QuestionResult(question, [])
        sources = Sources(prepared.sources)
        session: WorkerSession | None = None
        for case in cases:
            if session is None:
                session, fault = self._load(prepared, question)
                if fault is not None:
                    self._finish(session, prepared, result)
                    result.message = fault.message
                    result.cases += [CaseResult(c, fault) for c in cases[len(result.cases) :]]
                    return result
            assert session is not None  # there is a session or a fault
            seed = seed_of_case(self._seed, prepared.problem.name, question.name, case.name)
            run = run_case(case, session, seed, question, sources)
            result.cases.append(run)
            result.cpu_seconds += run.cpu_seconds
            if run.verdict.outcome in ("timeout", "out_of_memory"):
                session.end()
            if _is_over(session):
                self._finish(session, prepared, result)
                session = None
            if until(run):
                break
        self._finish(session, prepared, result)
        result.evidence = evidence.collect()
        return result

    def _load(
        self, prepared: Prepared, question: Question
    ) -> tuple[WorkerSession | None, Verdict | None]:
        """Return a worker that has imported the student's modules, or what went wrong there."""
        imported = prepared.folder, question.modules
        if imported in self._import_faults:
            return None, self._import_faults[imported]
        memory_mb = question.limits.memory_mb
        used = self._idle.pop((prepared.folder, memory_mb), None)
        if used is not None:
            if self._import(used, prepared, question) is None:
                return used, None
            used.end()  # a second import may fail where a first does not: a folder is made twice
        session = self._start(prepared, question)
        fault = self._import(session, prepared, question)
        if fault is not None:
            self._import_faults[imported] = fault
        return session, fault

    def _import(
        self, session: WorkerSession, prepared: Prepared, question: Question
    ) -> Verdict | None:
        """Import the student's modules and find what the cases ask for; return what went wrong."""
        limits = question.limits
        session.allow(limits.import_seconds, 4 * limits.import_seconds)
        try:
            session.seed(shared_seed(seed_of_case(self._seed, prepared.problem.name, "", "")))
            session.request("load", session.worker.submission, list(question.modules))
            for name in _names_in(question):
                with contextlib.suppress(LookupError):  # the case that wants it will say so
                    session.get(name)
            return None
        except StudentError as error:
            verdict = outcomes.of_student_error(error, Sources(prepared.sources), limits.memory_mb)
        except Lost as error:
            at_import = Limits(limits.import_seconds, limits.memory_mb)
            verdict = outcomes.of_lost_worker(error, at_import, "Importing your file")
        if verdict.outcome == "error" and verdict.message:
            return Verdict("error", "Your file cannot be imported: " + verdict.message)
        return verdict

    def _start(self, prepared: Prepared, question: Question) -> WorkerSession:
        """Start a worker for all questions that allow as much memory as ``question``."""
        memory_mb = question.limits.memory_mb
        others = [q for q in prepared.problem.questions if q.limits.memory_mb == memory_mb]
        served = {q.name: q for q in (*others, question)}
        worker = self._launcher.spawn(
            str(prepared.folder),
            memory_mb=memory_mb,
            cpu_seconds=sum(_cpu_seconds(q) for q in served.values()),
        )
        return WorkerSession(proxies.wrap, proxies.unwrap, worker=worker)

    def _finish(
        self, session: WorkerSession | None, prepared: Prepared, result: QuestionResult
    ) -> None:
        """Take what was printed for a question; keep the worker for the next one if it lives."""
        if session is None:
            return
        session.keep_output()
        printed = session.output.decode("utf-8", "replace")
        result.output = (result.output + printed)[:OUTPUT_LIMIT]
        result.printed += session.printed
        session.forget()
        if not _is_over(session):
            self._idle[prepared.folder, result.question.limits.memory_mb] = session


def _names_in(question: Question) -> list[str]:
    """Return the names of the student's objects that the cases of a question ask for."""
    cases = testfiles.load(question.test_file).cases
    return list(dict.fromkeys(name for case in cases for name in case.arguments))


def _is_over(session: WorkerSession) -> bool:
    return session.worker.is_closed


def _cpu_seconds(question: Question) -> int:
    """Return what a question may use in all: the kernel's backstop behind the case's limits."""
    cases = len(testfiles.load(question.test_file).cases)
    return int(question.limits.import_seconds + cases * question.limits.cpu_seconds) + 10
