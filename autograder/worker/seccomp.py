"""A system-call filter: no sockets, no new processes, no programs, no tracing, no mounts."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from autograder.worker.syscalls import PR_SET_NO_NEW_PRIVS, prctl, syscall

# Numbers per architecture: (x86-64, aarch64); None where a call does not exist.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "sendto": (44, 206),
    "sendmsg": (46, 211), "bind": (49, 200), "listen": (50, 201), "socketpair": (53, 199),
    "accept4": (288, 242), "sendmmsg": (307, 269),
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "process_madvise": (440, 440), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None),
    "personality": (135, 92), "lookup_dcookie": (212, 18), "fanotify_init": (300, 262),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setattr": (314, 274),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118),
    # Landlock does not look at these, and files of the grader's own user may be in sight.
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "truncate": (76, 45),
}  # fmt: skip
# Calls that reach other processes by one argument: numbers, its position, the values refused.
_DENIED_VALUES = (
    ((72, 25), 1, (8, 10, 15)),  # fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX
    ((16, 29), 1, (0x8901, 0x8902, 0x5412)),  # ioctl: FIOSETOWN, SIOCSPGRP, TIOCSTI
)
_PRLIMIT, _TGKILL = (302, 261), (234, 131)
_CLONE, _CLONE3 = (56, 220), (435, 435)
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
    # Without clone3 the C library falls back to clone, whose flags a filter can read.
    program += [
        _instruction(_EQUAL, _CLONE3[column], 0, 1),
        _instruction(_RETURN, _ERRNO | errno.ENOSYS),
    ]
    for pair in _DENIED.values():
        number = pair[column]
        if number is not None:
            program += [
                _instruction(_EQUAL, number, 0, 1),
                _instruction(_RETURN, _ERRNO | errno.EPERM),
            ]
    for numbers, position, values in _DENIED_VALUES:
        checks = [_instruction(_EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
        program += _by_argument(numbers[column], position, [*checks, _instruction(_RETURN, _ALLOW)])
    for numbers, own in ((_PRLIMIT, 0), (_TGKILL, process)):
        check = _instruction(_EQUAL, own, 0, 1)
        program += _by_argument(numbers[column], 0, [check, _instruction(_RETURN, _ALLOW)])
    program += [
        _instruction(_EQUAL, _CLONE[column], 0, 3),
        _instruction(_LOAD, 16),  # the low half of the first argument: clone's flags
        _instruction(_ANY_BIT, _CLONE_THREAD, 1, 0),
        _instruction(_RETURN, _ERRNO | errno.EPERM),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(program)


def _by_argument(number: int, position: int, checks: list[bytes]) -> list[bytes]:
    """Return a rule for one call: run ``checks`` on the low half of an argument, else refuse."""
    return [
        _instruction(_EQUAL, number, 0, len(checks) + 2),
        _instruction(_LOAD, 16 + 8 * position),
        *checks,
        _instruction(_RETURN, _ERRNO | errno.EPERM),
    ]


def install(program: bytes) -> None:
    """Put the filter on every thread of this process, for good."""
    number = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    structure = ctypes.create_string_buffer(header, len(header))
    syscall(number, _SECCOMP_SET_MODE_FILTER, _ALL_THREADS, structure)
