"""A batch: jobs that one process grades elsewhere, in a container or on a node of a cluster.

Runs there as ``python -m autograder.backends.batch FOLDER``. The folder lies inside the folder of
the run. All paths are the same on both sides. Standard input is a pipe that nothing is written to;
it closes when nobody waits for results any more, however that came about.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from autograder.atomic import write_bytes, write_json
from autograder.backends.jobs import Job
from autograder.backends.local import LocalPool
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.result import RESULT, Result

PROJECT = Path(__file__).resolve().parents[2]  # what Python needs in its path
_ORDER, _FAULT = "batch.json", "fault.txt"


@dataclass(frozen=True)
class Batch:
    """Jobs with what they share; ``processes`` of them are graded at a time."""

    folder: Path
    jobs: tuple[Job, ...]
    settings: Settings
    processes: int

    @classmethod
    def write(cls, folder: Path, jobs: Sequence[Job], settings: Settings, processes: int) -> Batch:
        """Write a batch into the new ``folder``."""
        absolute = tuple(replace(j, path=j.path.resolve(), folder=j.folder.resolve()) for j in jobs)
        folder.mkdir(parents=True)
        batch = cls(folder.resolve(), absolute, settings, processes)
        write_json(folder / _ORDER, msgspec.to_builtins(batch, enc_hook=str))
        return batch

    @classmethod
    def read(cls, folder: Path) -> Batch:
        """Read the batch that was written into ``folder``."""
        content = json.loads((folder / _ORDER).read_text(encoding="utf-8"))
        return msgspec.convert(content, cls, dec_hook=lambda kind, value: kind(value))

    def command(self, python: str) -> list[str]:
        """Return the command that grades this batch."""
        return [python, "-m", "autograder.backends.batch", str(self.folder)]

    def result(self, job: Job) -> Result | None:
        """Return the result of ``job`` if this batch has graded it, else None.

        On a shared file system the mark of a job may arrive before its result.
        """
        try:
            wanted = self._mark(job).read_text(encoding="ascii")
            content = (job.folder / RESULT).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != wanted:
            return None
        found: Result = json.loads(content)
        return found

    def refusal(self) -> str | None:
        """Return why this batch cannot be graded at all, in one sentence."""
        try:
            return (self.folder / _FAULT).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def grade(self) -> None:
        """Grade the jobs that are not graded yet, in this process."""
        todo = [job for job in self.jobs if self.result(job) is None]
        try:
            LocalPool(self.processes).grade_all(todo, self.settings, self._note)
        except KitError as error:
            write_bytes(self.folder / _FAULT, str(error).encode())
            raise

    def _note(self, job: Job, _: Result) -> None:
        content = (job.folder / RESULT).read_bytes()
        write_bytes(self._mark(job), hashlib.sha256(content).hexdigest().encode())

    def _mark(self, job: Job) -> Path:
        return self.folder / f"{job.name}.done"


def main(folder: Path) -> int:
    """Grade the batch in ``folder`` until standard input closes; return the exit status."""
    child = os.fork()
    if child == 0:
        os._exit(_grade(folder))
    ended = os.pidfd_open(child)
    ready, _, _ = select.select([sys.stdin, ended], [], [])
    if ended not in ready:
        signal.pidfd_send_signal(ended, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def _grade(folder: Path) -> int:
    try:
        Batch.read(folder).grade()
        return 0
    except KitError as error:
        print(f"Error: {error}", file=sys.stderr, flush=True)
        return 2
    except Exception:
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
