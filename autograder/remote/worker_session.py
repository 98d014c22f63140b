"""A session with a confined worker: deadlines, drained output, limits on what it sends."""

from __future__ import annotations

import contextlib
import os
import select
import time
from dataclasses import dataclass, field
from typing import Any

from autograder.remote.endpoint import Endpoint
from autograder.remote.exceptions import Died, Garbled, Lost, Stopped, TimedOut
from autograder.remote.patience import Patience, idle
from autograder.remote.sessions import Session
from autograder.wire import BROKEN, PREFIX, WireError, unpack_lengths

OUTPUT_LIMIT = 64 * 2**10
RECEIVE_LIMIT = 512 * 2**20
CHUNK = 2**16
TICK_SECONDS = 0.05
PAUSE_SECONDS = 1.0  # of one tick that count as waited: more means that we were stopped ourselves
STOPPED_SECONDS = 10.0  # after which a stopped worker is given up


@dataclass
class WorkerSession(Session):
    """A session with a confined worker: deadlines, drained output, limits on what it sends."""

    worker: Endpoint = field(kw_only=True)
    patience: Patience = field(default_factory=Patience, kw_only=True)
    output: bytearray = field(default_factory=bytearray)
    printed: int = 0
    _arrived: bytearray = field(default_factory=bytearray)
    _received: int = 0
    _cpu_limit: float = 10.0
    _wall_limit: float = 60.0
    _cpu_start: float = 0.0
    _queued_start: float = 0.0
    _waited: float = 0.0
    _waited_going: float = 0.0  # how much of it while the worker was not stopped
    _next_look: float = 0.0
    _output_is_open: bool = True

    def allow(self, cpu_seconds: float, wall_seconds: float) -> None:
        """Start a new budget; it covers all requests until the next call.

        Wall time counts while an answer is awaited, not while the examiner computes or is itself
        stopped, nor while the worker is ready to run and others have the processors.
        """
        self._settle()
        self._cpu_limit, self._wall_limit = cpu_seconds, wall_seconds

    def cpu_used(self) -> float:
        """Return the CPU seconds used of the current budget."""
        return self.worker.cpu_seconds() - self._cpu_start

    def _queued(self) -> float:
        return self.worker.queued_seconds() - self._queued_start

    def end(self) -> None:
        """Kill the worker and keep what it printed."""
        self._settle()
        self.keep_output()
        self.worker.close()

    def forget(self) -> None:
        """Reset the state of the previous question: nothing found, nothing printed."""
        self._drop_output()
        self.output, self.printed = bytearray(), 0
        self.records.clear()
        self._found.clear()
        self._names.clear()

    def _settle(self) -> None:
        """Count what was waited in this budget, and begin to count anew."""
        cpu, queued = self.worker.cpu_seconds(), self.worker.queued_seconds()
        self.patience.spend(self._waited, cpu - self._cpu_start, queued - self._queued_start)
        self._cpu_start, self._queued_start = cpu, queued
        self._waited = self._waited_going = 0.0

    def keep_output(self) -> None:
        """Take in what was printed so far."""
        if not self.worker.is_closed:  # its descriptors may be another worker's by now
            with contextlib.suppress(OSError):
                self._drain()

    def _drop_output(self) -> None:
        """Read and drop what the previous question printed beyond its limit."""
        if self.printed <= OUTPUT_LIMIT or self.worker.is_closed:
            return
        for _ in range(64):  # its threads may go on printing
            if not self._printed_part():
                return

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        view = memoryview(frame)
        while view:
            try:
                view = view[self.worker.wire.send(view) :]
            except BlockingIOError:
                self._wait(writing=True)
            except OSError:
                raise self._died() from None
        try:
            tree, blobs = unpack_lengths(self._receive(PREFIX.size))
        except WireError as error:
            raise self.lose(Garbled(str(error))) from None
        self._received += tree + blobs
        if self._received > RECEIVE_LIMIT:
            raise self.lose(Garbled(f"more than {RECEIVE_LIMIT >> 20} MiB came back in all"))
        return self._receive(tree), self._receive(blobs)

    def _receive(self, count: int) -> bytes:
        while len(self._arrived) < count:
            self._wait(writing=False)
            try:
                part = self.worker.wire.recv(max(CHUNK, count - len(self._arrived)))
            except BlockingIOError:
                continue
            except OSError:
                raise self._died() from None
            if not part:
                raise self._died()
            self._arrived += part
        content = bytes(self._arrived[:count])
        del self._arrived[:count]
        return content

    def _wait(self, writing: bool) -> None:
        """Return when the wire is ready; drain output meanwhile and enforce the budget."""
        wire = self.worker.wire
        while True:
            watched: list[Any] = [] if writing else [wire]
            if self._output_is_read:
                watched.append(self.worker.output)
            start = time.monotonic()
            readable, writable, _ = select.select(
                watched, [wire] if writing else [], [], TICK_SECONDS
            )
            self._waited += min(time.monotonic() - start, PAUSE_SECONDS)
            if self.worker.output in readable:
                self._drain()
            self._enforce()  # also while bytes trickle in
            if wire in readable or wire in writable:
                return

    def _enforce(self) -> None:
        """End the worker if its budget is used up; looks once in a while."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + TICK_SECONDS
        if self.cpu_used() > self._cpu_limit:
            raise self.lose(TimedOut(self._cpu_limit, "CPU"))
        stopped = self.worker.is_stopped()
        if not stopped:
            self._waited_going = self._waited
        elif self._waited - self._waited_going > STOPPED_SECONDS:
            raise self.lose(Stopped())
        waited, queued = self._waited, self._queued()
        if waited - queued > self._wall_limit:
            raise self.lose(Stopped() if stopped else TimedOut(self._wall_limit, "wall"))
        if idle(waited, self.cpu_used(), queued) > self.patience.left():
            raise self.lose(Stopped() if stopped else TimedOut(round(waited), "idle"))

    def _drain(self) -> None:
        """Read what was printed so far, until it is more than what is kept."""
        while self._output_is_read:
            part = self._printed_part()
            self.printed += len(part)
            self.output += part[: max(0, OUTPUT_LIMIT - len(self.output))]
            if not part:
                return

    @property
    def _output_is_read(self) -> bool:
        """Whether what is printed is still of interest; the worker drops what we do not read."""
        return self._output_is_open and self.printed <= OUTPUT_LIMIT

    def _printed_part(self) -> bytes:
        """Return up to 64 KiB of what was printed, nothing if there is nothing now."""
        try:
            part = os.read(self.worker.output, CHUNK)
        except BlockingIOError:
            return b""
        self._output_is_open = bool(part)
        return part

    def _died(self) -> Lost:
        """Tell how it has ended; one that still runs has only closed the wire."""
        code = self.worker.wait()
        return self.lose(Died(BROKEN if code is None else code))
