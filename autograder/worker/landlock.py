"""Landlock rules: which folders may be read, which may be written, no TCP, no signals outward."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Iterator, Sequence

from autograder.worker.syscalls import PR_SET_NO_NEW_PRIVS, prctl, syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_READ = (1 << 0) | (1 << 2) | (1 << 3)  # execute, read file, read folder
_LIST = 1 << 3
_WRITE = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 7) | (1 << 8)  # write, remove, make folder or file
_TRUNCATE = 1 << 14
_IOCTL_DEVICE = 1 << 15
_FILE_ONLY = (1 << 0) | (1 << 1) | (1 << 2) | _TRUNCATE | _IOCTL_DEVICE
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}


def abi() -> int:
    """Return the version this kernel offers; raises OSError where there is none."""
    return syscall(_CREATE, 0, 0, 1)


def restrict(
    readable: Iterable[str],
    writable: Iterable[str],
    devices: Iterable[str] = (),
    hidden: Sequence[str] = (),
) -> None:
    """Allow reading and writing below the given paths and nothing else, for good.

    ``devices`` may be read, written and controlled; of a folder among them, files may be read.
    What is ``hidden`` can be listed where a readable folder holds it, but not read.
    """
    version = abi()
    handled = _ALL_BY_ABI[max(key for key in _ALL_BY_ABI if key <= version)]
    network = 3 if version >= 4 else 0
    scoped = 3 if version >= 6 else 0
    attributes = struct.pack("=QQQ", handled, network, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = syscall(_CREATE, buffer, size, 0)
    try:
        for path in readable:
            for inner, access in _around(path, hidden):
                _allow(ruleset, inner, access)
        for path in writable:
            _allow(ruleset, path, (_READ | _WRITE | _TRUNCATE) & handled)
        for path in devices:
            control = _READ if os.path.isdir(path) else _READ | _WRITE | _TRUNCATE | _IOCTL_DEVICE
            _allow(ruleset, path, control & handled)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _around(path: str, hidden: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield paths and what to allow there: reading below ``path``, but not what is ``hidden``."""
    if path in hidden:
        return
    inside = [other for other in hidden if other.startswith(path.rstrip("/") + "/")]
    if not inside:
        yield path, _READ
        return
    yield path, _LIST
    for entry in os.scandir(path):
        if not entry.is_symlink():  # what it leads to has its own place, and a rule there
            yield from _around(entry.path, inside)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            access &= _FILE_ONLY
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, descriptor), 12)
        syscall(_ADD_RULE, ruleset, 1, rule, 0)
    finally:
        os.close(descriptor)
