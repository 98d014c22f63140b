"""Stop code that runs too long or tries to end the program, on every system, in this process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_AGAIN = 0.5  # seconds between attempts, where the code catches every exception
_ATTEMPTS = 10


class OutOfTime(BaseException):
    """The time of a check is over; ``where`` is the line that ran then."""

    where = ""


@contextlib.contextmanager
def time_limit(
    seconds: float | None, line_of: Callable[[FrameType | None], str], stuck: Callable[[str], None]
) -> Iterator[None]:
    """Raise OutOfTime inside the block once it has run for ``seconds``; None is no limit.

    ``line_of`` says of a stack which line of the student's runs. ``stuck`` is called, in another
    thread, if the code cannot be stopped.
    """
    if seconds is None:
        yield
        return
    watch = _Watch(seconds, line_of, stuck)
    watch.start()
    try:
        try:
            yield
        finally:
            watch.stop()
    except OutOfTime as error:
        watch.stop()
        error.where = watch.where
        raise


class _Watch(threading.Thread):
    """Raises OutOfTime in the thread that made it, again and again until it is stopped."""

    def __init__(
        self,
        seconds: float,
        line_of: Callable[[FrameType | None], str],
        stuck: Callable[[str], None],
    ) -> None:
        super().__init__(daemon=True)
        self.where = ""
        self._seconds, self._line_of, self._stuck = seconds, line_of, stuck
        self._watched = threading.get_ident()
        self._lock, self._end, self._over = threading.Lock(), threading.Event(), False

    def run(self) -> None:
        """Wait, then raise the exception."""
        if self._end.wait(self._seconds):
            return
        self.where = self._line_of(sys._current_frames().get(self._watched))
        for _ in range(_ATTEMPTS):
            with self._lock:
                if self._over:
                    return
                _raise_in(self._watched, OutOfTime)
            if self._end.wait(_AGAIN):
                return
        self._stuck(self.where)

    def stop(self) -> None:
        """Let nothing be raised any more, not even what is on its way."""
        while True:
            try:
                with self._lock:
                    self._over = True
                self._end.set()
                _raise_in(self._watched, None)
                return
            except OutOfTime:
                continue


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise ``error`` in a thread at its next step in Python; None takes back what is pending."""
    what = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


@contextlib.contextmanager
def no_exit() -> Iterator[None]:
    """Let ``os._exit`` raise SystemExit in this process, as ``sys.exit`` does."""
    ours, leave = os.getpid(), os._exit

    def refused(status: int) -> None:
        if os.getpid() != ours:
            leave(status)  # a process of a library's own
        raise SystemExit(status)

    os._exit = refused  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit = leave
