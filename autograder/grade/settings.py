"""What all jobs of a run share; it is sent to every process that grades."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What all jobs of a run share; everything that a replay needs."""

    course_root: Path
    target: str
    seed: int
    level: str
    diagnose: bool = True
    device: str | None = None  # in place of what questions ask for: cpu or cuda
    slot: int = 0  # the number of a process among the ones that share the GPUs of a machine
    search: bool = False
    replays: Path | None = None  # a file of the replays that all processes share
