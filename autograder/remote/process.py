"""A worker on this machine: a process that a zygote has forked and confined."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgpack

from autograder.errors import IsolationError
from autograder.remote.scratch import remove_tree
from autograder.wire import Plan

TOLD_SECONDS = 30.0  # how late the zygote may tell how a worker has ended
START_SECONDS = 300.0  # importing torch on a busy machine takes long
DEAD = "The zygote of the workers has died, perhaps for lack of memory; repeat the command."


@dataclass
class WorkerProcess:
    """A confined process, ready to serve: its descriptors and how to end it."""

    pid: int
    pidfd: int
    wire: socket.socket
    output: int
    status: socket.socket
    submission: str
    scratch: str
    scratch_is_shared: bool
    exit_code: int | None = None
    _stat: int = field(default=-1, repr=False)
    _schedstat: int = field(default=-1, repr=False)
    _cpu_seconds: float = field(default=0.0, repr=False)
    _queued_seconds: float = field(default=0.0, repr=False)
    _closed: bool = field(default=False, repr=False)

    def cpu_seconds(self) -> float:
        """Return the CPU time used by all threads so far, or when it was last seen."""
        fields = self._stat_fields()
        if fields:
            ticks = int(fields[11]) + int(fields[12])
            self._cpu_seconds = ticks / os.sysconf("SC_CLK_TCK")
        return self._cpu_seconds

    def is_stopped(self) -> bool:
        """Tell whether a signal has stopped it, and none has made it go on."""
        return self._stat_fields()[:1] == [b"T"]

    def _stat_fields(self) -> list[bytes]:
        """Return the fields of /proc/PID/stat from the state on, none if there is no process."""
        if self._closed:
            return []
        try:
            if self._stat < 0:
                self._stat = os.open(f"/proc/{self.pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
            return os.pread(self._stat, 4096, 0).rpartition(b")")[2].split()
        except OSError:
            return []

    def queued_seconds(self) -> float:
        """Return how long its first thread was ready to run while others had the processors.

        It is 0 where the kernel does not count this.
        """
        if not self._closed:
            with contextlib.suppress(OSError, IndexError):
                if self._schedstat < 0:
                    path = f"/proc/{self.pid}/schedstat"
                    self._schedstat = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                self._queued_seconds = int(os.pread(self._schedstat, 4096, 0).split()[1]) / 1e9
        return self._queued_seconds

    def kill(self) -> None:
        """End it now; nothing it does can prevent that."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def wait(self, seconds: float = 5.0) -> int | None:
        """Return the exit code (negative: the signal), or None if it is still running.

        If it has ended, and its zygote does not tell how, it was killed.
        """
        if self.exit_code is None and self._is_told(seconds):
            message = self.status.recv(65536)
            # Without a message the zygote is dead, and has taken its workers along.
            told = msgpack.unpackb(message) if message else {"exit": -signal.SIGKILL}
            self.exit_code = int(told.get("exit", 70))
        elif self.exit_code is None and select.select([self.pidfd], [], [], 0)[0]:
            self.exit_code = -signal.SIGKILL
        return self.exit_code

    def _is_told(self, seconds: float) -> bool:
        """Wait until the zygote tells how the process has ended, longer if it has ended."""
        if select.select([self.status], [], [], seconds)[0]:
            return True
        ended = bool(select.select([self.pidfd], [], [], 0)[0])
        return ended and bool(select.select([self.status], [], [], TOLD_SECONDS)[0])

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed

    def close(self) -> None:
        """Kill it if it still runs, and release everything."""
        if self._closed:
            return
        self._closed = True
        self.wire.close()
        self.kill()
        if self.scratch_is_shared:
            self.wait()
        for descriptor in (self.output, self.pidfd, self._stat, self._schedstat):
            if descriptor >= 0:
                os.close(descriptor)
        self._stat = self._schedstat = -1
        self.status.close()
        remove_tree(Path(self.scratch))


def await_start(
    wire: socket.socket, output: int, status: socket.socket, plan: Plan
) -> WorkerProcess:
    """Return the worker once it says that it is ready; raises IsolationError if it cannot start."""
    pid, pidfd = 0, -1
    deadline = time.monotonic() + START_SECONDS
    while True:
        ready, _, _ = select.select([wire, status], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise IsolationError("A worker did not start within five minutes; try again.")
        if status in ready:
            message, descriptors, _, _ = socket.recv_fds(status, 65536, 1)
            content: dict[str, Any] = msgpack.unpackb(message) if message else {"fault": DEAD}
            if "started" in content:
                pidfd = descriptors[0]
                pid = _pid_of(pidfd)
                continue
            if pidfd >= 0:
                os.close(pidfd)
            raise IsolationError(content.get("fault", f"the worker ended at once ({content})"))
        if wire in ready and pidfd >= 0:
            if wire.recv(1) == b"R":
                return WorkerProcess(
                    pid, pidfd, wire, output, status, plan.submission_path, plan.scratch,
                    "filesystem" not in plan.layers,
                )  # fmt: skip
            select.select([status], [], [], 1.0)


def _pid_of(pidfd: int) -> int:
    """Return the number that a process has here; its zygote may know it by another."""
    info = Path(f"/proc/self/fdinfo/{pidfd}").read_text()
    return int(info.partition("\nPid:")[2].split()[0])
