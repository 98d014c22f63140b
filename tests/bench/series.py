"""Measured values of one thing, and how to take them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

UNITS = {"s": (1.0, 2), "ms": (1000.0, 1), "MB": (1 / 2**20, 1), "x": (1.0, 2)}
PROGRAM_SECONDS = 120


class BenchError(Exception):
    """Something could not be measured; the text says why."""


@dataclass(frozen=True)
class Series:
    """Values of one thing (seconds, bytes, ratios) in the order they came; none: not to be had.

    ``target`` is what issue and README promise, in the same unit as the values.
    """

    key: str
    what: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """Return the median of the values."""
        return statistics.median(self.values)

    def shown(self, value: float) -> str:
        """Return ``value`` in this row's unit."""
        scale, places = UNITS[self.unit]
        return f"{value * scale:,.{places}f}"


def repeat(
    action: Callable[[], object],
    times: int,
    *,
    pause: float = 0.0,
    warm_ups: int = 1,
    seconds: float = 30.0,
) -> tuple[float, ...]:
    """Return the seconds of ``times`` runs of ``action``, after ``warm_ups`` that do not count.

    Once ``seconds`` are over no further run begins, so that a busy machine ends in time too.
    """
    values: list[float] = []
    deadline = time.monotonic() + seconds
    for number in range(warm_ups + times):
        if values and time.monotonic() > deadline:
            break
        time.sleep(pause)
        start = time.perf_counter()
        action()
        if number >= warm_ups:
            values.append(time.perf_counter() - start)
    return tuple(values)


def python(*arguments: str | Path, cwd: Path | None = None, path: Path | None = None) -> str:
    """Run this interpreter with ``arguments`` and return what it prints; BenchError if it fails.

    ``path`` is a folder whose modules go before all others.
    """
    command = [sys.executable, *map(str, arguments)]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": programs}  # nbgrader calls alembic by its name
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True,
            timeout=PROGRAM_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BenchError(f"{_named(arguments)} took more than {PROGRAM_SECONDS} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise BenchError(f"{_named(arguments)} failed: {said[-1] if said else 'no message'}")
    return done.stdout


def _named(arguments: Sequence[str | Path]) -> str:
    return " ".join(map(str, arguments[:4]))[:120]
