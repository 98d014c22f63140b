"""Start confined workers through a zygote, and know which layers this machine offers."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgpack

from autograder.errors import IsolationError
from autograder.remote.scratch import remove_tree
from autograder.wire import LAYERS, Plan, memory_groups

LEVELS = ("auto", "strict", "none")
START_SECONDS = 300.0  # importing torch on a busy machine takes long
_PACKAGE = Path(__file__).resolve().parents[1]
_DEAD = "The worker's zygote has died, perhaps for lack of memory; run again with --resume."


@dataclass(frozen=True)
class Isolation:
    """The level asked for and the layers that are active."""

    level: str
    layers: tuple[str, ...]


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
    _cpu_seconds: float = field(default=0.0, repr=False)
    _closed: bool = field(default=False, repr=False)

    def cpu_seconds(self) -> float:
        """Return the CPU time used by all threads so far, or when it was last seen."""
        if not self._closed:
            with contextlib.suppress(OSError):
                if self._stat < 0:
                    self._stat = os.open(f"/proc/{self.pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
                fields = os.pread(self._stat, 4096, 0).rpartition(b")")[2].split()
                ticks = int(fields[11]) + int(fields[12])
                self._cpu_seconds = ticks / os.sysconf("SC_CLK_TCK")
        return self._cpu_seconds

    def kill(self) -> None:
        """End it now; nothing it does can prevent that."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def wait(self, seconds: float = 5.0) -> int | None:
        """Return the exit code (negative: the signal), or None if it is still running."""
        if self.exit_code is None and select.select([self.status], [], [], seconds)[0]:
            message = self.status.recv(65536)
            self.exit_code = int(msgpack.unpackb(message).get("exit", 70)) if message else 70
        return self.exit_code

    @property
    def is_closed(self) -> bool:
        """Whether it has been let go of."""
        return self._closed

    def close(self) -> None:
        """Kill it if need be and let go of everything."""
        if self._closed:
            return
        self._closed = True
        self.wire.close()
        self.kill()
        if self.scratch_is_shared:
            self.wait()
        for descriptor in (self.output, self.pidfd, self._stat):
            if descriptor >= 0:
                os.close(descriptor)
        self._stat = -1
        self.status.close()
        remove_tree(Path(self.scratch))


