"""Signals that end a process in order, even where Python swallows what their handlers raise."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

from autograder.errors import KitError

_AGAIN_SECONDS = 0.02


class Stopped(KitError):
    """The run was interrupted; what is graded is kept."""


class Told(SystemExit):
    """This process was told to end; what it holds is put in order on the way out."""


@contextlib.contextmanager
def raised_at_sigterm(error: type[BaseException]) -> Iterator[None]:
    """Raise ``error`` inside the block when SIGTERM arrives; for the main thread only.

    Python drops what is raised while it runs a finalizer or a hook at a fork, and prints it. Here
    such a drop is silent, and ``error`` (for KeyboardInterrupt: Ctrl-C too) is raised again a
    moment later.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> NoReturn:
        raise error(1)

    def dropped(told: Any) -> None:
        if isinstance(told.exc_value, error):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            hook(told)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGALRM)}
    hook, sys.unraisablehook = sys.unraisablehook, dropped
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        for number, former in before.items():
            signal.signal(number, former)
