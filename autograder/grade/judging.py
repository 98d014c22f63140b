"""Judge each submission in a process of its own: its death costs that submission alone.

The process is a fork of a prepared grader, so it starts in milliseconds. It has limits of its own
for memory, CPU and wall time. If it dies, all cases of its submission are a ``grader_error``.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

    CPU seconds of the judging process; MiB more than the prepared grader has; seconds of the
    clock, a backstop that no honest submission reaches.
    """

    cpu_seconds: int = 300
    memory_mb: int = 4096
    wall_seconds: float = 6 * 3600.0


class Judge:
    """Grades submissions one after another, each in a fork of this process."""

    def __init__(
        self, grader: Grader, new_zygote: Callable[[], Zygote], bounds: Bounds | None = None
    ) -> None:
        self.grader = grader
        self._new_zygote, self._bounds = new_zygote, bounds or Bounds()
        self._learned: dict[str, Any] = {}  # from the last fork, for the next one

    def close(self) -> None:
        """End the zygote and its workers."""
        self.grader.zygote.close()

    def grade(self, path: Path, folder: Path, name: str) -> Result:
        """Grade one submission into ``folder``; a failure of ours is a ``grader_error``."""
        folder.mkdir(parents=True, exist_ok=True)
        begin(folder)
        (folder / NOTE).unlink(missing_ok=True)
        told = self._tried(path, folder, name)
        if told.get("zygote"):  # killed from outside, or out of memory: once more with another one
            self._renew()
            told = self._tried(path, folder, name)
        if "refused" in told:
            raise KitError(told["refused"])
        if "fault" not in told:
            self._learned = told
            return _read(folder / RESULT)
        if told.get("died"):
            self._renew()  # ends the workers that the process has left
        result = self.grader.fault(path, name, told["fault"])
        (folder / NOTE).write_text(told.get("trace", told["fault"]).rstrip() + "\n", "utf-8")
        write_result(folder, result)
        return result

    def _tried(self, path: Path, folder: Path, name: str) -> dict[str, Any]:
        """Grade in a fork; return what it told, or how it died."""
        self._learn()
        scratch = tempfile.mkdtemp(prefix=_KIND)
        os.chmod(scratch, 0o711)  # noqa: S103  (workers of another user reach the files inside)
        ours, theirs = os.pipe()
        try:
            if (process := os.fork()) == 0:
                with _never_returning():
                    os.close(ours)
                    tempfile.tempdir = scratch
                    _limit(self._bounds)
                    _tell(theirs, _graded(self.grader, path, folder, name))
            os.close(theirs)
            return _awaited(process, ours, self._bounds)
        finally:
            os.close(ours)
            shutil.rmtree(scratch, ignore_errors=True)

    def _learn(self) -> None:
        """Import and replay what the last fork did, so that the next one finds it done."""
        for name in self._learned.pop("imported", ()):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        self.grader.repeat(self._learned.pop("replayed", {}))

    def _renew(self) -> None:
        """Replace the zygote; this ends all workers of the old one."""
        self.grader.zygote.close()
        self.grader.zygote = self._new_zygote()


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _graded(grader: Grader, path: Path, folder: Path, name: str) -> dict[str, Any]:
    """Grade in this process; return what its parent needs to know."""
    before = set(sys.modules)
    try:
        grader.grade(path, folder, name)
        return {"replayed": grader.replayed(), "imported": _installed(set(sys.modules) - before)}
    except KitError as error:
        return {"refused": str(error), "zygote": isinstance(error, IsolationError)}
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:_TEXT_LIMIT]
        return {"fault": text, "trace": traceback.format_exc()[-_TEXT_LIMIT:]}


def _installed(names: set[str]) -> list[str]:
    """Return the modules that belong to an installed package, not to a course or a student."""
    found = ((name, getattr(sys.modules[name], "__file__", None)) for name in sorted(names))
    return [name for name, file in found if file and "site-packages" in file]


def _limit(bounds: Bounds) -> None:
    """Limit this process; it dies by a signal or gets a MemoryError, and with its parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + bounds.memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # where memory runs out, this process is the one to die
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


@contextlib.contextmanager
def _never_returning() -> Iterator[None]:
    """End this process with the block, whatever happens in it."""
    status = 1
    try:
        yield
        status = 0
    finally:
        os._exit(status)


def _tell(pipe: int, message: dict[str, Any]) -> None:
    with open(pipe, "wb") as stream:
        stream.write(msgpack.packb(message))


def _awaited(process: int, pipe: int, bounds: Bounds) -> dict[str, Any]:
    """Return the message of a process, or how it died without one."""
    content, deadline = b"", time.monotonic() + bounds.wall_seconds
    while True:
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            why = f"took longer than {bounds.wall_seconds:.0f} seconds"
            return {"fault": f"Judging this submission {why}.", "died": True}
        if not (part := os.read(pipe, 2**16)):
            break
        content += part
    _, status = os.waitpid(process, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        told: dict[str, Any] = msgpack.unpackb(content)
        return told
    return {"fault": f"Judging this submission {_death(status, bounds)}.", "died": True}


def _death(status: int, bounds: Bounds) -> str:
    number = -os.waitstatus_to_exitcode(status)
    if number == signal.SIGXCPU:
        return f"used more than {bounds.cpu_seconds} seconds of CPU time"
    if number == signal.SIGKILL:
        return "was killed from outside, perhaps because this machine ran out of memory"
    if number > 0:
        return f"ended with the signal {signal.Signals(number).name}"
    return f"ended with the exit code {-number}"
