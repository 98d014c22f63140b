"""Memory control groups of workers, made by their zygote and swept by whoever outlives it."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from .plan import Plan

_MIB = 2**20
_CGROUPS = Path("/sys/fs/cgroup")


def join(pid: int) -> None:
    """Put a future worker into a memory control group of its own, where the host allows it."""
    with contextlib.suppress(OSError):
        _memory_group(pid).mkdir()
        (_memory_group(pid) / "cgroup.procs").write_text(str(pid))


def limit(plan: Plan, pid: int) -> None:
    """Set the limit of a worker's control group; raises OSError where there is none."""
    if "cgroup" in plan.layers:
        file = "memory.max" if _unified() else "memory.limit_in_bytes"
        # Above the limit on private memory, so that an honest student sees MemoryError first.
        size = (plan.memory_mb * 3 // 2 + 512) * _MIB
        if not _memory_group(pid).is_dir():
            raise OSError("no memory control group can be made here")
        (_memory_group(pid) / file).write_text(str(size))


def remove_dead() -> None:
    """Remove the control groups that an earlier zygote left when it was killed itself."""
    for folder in _memory_group(0).parent.glob("worker-*"):
        zygote = folder.name.split("-")[1]
        if not os.path.exists(f"/proc/{zygote}"):
            with contextlib.suppress(OSError):
                folder.rmdir()


def ran_out(pid: int) -> bool:
    """Tell whether the kernel killed a worker because its control group was full."""
    file = "memory.events" if _unified() else "memory.oom_control"
    with contextlib.suppress(OSError):
        for line in (_memory_group(pid) / file).read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1]) > 0
    return False


def leave(pid: int) -> None:
    """Remove the control group of a worker that has ended."""
    with contextlib.suppress(OSError):
        _memory_group(pid).rmdir()


def sweep(zygote: int) -> None:
    """Remove the groups that a zygote which was killed has left."""
    for _ in range(50):  # its workers may still be ending
        left = list(_group_root().glob(f"worker-{zygote}-*"))
        for group in left:
            with contextlib.suppress(OSError):
                group.rmdir()
        if not left:
            return
        time.sleep(0.02)


def _unified() -> bool:
    return (_CGROUPS / "cgroup.controllers").exists()


def _memory_group(pid: int) -> Path:
    return _group_root() / f"worker-{os.getpid()}-{pid}"


def _group_root() -> Path:
    return _CGROUPS if _unified() else _CGROUPS / "memory"
