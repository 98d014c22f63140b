"""Choose the backend that an operator has named."""

from __future__ import annotations

from pathlib import Path

from autograder.backends.container import Container
from autograder.backends.jobs import Backend
from autograder.backends.local import LocalPool
from autograder.backends.slurm import Slurm
from autograder.course.machines import ContainerTable, load_backend


def backend_from(file: Path | None, processes: int) -> Backend:
    """Return the backend that ``file`` describes; without one, a pool on this machine."""
    if file is None:
        return LocalPool(processes)
    table = load_backend(file)
    return Container(table, processes) if isinstance(table, ContainerTable) else Slurm(table)
