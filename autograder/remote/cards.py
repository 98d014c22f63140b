"""The GPUs of this machine: how CUDA names them, and which files a worker needs to use one."""

from __future__ import annotations

import os
from pathlib import Path

VISIBLE = "CUDA_VISIBLE_DEVICES"
_NAMED = os.environ.get(VISIBLE)  # before the examiner hides all of them from itself
_DRIVER = ("/proc/driver/nvidia", "/usr/local/nvidia")  # what it says of itself; its libraries


def visible_cards(named: str | None = _NAMED, devices: Path = Path("/dev")) -> tuple[str, ...]:
    """Return the names of the GPUs that may be used here, MIG devices among them.

    They are the ones that ``CUDA_VISIBLE_DEVICES`` names, as a cluster sets it, else all.
    """
    count = len(list(devices.glob("nvidia[0-9]*")))
    if not count:
        return ()
    if named is None:
        return tuple(map(str, range(count)))
    names = [name.strip() for name in named.split(",")]
    return tuple(name for name in names if name and name != "-1")


def card_paths(devices: Path = Path("/dev"), driver: tuple[str, ...] = _DRIVER) -> tuple[str, ...]:
    """Return the device files and folders without which CUDA does not start.

    They are the same for every GPU: CUDA's own numbering says nothing about the files.
    """
    nodes = [path for path in devices.glob("nvidia*") if not path.is_dir()]
    nodes += devices.glob("nvidia-caps/*")  # of MIG
    return (*sorted(map(str, nodes)), *(path for path in driver if os.path.isdir(path)))


def hide_cards() -> None:
    """Let this process and its children compute on the CPU, whatever the machine has."""
    os.environ[VISIBLE] = ""
