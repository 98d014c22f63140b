"""A whole class as one command: cores 1 against 2, with and without PDFs, time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .classroom import problem_of, write_class
from .series import BenchError, Series, python

CLASS_SECONDS = 3600.0
_LOOK_SECONDS = 1.0
_KIB = 1024


@dataclass(frozen=True)
class Way:
    """How a class is graded."""

    jobs: int
    pdf: bool

    @property
    def key(self) -> str:
        """Its part of the keys of rows."""
        return f"jobs{self.jobs}" + (".pdf" if self.pdf else "")

    def __str__(self) -> str:
        return f"--jobs {self.jobs}{'' if self.pdf else ' --no-pdf'}"


WAYS = (Way(1, False), Way(2, False), Way(2, True))


@dataclass(frozen=True)
class Measured:
    """What one command took: seconds, CPU seconds, the largest memory of all its processes."""

    wall: float
    cpu: float
    memory: float


def measure(name: str, count: int, folder: Path) -> Iterator[Series]:
    """Yield what grading ``count`` submissions of a problem takes, in each way."""
    kinds = write_class(problem_of(name), count, folder / "class")
    about = f"{count} of {name}"
    yield Series(f"class.{name}.{count}.kinds", f"{about}: " + ", ".join(
        f"{number} {kind}" for kind, number in kinds.items()), "x", (float(count),))  # fmt: skip
    grading: dict[int, float] = {}
    for way in WAYS:
        run = folder / f"run-{way.key}"
        taken = grade(name, folder / "class", run, way)
        key, what = f"class.{name}.{count}.{way.key}", f"{about}, {way}"
        yield Series(key, f"{what}: start-up and reports included", "s", (taken.wall,))
        yield Series(f"{key}.cpu", f"{what}: CPU time a submission, all included", "ms",
                     (taken.cpu / count,))  # fmt: skip
        yield Series(f"{key}.memory", f"{what}: largest memory of all processes", "MB",
                     (taken.memory,), 1.5 * 2**30)  # fmt: skip
        if not way.pdf:
            seconds = pace(run)
            grading[way.jobs] = seconds
            yield Series(f"{key}.pace", f"{what}: a submission after the first one", "ms",
                         (seconds,))  # fmt: skip
    yield Series(f"class.{name}.{count}.service", f"{about}: one submission alone", "ms",
                 tuple(service_times(folder / f"run-{WAYS[0].key}")))  # fmt: skip
    yield Series(f"class.{name}.{count}.two_cores", f"{about}: times faster with two jobs, grading "
                 "alone (asked: at least 1.8)", "x", (grading[1] / grading[2],))  # fmt: skip
    runs = [folder / f"run-{way.key}" for way in WAYS]
    again = grade(name, folder / "class", runs[1], WAYS[1])
    yield Series(f"class.{name}.{count}.again", f"{about}: the same command once more, nothing "
                 "changed", "s", (again.wall,), 10.0)  # fmt: skip
    began = time.perf_counter()
    python("-m", "autograder", "compare", runs[0], runs[1])
    yield Series(f"class.{name}.{count}.compare", f"{about}: compare two runs", "s",
                 (time.perf_counter() - began,), 3.0)  # fmt: skip


def grade(name: str, submissions: Path, run: Path, way: Way) -> Measured:
    """Grade a class by the command that a person gives."""
    command = [
        sys.executable, "-m", "autograder", "grade", name, str(submissions), "--out", str(run),
        "--jobs", str(way.jobs), "--seed", "1", "--json", *([] if way.pdf else ["--no-pdf"]),
    ]  # fmt: skip
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        memory = cpu = 0.0
        while process.poll() is None:
            family = descendants(process.pid)
            memory = max(memory, sum(map(_proportional, family)))
            cpu = max(cpu, sum(map(_cpu_seconds, family)))
            if time.monotonic() - began > CLASS_SECONDS:
                process.terminate()
                raise BenchError(f"a class took more than {CLASS_SECONDS:.0f} s")
            time.sleep(_LOOK_SECONDS)
        said = process.stderr.read().decode() if process.stderr else ""
    wall = time.monotonic() - began
    if process.returncode:
        raise BenchError(f"grading {name} failed: {said.strip().splitlines()[-1:]}")
    return Measured(wall, cpu, memory)


def pace(run: Path) -> float:
    """Return the seconds between two results, without the start-up before the first one."""
    times = sorted(path.stat().st_mtime for path in run.glob("*/result.json"))
    return (times[-1] - times[0]) / max(1, len(times) - 1)


def service_times(run: Path) -> list[float]:
    """Return how long the grading of each submission took."""
    found = []
    for path in sorted(run.glob("*/result.json")):
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found.append(float(result["times"]["total_seconds"]))
    return found


def descendants(pid: int) -> list[int]:
    """Return a process and all that it has started, directly or not."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        children.setdefault(int(_stat(path)[1]), []).append(int(path.parent.name))
    found, waiting = list[int](), [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _stat(path: Path) -> list[str]:
    """Return the fields of a process after its name; zeros if it has ended."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return ["0"] * 20


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of those that it has waited for."""
    return sum(map(int, _stat(Path(f"/proc/{pid}/stat"))[11:15])) / os.sysconf("SC_CLK_TCK")


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0.0
    return sum(float(line.split()[1]) * _KIB for line in lines if line.startswith("Pss:"))
