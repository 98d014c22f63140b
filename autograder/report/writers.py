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
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO

from .pdf import AT_ONCE, REPORT, write_pdfs
from .read import ReportError

_PR_SET_PDEATHSIG = 1
_NICE = 5  # grading comes first
_PAUSE = 0.05
_PROJECT = Path(__file__).resolve().parents[2]


class Writers:
    """Processes that write reports; the folders that were added are done at the end of the block.

    ``first`` processes work at once, and ``most`` when no grading needs the memory any more. An
    exception inside the block ends them.
    """

    def __init__(self, first: int, most: int) -> None:
        self._waiting: deque[Path] = deque()
        self._most = max(first, most)
        self._writers = [_Writer() for _ in range(first)]

    def add(self, folder: Path) -> None:
        """Have the report of a folder written, without waiting for it."""
        self._waiting.append(folder)
        self._share_out()

    def finish(self) -> list[str]:
        """Wait for all reports and return a sentence for each that is missing."""
        more = min(self._most - len(self._writers), len(self._waiting) // AT_ONCE)
        self._writers += [_Writer() for _ in range(more)]
        while self._waiting and any(writer.is_alive() for writer in self._writers):
            self._share_out()
            time.sleep(_PAUSE)
        faults = [fault for writer in self._writers for fault in writer.finish()]
        return faults + [_lost(folder) for folder in self._waiting]

    def _share_out(self) -> None:
        for writer in self._writers:
            while self._waiting and writer.is_alive() and writer.ahead() < 2 * AT_ONCE:
                writer.send(self._waiting.popleft())

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
    """One process, and the folders that were sent to it."""

    def __init__(self) -> None:
        self._answers: IO[bytes] = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.report.writers"],
            bufsize=0,  # nothing is left to be written when it dies
            stdin=subprocess.PIPE,
            stdout=self._answers,
            env={**os.environ, "PYTHONPATH": _with_project()},
        )
        self._sent: list[Path] = []

    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def ahead(self) -> int:
        """Return how many folders have no answer yet; so few lines never fill the pipe."""
        return len(self._sent) - len(self._lines())

    def send(self, folder: Path) -> None:
        """Send a folder."""
        self._sent.append(folder)
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # its death shows at the end
                self._process.stdin.write(json.dumps(str(folder.resolve())).encode() + b"\n")

    def finish(self) -> list[str]:
        """Wait for the process; return why reports are missing."""
        self._close()
        self._process.wait()
        answers = [json.loads(line) for line in self._lines()]
        told = [answer for answer in answers if answer is not None]
        return told + [_lost(folder) for folder in self._sent[len(answers) :]]

    def stop(self) -> None:
        """End the process if it still runs."""
        if self.is_alive():
            self._process.kill()
            self._process.wait()
        self._close()
        self._answers.close()

    def _lines(self) -> list[bytes]:
        number = self._answers.fileno()
        return os.pread(number, os.fstat(number).st_size, 0).splitlines()

    def _close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()


def _lost(folder: Path) -> str:
    return f"{folder}/{REPORT}: its writer died; write it by `report`."


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
