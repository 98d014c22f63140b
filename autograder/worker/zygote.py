"""Import the heavy libraries once and fork a confined worker for every request.

Runs as ``python -m autograder.worker.zygote`` with its control socket as standard input. It
never opens a test file: whatever it has read would stay in the memory of its children.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import linecache
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

import msgpack

from autograder.warm import rehearse, warm_up
from autograder.wire import memory_groups
from autograder.wire.answering import BROKEN, OUT_OF_MEMORY
from autograder.wire.plan import Ban, Plan
from autograder.worker import absent, confine, printed, serve
from autograder.worker import syscalls as sc
from autograder.worker.refused import Refusals

MESSAGE_BYTES = 65_536


def main() -> None:
    """Warm up, say ready, then start workers on request until the control socket closes."""
    sc.prctl(sc.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that grades decides
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    sys.argv[:] = ["worker"]
    first, *_ = socket.recv_fds(control, MESSAGE_BYTES, 0)
    confine.enter_user_namespace()
    order = msgpack.unpackb(first)
    with absent.hidden(order["absent"]):
        missing = warm_up(order["preload"])
        rehearse()
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PWD", "OLDPWD", "_"):
        os.environ.pop(name, None)
    linecache.clearcache()  # the source of libraries, parts of which may be forbidden
    memory_groups.remove_dead()
    nursery = Nursery(control, confine.Host.survey())
    gc.collect()
    gc.freeze()
    loaded = sorted(name for name in sys.modules if "." not in name)
    control.send(msgpack.packb({"missing": missing, "loaded": loaded}))
    nursery.run()


@dataclass
class Child:
    """A forked process: a spare that waits for its plan, later a worker with a status channel."""

    pid: int
    pidfd: int
    orders: socket.socket
    namespaces: bool
    plan: Plan | None = None
    status: socket.socket | None = None


class Nursery:
    """Forks workers, one ahead of the demand, and reports how each of them ended."""

    def __init__(self, control: socket.socket, host: confine.Host) -> None:
        self._control, self._host = control, host
        self._children: dict[int, Child] = {}
        self._refusals: dict[Ban, Refusals] = {}
        self._spare: Child | None = None

    def run(self) -> None:
        """Serve the control socket until it closes."""
        while True:
            watched: list[Any] = [self._control, *self._children]
            readable, _, _ = select.select(watched, [], [])
            for pidfd in readable:
                if isinstance(pidfd, int):
                    self._bury(self._children.pop(pidfd))
            if self._control not in readable:
                continue
            message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 4)
            if not message:
                return self._end()
            if not descriptors:  # a ban that plans will name
                ban = _ban(msgpack.unpackb(message))
                self._refusals[ban] = Refusals(ban)
                continue
            wire, output, status = descriptors
            plan = _plan(message)
            self._employ(plan, wire, output, socket.socket(fileno=status))
            os.close(wire)
            os.close(output)
            if self._spare is None:  # only now, so that it inherits neither wire nor output
                self._spare = self._fork("namespaces" in plan.layers)

    def _employ(self, plan: Plan, wire: int, output: int, status: socket.socket) -> None:
        namespaces = "namespaces" in plan.layers
        try:
            child = self._take_spare(namespaces)
            child.plan, child.status = plan, status
            memory_groups.limit(plan, child.pid)
            socket.send_fds(status, [msgpack.packb({"started": True})], [child.pidfd])
            socket.send_fds(
                child.orders, [msgpack.packb(asdict(plan))], [wire, output, status.fileno()]
            )
            child.orders.close()
        except OSError as error:
            with contextlib.suppress(OSError):
                status.send(msgpack.packb({"fault": f"{type(error).__name__}: {error}"}))

    def _take_spare(self, namespaces: bool) -> Child:
        child, self._spare = self._spare, None
        if child is not None and child.namespaces is not namespaces:
            child.orders.close()  # which ends it
            child = None
        return child or self._fork(namespaces)

    def _fork(self, namespaces: bool) -> Child:
        """Return a child that waits for its plan, process 1 of its own namespace if asked."""
        if namespaces:
            confine.fresh_process_namespace()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                _work(theirs, self._host, self._refusals)
            finally:  # whatever the student's code does to us, a worker never becomes a zygote
                os._exit(BROKEN)
        theirs.close()
        if namespaces:
            confine.own_process_namespace()
        memory_groups.join(pid)  # ahead of the demand: the kernel takes 10 ms for it
        child = Child(pid, os.pidfd_open(pid), ours, namespaces)
        self._children[child.pidfd] = child
        return child

    def _end(self) -> None:
        for child in list(self._children.values()):
            signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)
            self._bury(child)

    def _bury(self, child: Child) -> None:
        _, status, used = os.wait4(child.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGKILL and child.plan is not None:
            code = _why_killed(child.pid, child.plan, used.ru_utime + used.ru_stime)
        os.close(child.pidfd)
        memory_groups.leave(child.pid)
        if child.status is not None:
            with contextlib.suppress(OSError):
                child.status.send(msgpack.packb({"exit": code}))
            child.status.close()
        if child is self._spare:
            self._spare = None


def _why_killed(pid: int, plan: Plan, cpu_seconds: float) -> int:
    """Return an exit code that tells the kernel's kill for a limit from one from outside."""
    if memory_groups.ran_out(pid):
        return OUT_OF_MEMORY
    return -signal.SIGXCPU if cpu_seconds >= plan.cpu_seconds else -signal.SIGKILL


def _plan(message: bytes) -> Plan:
    fields = msgpack.unpackb(message)
    for name in ("layers", "masked", "devices"):
        fields[name] = tuple(fields[name])
    return Plan(**{**fields, "ban": _ban(fields["ban"])})


def _ban(fields: dict[str, list[Any]]) -> Ban:
    return Ban(**{name: tuple(map(_as_tuple, values)) for name, values in fields.items()})


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _work(orders: socket.socket, host: confine.Host, refusals: Mapping[Ban, Refusals]) -> NoReturn:
    """Wait for a plan, confine this process to it, then serve until the wire closes."""
    sc.prctl(sc.PR_SET_PDEATHSIG, signal.SIGKILL)
    message, descriptors, _, _ = socket.recv_fds(orders, MESSAGE_BYTES, 4)
    if not message:
        os._exit(0)
    wire, output, status = (fcntl.fcntl(d, fcntl.F_DUPFD, 10) for d in descriptors)
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = sys.__stdout__ = printed.stream(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = printed.stream(2)  # type: ignore[misc]
        plan = _plan(message)
        (refusals.get(plan.ban) or Refusals(plan.ban)).enforce()
        confine.confine(plan, host, keep=(0, 1, 2, wire, status))
        os.write(wire, b"R")
    except BaseException as error:
        text = "".join(traceback.format_exception_only(error)).strip()
        os.write(status, msgpack.packb({"fault": text}))
        os._exit(70)
    try:
        os.close(status)
        serve.serve(wire)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    os._exit(0)


if __name__ == "__main__":
    main()
