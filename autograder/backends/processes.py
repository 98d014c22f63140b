"""Grading processes that take jobs one by one; one that dies is replaced."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import TracebackType

from autograder.backends.jobs import Job
from autograder.errors import KitError
from autograder.grade.attempts import MOST
from autograder.grade.settings import Settings
from autograder.interrupts import Told, raised_at_sigterm
from autograder.result import Result

_PR_SET_PDEATHSIG = 1
_END_SECONDS = 10.0


class Processes:
    """Processes with a judge each; they end with the block, and with the process that made them."""

    def __init__(self, count: int, settings: Settings, preload: Sequence[str]) -> None:
        self._context = multiprocessing.get_context("forkserver")  # imports the libraries once
        self._context.set_forkserver_preload(list(preload))
        self._settings, self._count = settings, count
        self._free = list(range(count))  # numbers of processes, which share the GPUs by them
        self._children: dict[Connection, ForkServerProcess] = {}
        self._slots: dict[Connection, int] = {}

    def __enter__(self) -> Processes:
        for _ in range(self._count):
            self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; after an error, without waiting for their jobs."""
        for connection, child in self._children.items():
            if kind is not None:
                child.terminate()  # before it sees the end of its jobs: it puts in order once
            connection.close()
        for child in self._children.values():
            child.join(_END_SECONDS)
            if child.is_alive():
                child.kill()
                child.join()

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Result]]:
        """Yield jobs with their results as they end.

        A job whose process dies is graded again by another one. Raises KitError at the end for a
        job that no process survives, and at once where no process can grade.
        """
        todo, deaths = deque(jobs), Counter[str]()
        running: dict[Connection, Job] = {}
        lost: list[Job] = []
        while todo or running:
            self._hand_out(todo, running)
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                job = running.pop(ready)
                result = self._received(ready)
                if result is not None:
                    self._hand_out(todo, running)  # no process waits for what happens with a result
                    yield job, result
                    continue
                deaths[job.name] += 1
                (todo if deaths[job.name] < MOST else lost).append(job)
        if lost:
            raise KitError(
                f"Every process that graded {', '.join(job.name for job in lost)} died, perhaps "
                "for lack of memory; everything else is graded. Grade again with --jobs 1."
            )

    def _hand_out(self, todo: deque[Job], running: dict[Connection, Job]) -> None:
        """Give a job to each process that has none."""
        for free in [c for c in self._children if c not in running][: len(todo)]:
            running[free] = todo.popleft()
            with contextlib.suppress(OSError):  # its death is seen when it answers
                free.send(running[free])

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        slot = self._free.pop(0)
        settings = replace(self._settings, slot=slot)
        child = self._context.Process(target=_serve, args=(theirs, settings), daemon=True)
        child.start()
        theirs.close()
        self._children[ours], self._slots[ours] = child, slot

    def _received(self, connection: Connection) -> Result | None:
        """Return the result of a job; None if its process died, which is then replaced."""
        try:
            value: Result | KitError = connection.recv()
        except (EOFError, OSError):
            self._children.pop(connection).join()
            self._free.append(self._slots.pop(connection))
            connection.close()
            self._start()
            return None
        if isinstance(value, KitError):
            raise value
        return value


def _serve(connection: Connection, settings: Settings) -> None:
    """Grade the jobs that arrive, until the other end closes or the process of the run ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # die with the fork server
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides
    with raised_at_sigterm(Told):  # so that the judge is closed
        _grade_jobs(connection, settings)


def _grade_jobs(connection: Connection, settings: Settings) -> None:
    from autograder.grade.opening import open_judge

    try:
        judge = open_judge(settings)
    except KitError as error:
        with contextlib.suppress(EOFError, OSError):
            connection.recv()
            connection.send(error)
        return
    with contextlib.closing(judge):
        while True:
            try:
                job = connection.recv()
            except (EOFError, OSError):
                return
            try:
                value: Result | KitError = judge.grade(job.path, job.folder, job.name, job.keep)
            except KitError as error:
                value = error
            try:
                connection.send(value)
            except OSError:  # the run has ended meanwhile
                return
