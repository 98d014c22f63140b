"""Start confined workers on this machine through a zygote."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import msgpack

from autograder.errors import IsolationError
from autograder.remote.cards import card_paths
from autograder.remote.endpoint import Isolation
from autograder.remote.layers import known_level, negotiated
from autograder.remote.process import DEAD, START_SECONDS, WorkerProcess, await_start
from autograder.wire import LAYERS, NO_BAN, Ban, Plan, memory_groups

_PACKAGE = Path(__file__).resolve().parents[1]


class Zygote:
    """A process with the heavy libraries imported, from which workers are forked.

    While it imports ``preload``, which takes seconds, this process does what ``meanwhile`` says.
    Workers that ask for a GPU get ``card``, as CUDA names it; with ``card_for_all``, all get it.

    Workers that must not use a library that it has imported are forked from another one, which
    looks at first as if ``absent`` were not installed.
    """

    def __init__(
        self,
        preload: Iterable[str] = (),
        level: str | Isolation = "auto",
        absent: Iterable[str] = (),
        *,
        meanwhile: Callable[[], None] = lambda: None,
        card: str = "",
        card_for_all: bool = False,
    ) -> None:
        if not sys.platform.startswith("linux"):
            raise IsolationError(
                "Grading with confinement needs Linux; on this system use a Linux container."
            )
        self.preload = tuple(dict.fromkeys(preload))
        self._card, self._card_for_all = card, card_for_all
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
        self._others: dict[frozenset[str], Zygote] = {}
        self._prepared: set[Ban] = set()
        order = {"preload": list(self.preload), "absent": list(absent)}
        self._control.send(msgpack.packb(order))
        try:
            meanwhile()
            self.missing, self._loaded = self._await_ready()
            self.isolation = level if isinstance(level, Isolation) else self._negotiate(level)
        except BaseException:
            self.close()
            raise

    def _await_ready(self) -> tuple[list[str], frozenset[str]]:
        """Return the modules that the zygote could not import, and all that it has imported."""
        if not select.select([self._control], [], [], START_SECONDS)[0]:
            raise IsolationError(
                "The zygote of the workers did not start within five minutes; try again."
            )
        answer = self._control.recv(65536)
        if not answer:
            raise IsolationError(f"The zygote of the workers did not start: {self._log()}")
        ready = msgpack.unpackb(answer)
        return list(ready["missing"]), frozenset(ready["loaded"])

    def _log(self) -> str:
        self._errors.flush()
        lines = (Path(self._folder) / "zygote.log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "it gave no reason."

    def _negotiate(self, level: str) -> Isolation:
        known_level(level)
        return Isolation(level, ("limits",)) if level == "none" else negotiated(level, self.probe())

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
        gpu: bool = False,
        ban: Ban = NO_BAN,
    ) -> WorkerProcess:
        """Return a confined worker that sees ``submission``; raises IsolationError otherwise."""
        card = self._card if gpu or self._card_for_all else ""
        self.prepare(ban)
        zygote = self._others.get(self._loaded.intersection(ban.packages), self)
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
            devices=card_paths() if card else (),
            card=card,
            ban=ban,
        )
        wire, far_wire = socket.socketpair()
        status, far_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, far_output = os.pipe()
        wire.setblocking(False)
        os.set_blocking(output, False)
        process: WorkerProcess | None = None
        try:
            zygote._order(plan, far_wire, far_output, far_status)
            process = await_start(wire, output, status, plan)
            return process
        finally:
            if process is None:
                wire.close()
                status.close()
                os.close(output)
                shutil.rmtree(scratch, ignore_errors=True)

    def prepare(self, ban: Ban) -> None:
        """Do once, ahead of the first worker with this ban, what is the same for all of them."""
        if ban in self._prepared:
            return
        self._prepared.add(ban)
        present = self._loaded.intersection(ban.packages)
        if present:
            if present not in self._others:
                self._others[present] = Zygote(self.preload, self.isolation, present)
            self._others[present].prepare(ban)
        elif ban != NO_BAN:
            self._tell(msgpack.packb(asdict(ban)))

    def _order(self, plan: Plan, wire: socket.socket, output: int, status: socket.socket) -> None:
        """Send the zygote a plan and the worker's ends, which are closed here."""
        with wire, status:
            try:
                self._tell(msgpack.packb(asdict(plan)), [wire.fileno(), output, status.fileno()])
            finally:
                os.close(output)

    def _tell(self, message: bytes, descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [message], descriptors)
        except OSError:
            raise IsolationError(DEAD) from None

    def close(self) -> None:
        """End the zygote, the others that it has started, and every worker they still have."""
        for other in self._others.values():
            other.close()
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


def _environment() -> dict[str, str]:
    """Return an environment that tells only where Python finds its modules."""
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
