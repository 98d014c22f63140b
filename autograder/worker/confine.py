"""Confine a worker: layer after layer, in an order in which each can still be set up."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.wire.plan import SCRATCH, SUBMISSION, Plan
from autograder.worker import landlock, mounts, seccomp
from autograder.worker import syscalls as sc

NOBODY = 65534
FIRST_USER = 1_900_000_000  # from here on, a user id of its own for every worker, by its process id
THREADS = 512
_MIB = 2**20


@dataclass(frozen=True)
class Host:
    """What is the same for every worker of a zygote, computed once."""

    readable: tuple[str, ...]
    links: dict[str, str]

    @classmethod
    def survey(cls) -> Host:
        """Look at this machine."""
        return cls(tuple(mounts.readable_paths()), mounts.links())


def enter_user_namespace() -> None:
    """As an ordinary user, go on as process 1 of a user and a process namespace of our own.

    Only inside these may we make process namespaces and come back from them. Returns in the new
    process; the old one waits for it. Where the host forbids that, nothing changes.
    """
    if os.geteuid() == 0:
        return
    if (trial := os.fork()) == 0:
        with contextlib.suppress(OSError):
            _leave_host_namespaces()
            os._exit(0)
        os._exit(1)
    if os.waitpid(trial, 0)[1]:
        return
    _leave_host_namespaces()
    if inside := os.fork():
        _, status = os.waitpid(inside, 0)
        os._exit(1 if status else 0)
    sc.prctl(sc.PR_SET_PDEATHSIG, 9)


def _leave_host_namespaces() -> None:
    user, group = os.geteuid(), os.getegid()
    sc.unshare(sc.CLONE_NEWUSER | sc.CLONE_NEWPID)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{NOBODY} {user} 1")
    _write("/proc/self/gid_map", f"{NOBODY} {group} 1")


def fresh_process_namespace() -> None:
    """Make the next fork process 1 of a process namespace of its own."""
    sc.unshare(sc.CLONE_NEWPID)


def own_process_namespace() -> None:
    """Let later forks be born in this process's own namespace again."""
    with open("/proc/self/ns/pid") as own:
        sc.setns(own.fileno(), sc.CLONE_NEWPID)


def confine(plan: Plan, host: Host, keep: Sequence[int]) -> None:
    """Apply the layers of ``plan`` to this process and return inside the confinement."""
    sc.prctl(sc.PR_SET_PDEATHSIG, 9)
    _close_others(keep)
    inherited = _memory_in_use()  # both before the file tree, which has no /proc
    user = FIRST_USER + int(os.readlink("/proc/self"))
    submission, scratch = plan.submission, plan.scratch
    if "namespaces" in plan.layers:
        sc.unshare(sc.CLONE_NEWNS | sc.CLONE_NEWNET | sc.CLONE_NEWIPC | sc.CLONE_NEWUTS)
    if "filesystem" in plan.layers:
        mounts.build_tree(
            plan.scratch, plan.submission, plan.scratch_mb, host.readable, host.links,
            (*plan.masked, *plan.ban.paths), plan.devices,
        )  # fmt: skip
        submission, scratch = SUBMISSION, SCRATCH
    else:
        os.chdir(scratch)
    _link_data(submission)
    os.environ.update(TMPDIR=scratch, HOME=scratch, MPLCONFIGDIR=scratch)
    os.environ.update(CUDA_VISIBLE_DEVICES=plan.card, CUDA_DEVICE_ORDER="PCI_BUS_ID")
    tempfile.tempdir = None  # which the zygote may have asked for
    if "limits" in plan.layers:
        _limit(plan, *inherited)
    if "identity" in plan.layers:
        if os.geteuid() == 0:
            _become(user)
        sc.drop_capabilities()
        sc.prctl(sc.PR_SET_PDEATHSIG, 9)  # a change of user clears it
    sc.prctl(sc.PR_SET_DUMPABLE, 0)
    sc.prctl(sc.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in plan.layers:
        if "filesystem" in plan.layers:
            landlock.restrict(["/"], [scratch, "/dev/null"], plan.devices)
        else:
            _refuse_exposed(host.readable, plan.masked)
            readable = [*host.readable, submission, *mounts.DEVICES]
            landlock.restrict(readable, [scratch, "/dev/null"], plan.devices, hidden=plan.ban.paths)
    if "seccomp" in plan.layers:
        seccomp.install(seccomp.build_filter(os.getpid()))


def _link_data(submission: str) -> None:
    """Show the student's data files in the working folder, where a script looks for them."""
    with contextlib.suppress(OSError), os.scandir(submission) as entries:
        for entry in itertools.islice(entries, 200):
            if entry.is_file(follow_symlinks=False) and not entry.name.endswith((".py", ".pyc")):
                os.symlink(entry.path, entry.name)


def _memory_in_use() -> tuple[int, int]:
    """Return the bytes of address space and of private memory that the zygote left us."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[0]) * resource.getpagesize(), int(fields[5]) * resource.getpagesize()


def _limit(plan: Plan, virtual: int, data: int) -> None:
    memory = plan.memory_mb * _MIB
    # Private memory decides; address space is the backstop for shared mappings.
    _cap(resource.RLIMIT_DATA, data + memory)
    if not plan.devices:
        _cap(resource.RLIMIT_AS, virtual + 2 * memory + 2**30)
    _cap(resource.RLIMIT_CPU, plan.cpu_seconds)
    _cap(resource.RLIMIT_FSIZE, plan.scratch_mb * _MIB)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_NOFILE, 256)
    _cap(resource.RLIMIT_MEMLOCK, 0)
    _cap(resource.RLIMIT_MSGQUEUE, 0)
    if _counts_threads(plan.layers):
        _cap(resource.RLIMIT_NPROC, THREADS)


def _cap(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _counts_threads(layers: Sequence[str]) -> bool:
    """Tell whether the limit on a user's processes would count this worker's threads alone."""
    if os.geteuid() == 0:
        return "identity" in layers
    release = [int(part) for part in re.findall(r"\d+", os.uname().release)[:2]]
    return "namespaces" in layers and release >= [5, 14]  # counted per user namespace since then


def _become(user: int) -> None:
    """Change to ``user``, or to nobody where a container knows only some users."""
    os.setgroups([])
    try:
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError:
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _close_others(keep: Sequence[int]) -> None:
    start = 0
    for descriptor in sorted(keep):
        if start < descriptor:
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, 65536)


def _refuse_exposed(readable: Sequence[str], masked: Sequence[str]) -> None:
    for path in masked:
        for above in readable:
            if path == above or path.startswith(above.rstrip("/") + "/"):
                raise OSError(
                    f"the grader's folder {path} lies in {above}, which workers may read; "
                    "install the project in editable form from a folder of its own"
                )


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
