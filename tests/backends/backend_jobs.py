"""Jobs for tests: each submission under the name of its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.backends.jobs import Job


def plan_jobs(paths: Sequence[Path], run: Path) -> list[Job]:
    """Return a job for each path, with a folder of its name in ``run``."""
    return [Job(path.stem, path, run / path.stem) for path in paths]
