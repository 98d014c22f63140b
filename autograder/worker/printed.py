"""The text streams of a worker: what nobody reads any more is dropped, not waited for."""

from __future__ import annotations

import io
import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

FULL_MS = 100  # how long a full pipe is waited for, once


def stream(descriptor: int) -> io.TextIOWrapper:
    """Return a text stream that never blocks on the pipe ``descriptor`` for long.

    Our side stops reading after a limit, so that code which prints without end costs us nothing.
    """
    os.set_blocking(descriptor, False)
    return io.TextIOWrapper(
        io.BufferedWriter(_Pipe(descriptor, "w", closefd=False)),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )


class _Pipe(io.FileIO):
    """The writing end of a pipe; bytes for which it has no room are dropped."""

    _is_read = True  # until it has stayed full for a while

    def write(self, content: ReadableBuffer, /) -> int:
        left = memoryview(content).cast("B")
        size = len(left)
        while left:
            written = super().write(left)
            if written is not None:
                left = left[written:]
            elif not self._has_room():
                break
        return size

    def _has_room(self) -> bool:
        """Return whether there is room; a pipe that stays full is not waited for again."""
        poll = select.poll()
        poll.register(self.fileno(), select.POLLOUT)
        self._is_read = bool(poll.poll(FULL_MS if self._is_read else 0))
        return self._is_read
