"""A system-call filter: what is not allowed does not exist, or is not permitted."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
from collections.abc import Sequence

from autograder.worker import system_calls as calls
from autograder.worker.syscalls import PR_SET_NO_NEW_PRIVS, prctl, syscall

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_CLONE_THREAD = 0x00010000
_SECCOMP_SET_MODE_FILTER, _ALL_THREADS = 1, 1


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def build_filter(process: int) -> bytes:
    """Return the filter as classic BPF for this machine's architecture and this process."""
    machine = os.uname().machine
    if machine not in _AUDIT_ARCH:
        raise OSError(errno.ENOSYS, f"no system-call filter for {machine}")
    column = 0 if machine == "x86_64" else 1
    program = [
        _instruction(_LOAD, 4),
        _instruction(_EQUAL, _AUDIT_ARCH[machine], 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, 0),
    ]
    if machine == "x86_64":  # the x32 range names the same calls by other numbers
        program += [_instruction(_AT_LEAST, 0x40000000, 0, 1), _instruction(_RETURN, _KILL)]
    for name, numbers in {**calls.ALLOWED, **calls.REFUSED}.items():
        number = numbers[column]
        if number is not None:
            action = _ALLOW if name in calls.ALLOWED else _ERRNO | errno.EPERM
            program += [_instruction(_EQUAL, number, 0, 1), _instruction(_RETURN, action)]
    for numbers, position, values in calls.REFUSED_VALUES:
        program += _by_argument(numbers[column], position, values, found=False)
    for numbers, position, values in calls.ALLOWED_VALUES:
        program += _by_argument(numbers[column], position, values, found=True)
    program += _by_argument(calls.PRLIMIT[column], 0, (0, process), found=True)
    program += [
        _instruction(_EQUAL, calls.TGKILL[column], 0, 6),
        _instruction(_LOAD, 16),
        _instruction(_EQUAL, process, 0, 3),
        _instruction(_LOAD, 32),
        _instruction(_EQUAL, signal.SIGKILL, 1, 0),  # which tells a kill from outside
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _ERRNO | errno.EPERM),
        _instruction(_EQUAL, calls.CLONE[column], 0, 4),
        _instruction(_LOAD, 16),  # the low half of the first argument: clone's flags
        _instruction(_ANY_BIT, _CLONE_THREAD, 0, 1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _ERRNO | errno.EPERM),
        # Without clone3 the C library falls back to clone, whose flags a filter can read.
        _instruction(_RETURN, _ERRNO | errno.ENOSYS),
    ]
    return b"".join(program)


def _by_argument(number: int, position: int, values: Sequence[int], found: bool) -> list[bytes]:
    """Return a rule for one call: allow it where an argument's low half is, or is not, listed."""
    checks = [_instruction(_EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
    refuse, allow = _instruction(_RETURN, _ERRNO | errno.EPERM), _instruction(_RETURN, _ALLOW)
    return [
        _instruction(_EQUAL, number, 0, len(values) + 3),
        _instruction(_LOAD, 16 + 8 * position),
        *checks,
        *((refuse, allow) if found else (allow, refuse)),
    ]


def install(program: bytes) -> None:
    """Put the filter on every thread of this process, for good."""
    number = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    structure = ctypes.create_string_buffer(header, len(header))
    syscall(number, _SECCOMP_SET_MODE_FILTER, _ALL_THREADS, structure)
