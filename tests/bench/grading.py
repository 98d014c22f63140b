"""Our grader: start-up, a worker's start and memory, one submission, a whole class."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from autograder.examine.fixed_files import write_tree
from autograder.grade.grader import Grader
from autograder.grade.judging import Judge
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings
from autograder.remote import proxies
from autograder.remote.worker_session import WorkerSession

from .checks import Check
from .series import BenchError, Series, python, repeat

CLASS_SIZE = 30
PAUSE = 0.05  # about what the rest of one submission takes; the next spare worker is ready then
MIB = 2**20
_START = """
import sys
from pathlib import Path
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings
open_grader(Settings(Path(sys.argv[1]), sys.argv[2], 1, "auto")).zygote.close()
"""


def measure(check: Check, folder: Path, times: int, class_size: int) -> Iterator[Series]:
    """Yield what our grader takes for ``check``; ``times`` repetitions, start-up only once.

    A class of fewer than two is left out.
    """
    course = check.course(folder / "course")
    submissions = check.submissions(folder / "handed_in", class_size)
    began = time.perf_counter()
    python("-c", _START, course.root, check.problem)
    took = time.perf_counter() - began
    yield Series(f"{check.name}.start_up", f"{check.name} check: start-up, a new process until "
                 "it can grade", "s", (took,))  # fmt: skip
    settings = Settings(course.root, check.problem, seed=1, level="auto")
    with closing(open_judge(settings)) as judge:
        yield from _workers(check, judge.grader, times)
        yield from _submissions(check, judge, submissions[0], folder / "results", times)
    if len(submissions) < 2:
        return
    began = time.perf_counter()
    python("-m", "autograder", "--course", course.root, "grade", check.problem, *submissions,
           "--out", folder / "class", "--jobs", "1", "--no-pdf", "--json")  # fmt: skip
    took = time.perf_counter() - began
    yield Series(f"{check.name}.class", f"{check.name} check: a class of {len(submissions)}, "
                 "start-up included (--jobs 1)", "s", (took,))  # fmt: skip


def _workers(check: Check, grader: Grader, times: int) -> Iterator[Series]:
    what = f"worker with the {check.name} module imported"
    target = 0.015 if check.name == "torch" else None
    values, memory = _start_workers(check, grader, times, PAUSE)
    yield Series(f"{check.name}.worker", f"{what}, with pauses", "ms", values, target)
    values, more = _start_workers(check, grader, times, 0.0)
    yield Series(f"{check.name}.worker_in_a_row", f"{what}, back to back", "ms", values)
    limit = 25.0 * MIB if check.name == "torch" else None
    yield Series(f"{check.name}.memory", f"private memory of a {what}", "MB", memory + more, limit)


def _start_workers(
    check: Check, grader: Grader, times: int, pause: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the seconds until workers were ready, and their private bytes then."""
    memory: list[float] = []
    seconds: list[float] = []
    with _readable(check.module.parent) as folder:
        for _ in range(times + 1):
            time.sleep(pause)
            start = time.perf_counter()
            worker = grader.zygote.spawn(str(folder))
            session = WorkerSession(proxies.wrap, proxies.unwrap, worker=worker)
            session.allow(10.0, 60.0)
            session.seed(1)
            session.request("load", worker.submission, [check.module.name])
            seconds.append(time.perf_counter() - start)
            memory.append(_private_bytes(worker.pid))
            session.end()
    return tuple(seconds[1:]), tuple(memory[1:])


def _submissions(
    check: Check, judge: Judge, submission: Path, out: Path, times: int
) -> Iterator[Series]:
    numbers = itertools.count()

    def grade() -> None:
        result = judge.grade(submission, out / str(next(numbers)), submission.stem)
        if result["score"] != result["max_score"]:
            raise BenchError(f"the reference got {result['score']} of {result['max_score']}")

    what = f"{check.name} check: one submission, from its files to result.json"
    target = 0.040 if check.name == "torch" else None
    yield Series(f"{check.name}.graded", what, "ms", repeat(grade, times), target)
    paused = repeat(grade, times, pause=PAUSE)
    yield Series(f"{check.name}.graded_alone", f"{what}, with pauses", "ms", paused)


@contextmanager
def _readable(folder: Path) -> Iterator[Path]:
    """Yield a copy of the Python files of ``folder`` that any user may read."""
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o711)
        place = Path(root) / "files"
        place.mkdir()
        write_tree(place, {path.name: path.read_bytes() for path in folder.glob("*.py")})
        yield place


def _private_bytes(pid: int) -> float:
    """Return what a process has written to and shares with nobody."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Private_Dirty":
            return float(value.split()[0]) * 1024
    raise BenchError(f"process {pid} shows no private memory")
