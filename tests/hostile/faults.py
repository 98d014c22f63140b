"""Inject faults from outside at every request of a grading; no point may be lost or won by them."""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.course import Course, load_mistakes
from autograder.diagnose import bank
from autograder.errors import IsolationError, KitError
from autograder.examine.fixed_files import write_tree
from autograder.grade.judging import Judge
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings
from autograder.remote import process, worker_session
from autograder.remote.worker_session import WorkerSession
from autograder.remote.workers import Zygote
from autograder.result import Result

PAUSE_SECONDS = 0.1  # how long a worker is paused
STOPPED_SECONDS = 0.3  # in place of ten: after this a stopped worker is given up
START_SECONDS = 2.0  # in place of five minutes, and of 30 seconds that a zygote may keep silent
NO_FRAME = b"\xc1"  # a byte that msgpack never writes


def kill_worker(session: WorkerSession) -> None:
    """Kill the worker."""
    signal.pidfd_send_signal(session.worker.pidfd, signal.SIGKILL)  # type: ignore[attr-defined]


def stop_worker(session: WorkerSession) -> None:
    """Stop the worker for good."""
    os.kill(session.worker.pid, signal.SIGSTOP)  # type: ignore[attr-defined]


def pause_worker(session: WorkerSession) -> None:
    """Stop the worker for a moment."""
    stop_worker(session)
    pid = session.worker.pid  # type: ignore[attr-defined]
    threading.Timer(PAUSE_SECONDS, _go_on, [pid]).start()


def pause_examiner(session: WorkerSession) -> None:
    """Lose a moment here, as on a busy machine."""
    time.sleep(PAUSE_SECONDS)


def garble(session: WorkerSession) -> None:
    """Do nothing yet: the answer is spoilt when it is there."""


def kill_judge(session: WorkerSession) -> None:
    """Kill the process that judges, which is this one."""
    os.kill(os.getpid(), signal.SIGKILL)


