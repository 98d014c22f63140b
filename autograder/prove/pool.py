"""Run jobs on several processes, the longest first; a process stays with its zygotes."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import TracebackType
from typing import Any

from autograder.errors import KitError
from autograder.grade.opening import prepare_examiner
from autograder.interrupts import Told, raised_at_sigterm
from autograder.prove.sources import Graders

ZYGOTE_SECONDS = 5.0  # what another zygote costs
_CONTEXT = multiprocessing.get_context("fork")  # torch is imported once, before


@dataclass(frozen=True)
class Job:
    """Something to do with graders for one problem; ``cost`` is in seconds.

    Jobs with the same ``zygote`` use the same one; with "", a job needs none.
    """

    problem: str
    zygote: str
    cost: float
    run: Callable[[Graders], Any]


class Pool:
    """Processes that share a queue of jobs.

    A free process takes the longest job for which it has a zygote or no process has one. Without
    such a job it helps another process, if the jobs left are worth another zygote.
    """

    def __init__(self, jobs: Sequence[Job], graders: Callable[[], Graders], processes: int) -> None:
        self._jobs, self._graders = jobs, graders
        self._todo = sorted(range(len(jobs)), key=lambda i: jobs[i].cost, reverse=True)
        prepare_examiner()  # once, before processes fork from this one
        self._owners: dict[str, Connection] = {}
        self._children: dict[Connection, ForkProcess] = {}
        self._running: dict[Connection, Job] = {}
        for _ in range(min(processes, len(jobs)) if processes > 1 else 0):
            ours, theirs = _CONTEXT.Pipe()
            others = [*self._children, ours]
            child = _CONTEXT.Process(
                target=_serve, args=(theirs, others, jobs, graders), daemon=True
            )
            child.start()
            theirs.close()
            self._children[ours] = child

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; after an error, whatever they do."""
        for connection, child in self._children.items():
            if kind is not None:
                child.terminate()  # before it sees the end of its jobs: it puts in order once
            connection.close()
        for child in self._children.values():
            child.join()

    def results(self) -> Iterator[tuple[Job, Any]]:
        """Yield each job with what it returned, in the order in which they end."""
        if not self._children:
            with self._graders() as graders:
                for index in self._todo:
                    yield self._jobs[index], self._jobs[index].run(graders)
            return
        for connection in self._children:
            self._hand_out(connection)
        while self._running:
            for ready in wait(list(self._running)):
                assert isinstance(ready, Connection)
                job = self._running.pop(ready)
                value = _received(ready)
                self._hand_out(ready)
                yield job, value

    def _hand_out(self, free: Connection) -> None:
        """Give a process its next job, if there is one for it."""
        own = (i for i in self._todo if self._owners.get(self._jobs[i].zygote, free) is free)
        index = next(own, None)
        if index is None and sum(self._jobs[i].cost for i in self._todo) > ZYGOTE_SECONDS:
            index = self._todo[0]
        if index is not None:
            self._todo.remove(index)
            if self._jobs[index].zygote:
                self._owners.setdefault(self._jobs[index].zygote, free)
            self._running[free] = self._jobs[index]
            free.send(index)


def _received(connection: Connection) -> Any:
    try:
        value, error = connection.recv()
    except EOFError:
        raise KitError("A grading process ended, perhaps for lack of memory; run again.") from None
    if error is not None:
        raise error
    return value


def _serve(
    connection: Connection,
    others: Sequence[Connection],
    jobs: Sequence[Job],
    graders: Callable[[], Graders],
) -> None:
    """Do the jobs whose numbers arrive, until the first process closes the connection."""
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides
    with raised_at_sigterm(Told), graders() as made:  # so that zygotes are closed
        while True:
            try:
                index = connection.recv()
            except (EOFError, OSError):
                return
            try:
                done: tuple[Any, Exception | None] = (jobs[index].run(made), None)
            except Exception as error:
                done = (None, error)
            try:
                connection.send(done)
            except OSError:  # the first process has ended meanwhile
                return
