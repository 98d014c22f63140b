"""Write reports in processes of their own, so that grading does not wait for them.

Runs there as ``python -m autograder.report.writers``: reads a JSON text with a folder from each
line of standard input and answers each with a line: null, or why there is no report. It takes
whatever lines have come together. At the end of standard input it ends, and at once with the
process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO

from .pdf import AT_ONCE, write_pdfs
from .read import ReportError

_PR_SET_PDEATHSIG = 1
_NICE = 5  # grading comes first
_PROJECT = Path(__file__).resolve().parents[2]


class Writers:
    """Processes that write reports; the folders that were added are done at the end of the block.

    An exception inside the block ends them at once.
    """

    def __init__(self, count: int) -> None:
        self._added = 0
        self._writers = [_Writer() for _ in range(count)]

    def add(self, folder: Path) -> None:
        """Have the report of a folder written, without waiting for it."""
        self._writers[self._added % len(self._writers)].add(folder)
        self._added += 1

    def finish(self) -> list[str]:
        """Wait for all reports and return a sentence for each that is missing."""
        for writer in self._writers:
            writer.close()
        return [fault for writer in self._writers for fault in writer.faults()]

    def __enter__(self) -> Writers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers:
            writer.stop()


class _Writer:
    """One process, and the folders that do not fit into its pipe yet."""

    def __init__(self) -> None:
        self._answers: IO[bytes] = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.report.writers"],
            stdin=subprocess.PIPE,
            stdout=self._answers,
            env={**os.environ, "PYTHONPATH": _with_project()},
        )
        assert self._process.stdin is not None
        self._pipe = self._process.stdin.fileno()
        os.set_blocking(self._pipe, False)
        self._waiting: deque[bytes] = deque()
        self._folders: list[Path] = []

    def add(self, folder: Path) -> None:
        self._folders.append(folder)
        self._waiting.append(json.dumps(str(folder.resolve())).encode() + b"\n")
        self._send()

    def _send(self) -> None:
        """Send what fits into the pipe; a line of less than PIPE_BUF bytes is never cut."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError):  # its death shows at the end
            while self._waiting:
                os.write(self._pipe, self._waiting[0])
                self._waiting.popleft()

    def close(self) -> None:
        """Send the rest and say that there is no more."""
        os.set_blocking(self._pipe, True)
        self._send()
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def faults(self) -> list[str]:
        """Wait for the process; return why reports are missing."""
        self._process.wait()
        self._answers.seek(0)
        answers = [json.loads(line) for line in self._answers.read().splitlines()]
        found = [answer for answer in answers if answer is not None]
        lost = self._folders[len(answers) :]
        return found + [f"{folder}/report.pdf: its writer died; write it by `report`."
                        for folder in lost]  # fmt: skip

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._answers.close()


def _with_project() -> str:
    return os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])


def main() -> None:
    """Write the reports that standard input names, until it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one decides
    os.nice(_NICE)
    lines, rest = deque[bytes](), b""
    is_open = True
    while is_open or lines:
        while is_open and (not lines or select.select([0], [], [], 0)[0]):
            read = os.read(0, 2**16)
            is_open = bool(read)
            *whole, rest = (rest + read).split(b"\n")
            lines += whole
        folders = [Path(json.loads(lines.popleft())) for _ in range(min(AT_ONCE, len(lines)))]
        for done in write_pdfs(folders):
            said = str(done) if isinstance(done, ReportError) else None
            os.write(1, json.dumps(said).encode() + b"\n")


if __name__ == "__main__":
    main()
