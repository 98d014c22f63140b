"""Run jobs on several processes, the longest first; a process stays with its problems."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import TracebackType
from typing import Any

from autograder.errors import KitError
from autograder.grade.opening import prepare_examiner
from autograder.prove.sources import Graders

_CONTEXT = multiprocessing.get_context("fork")  # torch is imported once, before


@dataclass(frozen=True)
class Job:
    """Something to do with graders; ``owner`` names its problem, ``cost`` is in seconds."""

    owner: str
    cost: float
    run: Callable[[Graders], Any]


class Pool:
    """Processes that share a queue of jobs.

    A free process takes the longest job of a problem that it has a zygote for or that no process
    has begun; only if there is none does it help another process with its problem.
    """

    def __init__(self, jobs: Sequence[Job], graders: Callable[[], Graders], processes: int) -> None:
        self._jobs, self._graders = jobs, graders
        self._todo = sorted(range(len(jobs)), key=lambda i: jobs[i].cost, reverse=True)
        prepare_examiner()  # once, before processes fork from this one
        self._owners: dict[str, Connection] = {}
        self._children: dict[Connection, ForkProcess] = {}
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
            connection.close()
            if kind is not None:
                child.terminate()
        for child in self._children.values():
            child.join()

    def results(self) -> Iterator[tuple[Job, Any]]:
        """Yield each job with what it returned, in the order in which they end."""
        if not self._children:
            with self._graders() as graders:
                for index in self._todo:
                    yield self._jobs[index], self._jobs[index].run(graders)
            return
        running = {c: self._hand_out(c) for c in self._children if self._todo}
        while running:
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)
                job = running.pop(ready)
                value = _received(ready)
                if self._todo:
                    running[ready] = self._hand_out(ready)
                yield job, value

    def _hand_out(self, free: Connection) -> Job:
        own = (i for i in self._todo if self._owners.get(self._jobs[i].owner, free) is free)
        index = next(own, self._todo[0])
        self._todo.remove(index)
        self._owners.setdefault(self._jobs[index].owner, free)
        free.send(index)
        return self._jobs[index]


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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that zygotes are closed
    with graders() as made:
        while True:
            try:
                index = connection.recv()
            except (EOFError, OSError):
                return
            try:
                connection.send((jobs[index].run(made), None))
            except Exception as error:
                connection.send((None, error))
