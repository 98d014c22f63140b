"""Lock a run folder, so that no two processes grade into it at a time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import KitError

FILE = "lock"


@contextlib.contextmanager
def locked(run: Path) -> Iterator[None]:
    """Hold the lock of ``run`` inside the block; raises KitError where another process holds it.

    The lock is the kernel's and ends with this process, however it ends. A fork does not hold it.
    """
    path = run / FILE
    try:
        run.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise KitError(f"{run} cannot be written ({error.strerror}).") from None
    try:
        _lock(descriptor, run)
        me = f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%F %T')}"
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, me.encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, run: Path) -> None:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            holder = os.pread(descriptor, 200, 0).decode(errors="replace") or "another process"
            raise KitError(
                f"{run} is in use by {holder}; wait until it ends, "
                "or name another folder with --out."
            ) from None
        raise KitError(
            f"{run} cannot be locked ({error.strerror}); name a folder on a local disk with --out."
        ) from None
