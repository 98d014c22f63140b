"""Show what the student's code prints, up to a limit, so that a loop does not hide the checks."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

_MOST = 4000  # characters of one question


class _Limited:
    """A stream that passes on what is written to it until it has had enough."""

    def __init__(self, stream: Any, limit: int) -> None:
        self._stream, self._left = stream, limit
        self.cut = 0

    def write(self, text: str) -> int:
        """Write the part of ``text`` that is still within the limit."""
        shown = text[: self._left]
        self._left -= len(shown)
        self.cut += len(text) - len(shown)
        if shown:
            self._stream.write(shown)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def limited_output(limit: int = _MOST) -> Iterator[None]:
    """Cut what is printed inside the block after ``limit`` characters, and say so at its end."""
    out, errors = sys.stdout, sys.stderr
    mine = (_Limited(out, limit), _Limited(errors, limit))
    sys.stdout, sys.stderr = mine  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, errors
        if cut := sum(stream.cut for stream in mine):
            print(f"\n  [{cut:,} more characters that your code printed are not shown]", flush=True)
