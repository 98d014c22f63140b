"""Run the cases of one question against a confined worker, and judge what comes back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.course import Forbidden, Limits, Problem, Question
from autograder.examine import outcomes, testfiles
from autograder.examine.case_run import CaseResult, seed_of_case, shared_seed
from autograder.examine.examination import Examination
from autograder.examine.outcomes import Sources, Verdict
from autograder.examine.testfiles import Case
from autograder.remote import proxies
from autograder.remote.bans import ban
from autograder.remote.endpoint import Launcher
from autograder.remote.exceptions import Lost, StudentError
from autograder.remote.patience import Patience
from autograder.remote.worker_session import WorkerSession
from checks import evidence

TIMEOUTS = 2  # time-outs of a question after which its other cases are not tried; later on, 1
Role = Literal["public", "hidden", "elsewhere", "trial"]  # what a worker is for


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
    prepared: Prepared | None = None  # the files that it was examined with


@dataclass(frozen=True)
class Prepared:
    """The files of one submission for one problem, as the worker will see them."""

    problem: Problem
    folder: Path
    sources: Mapping[str, str]


class Examiner:
    """Examines questions; imports that failed once for a problem are not tried again.

    Public cases run first, hidden ones in a second worker, so that nothing that the student's code
    learns from a hidden case reaches what students see. A third worker, started only when needed,
    answers for earlier functions of the student's own (see ``checks.carried``).

    The questions of one submission share these workers while nothing goes wrong in them; each
    question imports the student's modules again. A worker that was lost is replaced, and so is one
    in which they cannot be imported again. What may have come from outside (a killed or stopped
    worker, an answer that is no frame) is tried once more, in another worker, once a submission.
    """

    def __init__(self, launcher: Launcher, seed: int, patience: Patience | None = None) -> None:
        self._launcher, self._seed = launcher, seed
        self._patience = patience or Patience()
        self._import_faults: dict[tuple[Path, tuple[str, ...], Forbidden], Verdict] = {}
        self._idle: dict[tuple[Path, int, str, Forbidden, Role], WorkerSession] = {}
        self._shares: dict[tuple[Path, str], float] = {}
        self._repeated: set[Path] = set()
        self._slow: set[Path] = set()  # where a question was ended by its time-outs

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
        result = QuestionResult(question, [], prepared=prepared)
        examination = Examination(self, prepared, question, result)
        runs: dict[str, CaseResult] = {}
        allowed = 1 if prepared.folder in self._slow else TIMEOUTS
        for case in sorted(cases, key=lambda case: case.hidden):
            if examination.timeouts == allowed:
                runs[case.name] = CaseResult(case, outcomes.after_timeouts(allowed))
                self._slow.add(prepared.folder)
                continue
            runs[case.name] = run = examination.run(case)
            if until(run):
                break
        examination.finish()
        result.cases = [runs[case.name] for case in cases if case.name in runs]
        if len(runs) == len(cases):
            self._shares[prepared.folder, question.name] = _share_earned(result.cases)
        result.evidence = evidence.collect()
        return result

    def once_more(self, prepared: Prepared) -> bool:
        """Say whether to try again what may have failed from outside, and count it."""
        before = prepared.folder in self._repeated
        self._repeated.add(prepared.folder)
        return not before

    def trust(self, question: Question) -> None:
        """Believe the functions of a question whose error is a known mistake."""
        for key in self._shares:
            if key[1] == question.name:
                self._shares[key] = 1.0

    def earned(self, prepared: Prepared, question: Question, name: str) -> float:
        """Return the smallest share of its points that another question about ``name`` earned.

        Without another question, nothing is known of the function.
        """
        shares = [
            self._shares.get((prepared.folder, other.name), 1.0)
            for other in prepared.problem.questions
            if name in other.objects and other.name != question.name
        ]
        return min(shares, default=0.0)

    def open(
        self, prepared: Prepared, question: Question, role: Role
    ) -> tuple[WorkerSession | None, Verdict | None]:
        """Return a worker that has imported the student's modules, or what went wrong there."""
        imported = prepared.folder, question.modules, question.forbidden
        if imported in self._import_faults:
            return None, self._import_faults[imported]
        used = self._idle.pop((prepared.folder, *_needs(question), role), None)
        if used is not None:
            if self._import(used, prepared, question) is None:
                return used, None
            used.end()  # a second import may fail where a first does not: a folder is made twice
        session = self._start(prepared, question)
        fault = self._import(session, prepared, question)
        if session.lost is not None and session.lost.may_be_ours and self.once_more(prepared):
            session = self._start(prepared, question)
            fault = self._import(session, prepared, question)
        if fault is not None:
            if fault.outcome != "grader_error":
                self._import_faults[imported] = fault
            session.end()
        return session, fault

    def keep(
        self, session: WorkerSession, prepared: Prepared, question: Question, role: Role
    ) -> None:
        """Keep a worker for the next question if it lives."""
        session.forget()
        if not session.worker.is_closed:
            self._idle[prepared.folder, *_needs(question), role] = session

    def seed_of(self, prepared: Prepared, question: Question, case: str) -> int:
        """Return the seed of a case of this grading."""
        return seed_of_case(self._seed, prepared.problem.name, question.name, case)

    def _import(
        self, session: WorkerSession, prepared: Prepared, question: Question
    ) -> Verdict | None:
        """Import the student's modules and find what the cases ask for; return what went wrong."""
        limits = question.limits
        session.allow(limits.import_seconds, limits.import_wall_seconds)
        try:
            session.seed(shared_seed(seed_of_case(self._seed, prepared.problem.name, "", "")))
            session.request("load", session.worker.submission, list(question.modules))
            for name in _names_in(question):
                with contextlib.suppress(LookupError):  # the case that wants it will say so
                    session.get(name)
            return None
        except StudentError as error:
            sources = Sources(prepared.sources, forbidden=question.forbidden)
            verdict = outcomes.of_student_error(error, sources, limits.memory_mb)
        except Lost as error:
            at_import = Limits(limits.import_seconds, limits.memory_mb)
            verdict = outcomes.of_lost_worker(error, at_import, "Importing your file")
        if verdict.outcome == "error" and verdict.message:
            return Verdict("error", "Your file cannot be imported: " + verdict.message)
        return verdict

    def _start(self, prepared: Prepared, question: Question) -> WorkerSession:
        """Start a worker for all questions that need one like ``question``."""
        others = [q for q in prepared.problem.questions if _needs(q) == _needs(question)]
        served = {q.name: q for q in (*others, question)}
        worker = self._launcher.spawn(
            str(prepared.folder),
            memory_mb=question.limits.memory_mb,
            cpu_seconds=sum(_cpu_seconds(q) for q in served.values()),
            gpu=question.limits.device == "cuda",
            ban=ban(question.forbidden),
        )
        patience = self._patience
        return WorkerSession(proxies.wrap, proxies.unwrap, worker=worker, patience=patience)


def _share_earned(results: Sequence[CaseResult]) -> float:
    """Return which share of its points a question earned; what we failed to judge counts not."""
    judged = [run for run in results if run.verdict.outcome != "grader_error"]
    total = sum(run.case.points for run in judged)
    earned = sum(run.case.points for run in judged if run.verdict.outcome == "passed")
    return earned / total if total else 1.0


def _names_in(question: Question) -> list[str]:
    """Return the names of the student's objects that the cases of a question ask for."""
    cases = testfiles.load(question.test_file).cases
    return list(dict.fromkeys(name for case in cases for name in case.arguments))


def _needs(question: Question) -> tuple[int, str, Forbidden]:
    """Return what must be equal for two questions to share a worker."""
    return question.limits.memory_mb, question.limits.device, question.forbidden


def _cpu_seconds(question: Question) -> int:
    """Return what a question may use in all: the kernel's backstop behind the case's limits."""
    cases = len(testfiles.load(question.test_file).cases)
    return int(question.limits.import_seconds + cases * question.limits.cpu_seconds) + 10