def _go_on(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


FAULTS: dict[str, Callable[[WorkerSession], None]] = {
    "worker killed": kill_worker,
    "worker stopped": stop_worker,
    "worker paused": pause_worker,
    "examiner paused": pause_examiner,
    "answer garbled": garble,
    "judge killed": kill_judge,
    "zygote killed": lambda session: os.kill(_zygote_pid, signal.SIGKILL),
    "zygote stopped": lambda session: os.kill(_zygote_pid, signal.SIGSTOP),
}
STARTS = ("no worker starts",)  # faults at the start of a worker instead of a request


@dataclass(frozen=True)
class Plan:
    """What happens at which request (or start), once or from there on."""

    fault: str = ""
    at: int = 0
    again: bool = False

    def __str__(self) -> str:
        return f"{self.fault} {'from' if self.again else 'at'} {self.at}"


@dataclass(frozen=True)
class Injected:
    """One grading with a fault: what became of it, and what is wrong with that, if anything."""

    submission: str
    plan: Plan
    became: str
    wrong: str | None


_plan = Plan()
_zygote_pid = 0
_counts = mmap.mmap(-1, 8)  # requests and starts, shared with the judging process


def _next(which: int) -> int:
    """Count a request (0) or a start (1) and return how many there were before it."""
    place = slice(4 * which, 4 * which + 4)
    before = int.from_bytes(_counts[place], "little")
    _counts[place] = (before + 1).to_bytes(4, "little")
    return before


def counted() -> tuple[int, int]:
    """Return the requests and the starts of the last grading."""
    return int.from_bytes(_counts[:4], "little"), int.from_bytes(_counts[4:], "little")


def _now(count: int) -> bool:
    return count == _plan.at or (_plan.again and count > _plan.at)


@contextlib.contextmanager
def injecting() -> Iterator[None]:
    """Let requests and starts in the block obey the plan."""
    exchange, spawn = WorkerSession._exchange, Zygote.spawn
    before = worker_session.STOPPED_SECONDS, process.START_SECONDS, process.TOLD_SECONDS

    def faulty_exchange(session: WorkerSession, frame: bytes) -> tuple[bytes, bytes]:
        hit = _now(_next(0)) and _plan.fault in FAULTS
        if hit:
            FAULTS[_plan.fault](session)
        header, raw = exchange(session, frame)
        return (NO_FRAME * len(header), raw) if hit and _plan.fault == "answer garbled" else (
            header, raw
        )  # fmt: skip

    def faulty_spawn(zygote: Zygote, *arguments: Any, **keywords: Any) -> Any:
        if _now(_next(1)) and _plan.fault in STARTS:
            raise IsolationError("no more processes")
        return spawn(zygote, *arguments, **keywords)

    WorkerSession._exchange, Zygote.spawn = faulty_exchange, faulty_spawn  # type: ignore[method-assign]
    worker_session.STOPPED_SECONDS = STOPPED_SECONDS
    process.START_SECONDS = process.TOLD_SECONDS = START_SECONDS
    try:
        yield
    finally:
        WorkerSession._exchange, Zygote.spawn = exchange, spawn  # type: ignore[method-assign]
        worker_session.STOPPED_SECONDS, process.START_SECONDS, process.TOLD_SECONDS = before


class Bench:
    """Grades the same submissions with one fault after another."""

    def __init__(self, course: Course, target: str, folder: Path) -> None:
        self._settings = Settings(course.root, target, seed=3, level="auto", diagnose=False)
        self._folder, self._problem = folder, course.problem(target)
        self._sources: dict[str, Path] = {}
        self._judge = self._new_judge()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._judge.close()

    def _new_judge(self) -> Judge:
        grader = open_grader(self._settings)
        return Judge(grader, lambda: open_grader(self._settings).zygote)

    def submissions(self, mistakes: int) -> list[str]:
        """Write the reference and as many known mistakes; return their names."""
        entries = load_mistakes(self._problem)
        step = max(1, len(entries) // mistakes) if mistakes else 1
        texts: Mapping[str, Mapping[str, str]] = {
            "reference": bank.reference(self._problem),
            **{m.name: bank.apply(m, self._problem) for m in entries[::step][:mistakes]},
        }
        for name, files in texts.items():
            folder = self._folder / name
            folder.mkdir()
            write_tree(folder, {file: text.encode() for file, text in files.items()})
            self._sources[name] = folder
        return list(texts)

    def grade(self, name: str, plan: Plan) -> Result:
        """Return the result of one submission under a plan."""
        global _plan, _zygote_pid
        self._judge.end()  # the next fork inherits the plan
        _plan, _zygote_pid = plan, self._judge.grader.zygote._process.pid
        _counts[:] = bytes(8)
        try:
            return self._judge.grade(self._sources[name], self._folder / "out", name)
        finally:
            _plan = Plan()

    def inject(
        self, mistakes: int, every: int, faults: Sequence[str] = (*FAULTS, *STARTS)
    ) -> Iterator[Injected]:
        """Inject each fault at every ``every``-th request, once and from there on."""
        for name in self.submissions(mistakes):
            quiet = self.grade(name, Plan())
            again = self.grade(name, Plan())
            requests, starts = counted()
            assert _cases(quiet) == _cases(again), "a grading without faults is not repeatable"
            for fault in faults:
                whole = fault.startswith(("zygote", "judge"))  # slow: another process has to start
                step = every * (10 if whole else 1)
                plans = [
                    Plan(fault, at)
                    for at in (range(starts) if fault in STARTS else range(0, requests, step))
                ]
                plans += [replace(plan, again=True) for plan in plans[:: len(plans) // 2 + 1]]
                for plan in plans:
                    yield self._compared(name, plan, quiet)

    def _compared(self, name: str, plan: Plan, quiet: Result) -> Injected:
        try:
            found = self.grade(name, plan)
        except KitError as error:  # the run ends with this sentence, and goes on when repeated
            self._judge.close()
            self._judge = self._new_judge()
            return Injected(name, plan, "run ended", None if plan.again else str(error))
        expected, cases = _cases(quiet), _cases(found)
        if cases == expected:
            return Injected(name, plan, "equal", None)
        if plan.again and plan.fault == "answer garbled":  # only the student's own code can
            return Injected(name, plan, "the student's error", None)
        for case, (outcome, message) in cases.items():
            if outcome != "grader_error" and (outcome, message) != expected[case]:
                told = f"{'.'.join(case)}: {outcome} instead of {expected[case][0]}: {message}"
                return Injected(name, plan, "different", told)
        return Injected(name, plan, "grader_error", None)


def _cases(result: Result) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return outcome and message of every case."""
    return {
        (question["name"], case["name"]): (case["outcome"], case["message"])
        for question in result["problems"][0]["questions"]
        for case in question["cases"]
    }


def inject_all(course: Course, name: str, every: int, mistakes: int = 2) -> list[Injected]:
    """Inject every fault into gradings of the reference and some known mistakes of a problem."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        with injecting(), Bench(course, name, Path(folder)) as bench:
            return list(bench.inject(mistakes, every))


def outcomes(found: Sequence[Injected]) -> Counter[tuple[str, str]]:
    """Count what became of gradings, by fault."""
    return Counter((one.plan.fault, one.became) for one in found)