class Zygote:
    """A process with the heavy libraries imported, from which workers are forked."""

    def __init__(self, preload: Iterable[str] = (), level: str = "auto") -> None:
        if not sys.platform.startswith("linux"):
            raise IsolationError(
                "Grading with confinement needs Linux; on this system use a Linux container."
            )
        self.preload = tuple(dict.fromkeys(preload))
        self._folder = tempfile.mkdtemp(prefix="grading-")
        os.chmod(self._folder, 0o711)  # noqa: S103  (a worker's own user has to reach its scratch)
        self._errors = open(Path(self._folder) / "zygote.log", "w+b")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "autograder.worker.zygote"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=_environment(),
                cwd="/",
            )
        self._control = ours
        self._control.send(msgpack.packb({"preload": list(self.preload)}))
        try:
            self.missing = self._await_ready()
            self.isolation = self._negotiate(level)
        except BaseException:
            self.close()
            raise

    def _await_ready(self) -> list[str]:
        """Return the modules that the zygote could not import."""
        if not select.select([self._control], [], [], START_SECONDS)[0]:
            raise IsolationError(
                "The worker's zygote did not start within five minutes; try again."
            )
        answer = self._control.recv(65536)
        if not answer:
            raise IsolationError(f"The worker's zygote did not start: {self._log()}")
        missing: list[str] = msgpack.unpackb(answer)["missing"]
        return missing

    def _log(self) -> str:
        self._errors.flush()
        lines = (Path(self._folder) / "zygote.log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "it said nothing."

    def _negotiate(self, level: str) -> Isolation:
        if level not in LEVELS:
            raise IsolationError(f"There is no isolation level {level!r}; use {', '.join(LEVELS)}.")
        if level == "none":
            return Isolation(level, ("limits",))
        faults = self.probe()
        active = tuple(layer for layer in LAYERS if faults[layer] is None)
        lacking = {layer: fault for layer, fault in faults.items() if fault is not None}
        if level == "strict" and lacking.keys() - {"cgroup"}:
            raise IsolationError(
                f"Isolation 'strict' is not to be had here ({_reasons(lacking)}); "
                "use --isolation auto for the layers there are."
            )
        needed = {"limits", "seccomp"}
        if not needed <= set(active) or not {"filesystem", "landlock"} & set(active):
            raise IsolationError(
                f"This machine cannot confine a worker ({_reasons(lacking)}); grade on another, "
                "or use --isolation none for your own code only."
            )
        return Isolation(level, active)

    def probe(self) -> dict[str, str | None]:
        """Return for each layer None if it works here, else why not."""
        faults: dict[str, str | None] = {}
        works: list[str] = []
        with tempfile.TemporaryDirectory(dir=self._folder) as empty:
            os.chmod(empty, 0o755)  # noqa: S103
            for layer in LAYERS:
                if layer == "filesystem" and "namespaces" not in works:
                    faults[layer] = "needs namespaces"
                    continue
                try:
                    self.spawn(empty, (*works, layer)).close()
                except IsolationError as error:
                    faults[layer] = str(error)
                    continue
                faults[layer] = None
                works.append(layer)
        return faults

    def spawn(
        self,
        submission: str,
        layers: Sequence[str] | None = None,
        memory_mb: int = 2048,
        cpu_seconds: int = 3600,
        scratch_mb: int = 256,
    ) -> WorkerProcess:
        """Return a confined worker that sees ``submission``; raises IsolationError otherwise."""
        scratch = tempfile.mkdtemp(dir=self._folder)
        os.chmod(scratch, 0o777)  # noqa: S103  (the worker's own user writes there)
        plan = Plan(
            layers=tuple(self.isolation.layers if layers is None else layers),
            submission=os.path.realpath(submission),
            scratch=scratch,
            memory_mb=memory_mb,
            cpu_seconds=cpu_seconds,
            scratch_mb=scratch_mb,
            masked=trusted_folders(),
        )
        wire, far_wire = socket.socketpair()
        status, far_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, far_output = os.pipe()
        wire.setblocking(False)
        os.set_blocking(output, False)
        process: WorkerProcess | None = None
        try:
            self._order(plan, far_wire, far_output, far_status)
            process = _await_start(wire, output, status, plan)
            return process
        finally:
            if process is None:
                wire.close()
                status.close()
                os.close(output)
                shutil.rmtree(scratch, ignore_errors=True)

    def _order(self, plan: Plan, wire: socket.socket, output: int, status: socket.socket) -> None:
        """Send the zygote a plan and the worker's ends, which are closed here."""
        with wire, status:
            try:
                ends = [wire.fileno(), output, status.fileno()]
                socket.send_fds(self._control, [msgpack.packb(asdict(plan))], ends)
            except OSError:
                raise IsolationError(_DEAD) from None
            finally:
                os.close(output)

    def close(self) -> None:
        """End the zygote and every worker it still has."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        memory_groups.sweep(self._process.pid)
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def trusted_folders() -> tuple[str, ...]:
    """Return the folders that no worker may see."""
    root = _PACKAGE.parent
    return tuple(str(root / name) for name in ("autograder", "solutions", "data", "tests"))


def _await_start(
    wire: socket.socket, output: int, status: socket.socket, plan: Plan
) -> WorkerProcess:
    """Read the keeper's messages until the worker says that it is ready."""
    pid, pidfd = 0, -1
    deadline = time.monotonic() + START_SECONDS
    while True:
        ready, _, _ = select.select([wire, status], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise IsolationError("A worker did not start within five minutes; try again.")
        if status in ready:
            message, descriptors, _, _ = socket.recv_fds(status, 65536, 1)
            content: dict[str, Any] = msgpack.unpackb(message) if message else {"fault": _DEAD}
            if "started" in content:
                pidfd = descriptors[0]
                pid = _pid_of(pidfd)
                continue
            if pidfd >= 0:
                os.close(pidfd)
            raise IsolationError(content.get("fault", f"it ended at once ({content})"))
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


def _environment() -> dict[str, str]:
    """Return a bland environment: nothing of the host but where Python finds its modules."""
    single = dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
    )
    kept = {
        name: os.environ[name]
        for name in ("LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
        if name in os.environ
    }
    return {
        **single,
        **kept,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",  # the order of a set, and what follows from it, is the same again
        "MPLBACKEND": "Agg",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    }


def _reasons(faults: Mapping[str, str | None]) -> str:
    return "; ".join(f"{layer}: {fault}" for layer, fault in faults.items())
