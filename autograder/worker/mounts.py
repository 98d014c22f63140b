"""A worker's own file tree: read-only binds on a small tmpfs, a sized tmpfs to write to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from autograder.wire.plan import SCRATCH, SUBMISSION
from autograder.worker import syscalls as sc

_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
_SYSTEM_FILES = ("/etc/localtime", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def readable_paths() -> list[str]:
    """Return what an interpreter needs to run here: itself, its packages, shared libraries."""
    wanted = [*_SYSTEM, sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path[1:]]
    real = {path: os.path.realpath(path) for path in wanted if os.path.isdir(path)}
    own = os.path.realpath(Path(__file__).parents[2])
    chosen: list[str] = []
    for path in sorted(set(real.values()) | {p for p in real if not os.path.islink(p)}):
        if path == own or path == "/":
            continue
        if not any(path == above or path.startswith(above + "/") for above in chosen):
            chosen.append(path)
    return chosen


def links() -> dict[str, str]:
    """Return the links among the system folders, such as /lib -> usr/lib."""
    return {path: os.readlink(path) for path in _SYSTEM if os.path.islink(path)}


def build_tree(
    stage: str,
    submission: str,
    scratch_mb: int,
    readable: Iterable[str],
    links_: dict[str, str],
    masked: Iterable[str],
    devices: Iterable[str] = (),
) -> None:
    """Build the tree on the folder ``stage`` and make it this process's root.

    ``masked`` are folders and files that stay empty even where a bind covers them. Needs a mount
    namespace of its own.
    """
    sc.mount("none", "/", None, sc.MS_REC | sc.MS_PRIVATE)
    guarded = sc.MS_NOSUID | sc.MS_NODEV
    sc.mount("tmpfs", stage, "tmpfs", sc.MS_NOSUID, "size=1m,mode=755")
    os.makedirs(stage + SCRATCH, exist_ok=True)
    options = f"size={scratch_mb}m,nr_inodes=10k,mode=1777"
    sc.mount("tmpfs", stage + SCRATCH, "tmpfs", guarded, options)
    for path in readable:  # after the scratch folder, which would hide an environment below /tmp
        _bind(path, stage + path, guarded)
    for path, target in links_.items():
        if not os.path.lexists(stage + path):
            os.makedirs(os.path.dirname(stage + path), exist_ok=True)
            os.symlink(target, stage + path)
    for path in _SYSTEM_FILES:
        if os.path.exists(path) and not os.path.lexists(stage + path):
            _bind(os.path.realpath(path), stage + path, guarded)
    for path in (*DEVICES, *devices):
        _bind(path, stage + path, sc.MS_NOSUID)
    for path in masked:
        if os.path.isdir(stage + path):
            sc.mount("tmpfs", stage + path, "tmpfs", guarded | sc.MS_RDONLY, "size=4k,mode=755")
        elif os.path.isfile(stage + path):
            sc.mount("/dev/null", stage + path, None, sc.MS_BIND)
    _bind(submission, stage + SUBMISSION, guarded)
    os.chdir(stage)
    sc.pivot_root(".", ".")
    sc.detach(".")
    sc.mount("none", "/", None, sc.MS_REMOUNT | sc.MS_BIND | sc.MS_RDONLY | guarded)
    os.chdir(SCRATCH)


def _bind(source: str, target: str, flags: int) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
    sc.mount(source, target, None, sc.MS_BIND)
    # In a user namespace a remount may add restrictions but must keep those of the source.
    kept = os.statvfs(target).f_flag & (
        sc.MS_NOSUID | sc.MS_NODEV | sc.MS_NOEXEC | sc.MS_NOATIME | sc.MS_NODIRATIME | 4096
    )
    kept = (kept & ~4096) | (sc.MS_RELATIME if kept & 4096 else 0)
    sc.mount("none", target, None, sc.MS_BIND | sc.MS_REMOUNT | sc.MS_RDONLY | flags | kept)
