"""Run cases on changed code of a student, in a confined worker that is used again."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.course import Question
from autograder.examine.case_run import call_case
from autograder.examine.examination import ROUNDING
from autograder.examine.examiner import Examiner, Prepared
from autograder.remote.exceptions import Lost, StudentError, TimedOut
from autograder.remote.sessions import Record
from autograder.remote.worker_session import WorkerSession
from checks import evidence

from .attempts import Attempt, Budget, Ran, Revision, Shape, Trial

CASE_SECONDS = 0.3  # CPU time of a changed case besides what the unchanged one takes four times
WALL_SECONDS = 5.0
NEW_WORKER_SECONDS = 0.05  # what a lost worker costs besides its own time
USES = 400  # loads of a worker, after which another one takes its place
COMPARED = 4  # cases in which the answers of a change that passes are looked at
MOST_SLEEPS = 3  # cases that wait instead of computing, after which no case is tried any more


class Trials:
    """Cases of one submission on changed code; a worker that is lost is replaced."""

    def __init__(self, examiner: Examiner, prepared: Prepared) -> None:
        self._examiner, self._prepared = examiner, prepared
        self._session: WorkerSession | None = None
        self._aside: WorkerSession | None = None  # answers for functions asked elsewhere
        self._question: Question | None = None
        self._revision: Revision = ()
        self._aside_has: Revision | None = None
        self._loads = self._sleeps = 0
        self._usual = 0.0

    @property
    def is_refused(self) -> bool:
        """Whether the code waits so often that no case is tried any more."""
        return self._sleeps >= MOST_SLEEPS

    def attempt(
        self, question: Question, revision: Revision, cases: Sequence[Trial], budget: Budget
    ) -> Attempt:
        """Run ``cases`` on a revision until one does not pass."""
        passed, answers = 0, list[Sequence[Record]]()
        try:
            session = self._loaded(question, revision, budget)
            for trial in cases:
                if self._run(session, question, trial, budget) is not None:
                    return Attempt(passed, tuple(session.records), answers)
                passed += 1
                if len(answers) < COMPARED:
                    answers.append(tuple(session.records))
        except Lost as error:
            self._lose(error, budget)
        except StudentError:  # the module cannot even be imported
            pass
        return Attempt(passed, (), answers)

    def records(
        self,
        question: Question,
        revision: Revision,
        trial: Trial,
        budget: Budget,
    ) -> list[Record]:
        """Return what a revision answers in a case; empty where it cannot be had."""
        try:
            session = self._loaded(question, revision, budget)
            self._run(session, question, trial, budget)
            return list(session.records)
        except Lost as error:
            self._lose(error, budget)
        except StudentError:
            pass
        return []

    def trace(self, question: Question, revision: Revision, trial: Trial, budget: Budget) -> Ran:
        """Return which lines of a revision run in a case."""
        try:
            session = self._loaded(question, revision, budget)
            session.request("trace", session.worker.submission)
            self._run(session, question, trial, budget)
            return _ran(session.request("traced"), self._prepared.sources)
        except Lost as error:
            self._lose(error, budget)
        except StudentError:
            pass
        return Ran({}, {})

    def close(self) -> None:
        """Hand the workers back."""
        if self._session is not None and self._question is not None:
            self._examiner.keep(self._session, self._prepared, self._question, "trial")
        if self._aside is not None and self._question is not None:
            self._examiner.keep(self._aside, self._prepared, self._question, "elsewhere")
        self._session = self._aside = None

    def _loaded(self, question: Question, revision: Revision, budget: Budget) -> WorkerSession:
        """Return a session with the revision loaded; raises Lost or StudentError."""
        if self._loads >= USES and self._session is not None:
            self._session.end()
            self._session = None
        if self._session is None or self._question != question:
            self.close()
            session, _ = self._examiner.open(self._prepared, question, "trial")
            if session is None or session.worker.is_closed:
                raise Lost("no worker can import the files")
            self._session, self._question, self._loads = session, question, 0
        self._loads += 1
        session = self._session
        session.forget()
        session.ask_elsewhere = self._ask_elsewhere
        with self._counted(session, budget, CASE_SECONDS):
            _load(session, question, revision)
        self._revision = revision
        return session

    def _run(
        self,
        session: WorkerSession,
        question: Question,
        trial: Trial,
        budget: Budget,
    ) -> str | None:
        """Run one case; return None if it passes, else why not."""
        session.records.clear()
        session.is_alone = trial.is_plain
        self._usual = trial.usual
        with self._counted(session, budget, CASE_SECONDS + 4 * trial.usual):
            try:
                return call_case(trial.case, session, trial.seed, question.objects)
            except Lost:
                raise
            except (Exception, MemoryError) as error:
                return type(error).__name__

    @contextlib.contextmanager
    def _counted(self, session: WorkerSession, budget: Budget, seconds: float) -> Iterator[None]:
        """Limit what happens in the block, quietly, and count the worker's time."""
        session.allow(seconds, WALL_SECONDS)
        quiet = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(quiet),
                contextlib.redirect_stderr(quiet),
                evidence.without_figures(),
                warnings.catch_warnings(action="ignore"),
            ):
                yield
        finally:
            evidence.collect()
            budget.workers += session.cpu_used()

    def _lose(self, error: Lost, budget: Budget) -> None:
        budget.workers += NEW_WORKER_SECONDS
        self._sleeps += isinstance(error, TimedOut) and error.kind == "wall"
        if self._session is not None:
            self._session.end()
        self._session = None

    def _ask_elsewhere(self, name: str, at_least: float) -> Any:
        """Return the revised function ``name`` in another worker, as the grading would.

        None where what follows from it is no excuse: too few points earned, or all of them.
        """
        question = self._question
        if question is None:
            return None
        share = self._examiner.earned(self._prepared, question, name)
        if share < at_least - ROUNDING or (at_least and share >= 1 - ROUNDING):
            return None
        if self._aside is None or self._aside.worker.is_closed:
            self._aside, _ = self._examiner.open(self._prepared, question, "elsewhere")
            self._aside_has = None
        if self._aside is None or self._aside.worker.is_closed:
            return None
        self._aside.allow(CASE_SECONDS + 4 * self._usual, WALL_SECONDS)
        try:
            if self._aside_has != self._revision:
                self._aside.forget()
                _load(self._aside, question, self._revision)
                self._aside_has = self._revision
            return self._aside.get(name)
        except LookupError:
            return None


def _load(session: WorkerSession, question: Question, revision: Revision) -> None:
    arguments = [session.worker.submission, list(question.modules)]
    session.request("load", *arguments, *map(list, revision))


def _ran(found: Any, sources: Mapping[str, str]) -> Ran:
    """Check what a worker says about the lines that ran; it may say anything."""
    lines: dict[str, set[int]] = {}
    shapes: dict[tuple[str, str], Shape] = {}
    parts = found if type(found) in (tuple, list) and len(found) == 2 else ([], [])
    for item in parts[0] if type(parts[0]) is list else []:
        if type(item) is list and [type(part) for part in item] == [str, int]:
            if item[0] in sources:
                lines.setdefault(item[0], set()).add(item[1])
    for item in parts[1] if type(parts[1]) is list else []:
        if type(item) is list and len(item) == 3 and type(item[0]) is type(item[1]) is str:
            shape = item[2]
            numbers = type(shape) is list and all(type(length) is int for length in shape)
            shapes[item[0], item[1]] = tuple(shape) if numbers else None
    return Ran({file: frozenset(numbers) for file, numbers in lines.items()}, shapes)
