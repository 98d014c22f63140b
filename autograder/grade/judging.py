"""Judge submissions in a process apart: its death costs one submission alone.

The process is a fork of this one, so it starts in milliseconds, and it keeps what it has read and
replayed for the next submission. It has limits for memory, CPU and wall time. If it dies, all
cases of the submission are a ``grader_error``, and another fork judges the next one.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import msgpack

from autograder.errors import IsolationError, KitError
from autograder.grade.attempts import begin
from autograder.grade.grader import Grader
from autograder.remote.workers import Zygote
from autograder.result import RESULT, Result, write_result

NOTE = "grader_error.txt"
_TEXT_LIMIT = 2**16  # of what is told about an error, which may quote a student's value
_KIND = "judging-"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Bounds:
    """What judging one submission may use, besides what the workers use.

    CPU seconds of the judging process; MiB more than this process has; seconds of the clock, a
    backstop that no honest submission reaches. A process that keeps more than ``kept_mb`` MiB for
    the next submission is replaced.
    """

    cpu_seconds: int = 300
    memory_mb: int = 4096
    wall_seconds: float = 6 * 3600.0
    kept_mb: int = 1024


class Judge:
    """Grades submissions one after another in a fork of this process."""

    def __init__(
        self, grader: Grader, new_zygote: Callable[[], Zygote], bounds: Bounds | None = None
    ) -> None:
        self.grader = grader
        self._new_zygote, self._bounds = new_zygote, bounds or Bounds()
        self._fork: _Fork | None = None

    def close(self) -> None:
        """End the judging process, the zygote and its workers."""
        self.end()
        self.grader.zygote.close()

    def end(self) -> None:
        """End the judging process; the next submission gets another one."""
        if self._fork is not None:
            self._fork.end()
            self._fork = None

    def grade(self, path: Path, folder: Path, name: str, keep: Sequence[str] = ()) -> Result:
        """Grade one submission into ``folder``; a failure of ours is a ``grader_error``.

        The questions of the problems ``keep`` are taken from the result in ``folder``.
        """
        folder.mkdir(parents=True, exist_ok=True)
        begin(folder)
        (folder / NOTE).unlink(missing_ok=True)
        told = self._tried(path, folder, name, keep)
        if told.get("zygote"):  # killed from outside, or out of memory: once more with another one
            self._renew()
            told = self._tried(path, folder, name, keep)
        if "refused" in told:
            raise KitError(told["refused"])
        if "fault" not in told:
            found: Result = json.loads((folder / RESULT).read_text(encoding="utf-8"))
            return found
        if told.get("died"):
            self._renew()  # ends the workers that the process has left
        result = self.grader.fault(path, name, told["fault"])
        (folder / NOTE).write_text(told.get("trace", told["fault"]).rstrip() + "\n", "utf-8")
        write_result(folder, result)
        return result

    def _tried(self, path: Path, folder: Path, name: str, keep: Sequence[str]) -> dict[str, Any]:
        """Grade in the fork; return what it told, or how it died."""
        self._fork = self._fork or _Fork(self.grader, self._bounds)
        scratch = tempfile.mkdtemp(prefix=_KIND)
        os.chmod(scratch, 0o711)  # noqa: S103  (workers of another user reach the files inside)
        try:
            told = self._fork.grade(str(path), str(folder), name, list(keep), scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        if told.get("kept_mb", 0) > self._bounds.kept_mb:
            self.end()
        return told

    def _renew(self) -> None:
        """Replace the zygote; this ends all workers of the old one."""
        self.end()  # it holds an end of the zygote's socket
        self.grader.zygote.close()
        self.grader.zygote = self._new_zygote()


class _Fork:
    """A fork of this process that grades what it is told to, until it is ended or dies."""

    def __init__(self, grader: Grader, bounds: Bounds) -> None:
        self._bounds = bounds
        self._connection, theirs = Pipe()
        self._process = os.fork()
        if self._process == 0:
            with _never_returning():
                self._connection.close()
                _serve(theirs, grader, bounds)
        theirs.close()

    def grade(self, *order: str | list[str]) -> dict[str, Any]:
        """Return what the process tells of an order (path, folder, name, keep, scratch folder)."""
        try:
            self._connection.send_bytes(msgpack.packb(order))
            if self._connection.poll(self._bounds.wall_seconds):
                told: dict[str, Any] = msgpack.unpackb(self._connection.recv_bytes())
                return told
            how = f"took longer than {self._bounds.wall_seconds:.0f} seconds"
            os.kill(self._process, signal.SIGKILL)
            self._wait()
        except (EOFError, OSError):
            how = _death(self._wait(), self._bounds)
        return {"fault": f"Judging this submission {how}.", "died": True}

    def end(self) -> None:
        """End the process; it has nothing to lose."""
        self._connection.close()
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        """Return how the process has ended."""
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return os.waitstatus_to_exitcode(status)


def _serve(connection: Connection, grader: Grader, bounds: Bounds) -> None:
    """Grade what is asked for, until the other end closes."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # die with the parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # only the parent has something to put in order
    size, resident = _pages()
    memory = size + bounds.memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # where memory runs out, this process is the one to die
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    while True:
        try:
            path, folder, name, keep, tempfile.tempdir = msgpack.unpackb(connection.recv_bytes())
        except EOFError:
            return
        most = int(time.process_time()) + bounds.cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        told = _graded(grader, Path(path), Path(folder), name, keep)
        told["kept_mb"] = (_pages()[1] - resident) >> 20
        connection.send_bytes(msgpack.packb(told))


def _graded(
    grader: Grader, path: Path, folder: Path, name: str, keep: Sequence[str]
) -> dict[str, Any]:
    """Grade in this process; return what its parent needs to know."""
    try:
        grader.grade(path, folder, name, keep)
        return {}
    except KitError as error:
        return {"refused": str(error), "zygote": isinstance(error, IsolationError)}
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:_TEXT_LIMIT]
        return {"fault": text, "trace": traceback.format_exc()[-_TEXT_LIMIT:]}


def _pages() -> tuple[int, int]:
    """Return the bytes of this process: its address space, and what of it is in memory."""
    size, resident, *_ = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()


@contextlib.contextmanager
def _never_returning() -> Iterator[None]:
    """End this process with the block, whatever happens in it."""
    status = 1
    try:
        yield
        status = 0
    finally:
        os._exit(status)


def _death(code: int, bounds: Bounds) -> str:
    """Return in words how a process with this exit code has died."""
    if code == -signal.SIGXCPU:
        return f"used more than {bounds.cpu_seconds} seconds of CPU time"
    if code == -signal.SIGKILL:
        return "was killed from outside, perhaps because this machine ran out of memory"
    if code < 0:
        return f"ended with the signal {signal.Signals(-code).name}"
    return f"ended with the exit code {code}"
