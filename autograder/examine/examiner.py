"""Run the cases of one question against a confined worker, and judge what comes back."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from autograder.course import Limits, Problem, Question
from autograder.examine import outcomes, testfiles
from autograder.examine.outcomes import Sources, Verdict
from autograder.examine.testfiles import Case
from autograder.remote import proxies
from autograder.remote.sessions import (
    OUTPUT_LIMIT,
    Lost,
    Record,
    Session,
    StudentError,
    WorkerSession,
)  # fmt: skip
from autograder.remote.workers import Zygote
from autograder.text import plain_text
from checks import draw, evidence


@dataclass
class CaseResult:
    """One case, its verdict, and what a diagnosis needs to replay it."""

    case: Case
    verdict: Verdict
    seed: int = 0
    records: list[Record] = field(default_factory=list)
    cpu_seconds: float = 0.0
    raised_here: bool = False


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


def case_seed(seed: int, problem: str, question: str, case: str) -> int:
    """Return the seed of one case; a case draws the same whatever runs before it."""
    return _hashed(f"{seed}/{problem}/{question}/{case}", 8)


def shared_seed(seed: int) -> int:
    """Return what both sides seed the global generators with.

    A worker that could infer a case's own seed from it would know what ``rng`` draws for the
    grader's eyes only, such as the labels of inputs it is to classify.
    """
    return _hashed(f"shared/{seed}", 4)


def _hashed(text: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "little")


class Examiner:
    """Examines questions; imports that failed once for a problem are not tried again.

    The questions of one submission share a worker while nothing goes wrong in it; each of them
    imports the student's modules anew. A worker that was lost is replaced, and so is one in which
    they cannot be imported again.
    """

    def __init__(self, zygote: Zygote, seed: int) -> None:
        self._zygote, self._seed = zygote, seed
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
            seed = case_seed(self._seed, prepared.problem.name, question.name, case.name)
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
            session.seed(shared_seed(case_seed(self._seed, prepared.problem.name, "", "")))
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
            return Verdict("error", "While your file was imported: " + verdict.message)
        return verdict

    def _start(self, prepared: Prepared, question: Question) -> WorkerSession:
        """Start a worker for all questions that allow as much memory as ``question``."""
        memory_mb = question.limits.memory_mb
        others = [q for q in prepared.problem.questions if q.limits.memory_mb == memory_mb]
        served = {q.name: q for q in (*others, question)}
        worker = self._zygote.spawn(
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


def run_case(
    case: Case,
    session: WorkerSession,
    seed: int,
    question: Question,
    sources: Sources,
) -> CaseResult:
    """Run one case and return its verdict; raises nothing."""
    limits = question.limits
    session.records.clear()
    session.allow(limits.cpu_seconds, limits.wall_seconds)
    start = time.thread_time()
    result = CaseResult(case, Verdict("passed"), seed)
    try:
        missing = call_case(case, session, seed)
        if missing is not None:
            names = session.request("names")
            names = names[:500] if type(names) is list else []
            strings = [n for n in names if type(n) is str and n.isidentifier()]
            result.verdict = outcomes.of_missing_name(missing, question.modules, strings)
            if question.optional and missing in question.objects:
                result.verdict = Verdict(
                    "not_attempted", f"There is no {missing}; this question is optional."
                )
    except StudentError as error:
        result.verdict = outcomes.of_student_error(error, sources, limits.memory_mb)
        if result.verdict.outcome == "error":
            result.verdict = Verdict(
                "error", _sentence(case.failure_message, result.verdict.message)
            )
    except AssertionError as error:
        result.verdict = Verdict("failed", case.failure_message, _shown(error) or None)
    except Lost as error:
        result.verdict = outcomes.of_lost_worker(error, limits)
    except Exception as error:
        # A value of the wrong kind, or a fault of ours: replaying the reference will tell.
        text = f"{type(error).__name__}: {_shown(error)}"
        result.verdict = Verdict("failed", case.failure_message, text)
        result.raised_here = True
    if result.verdict.outcome in ("failed", "error"):
        result.records = list(session.records)
    session.records.clear()
    result.cpu_seconds = (time.thread_time() - start) + session.cpu_used()
    return result


def call_case(case: Case, session: Session, seed: int) -> str | None:
    """Call the test function on proxies with everything seeded; return a name that is missing."""
    shared = shared_seed(seed)
    session.seed(shared)
    torch.default_generator.manual_seed(shared)  # torch.manual_seed looks for accelerators
    np.random.seed(shared)
    arguments = {}
    for name in case.arguments:
        try:
            arguments[name] = session.get(name)
        except LookupError:
            return name
        if type(arguments[name]) is proxies.RemoteValue:
            kind = arguments[name]._proxy_of().type_name
            raise AssertionError(
                f"{name} should be a function or a class, but it is of type {kind}"
            )
    with draw.seeded(seed):
        case.function(**arguments)
    return None


def _shown(error: Exception) -> str:
    """Return the text of an exception, which may quote what the student's code returned."""
    return plain_text(str(error), 1000)


def _sentence(failure_message: str | None, raised: str | None) -> str | None:
    return raised if not failure_message else f"{raised} (Case: {failure_message})"


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
