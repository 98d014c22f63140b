"""Grading processes have their next job before anybody looks at a result."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

from autograder.backends.jobs import Job
from autograder.backends.processes import Processes
from autograder.grade.settings import Settings


def test_a_process_does_not_wait_for_what_happens_with_its_result(tmp_path: Path) -> None:
    processes = Processes(1, Settings(tmp_path, "small", 1, "none"), [])
    ours, theirs = multiprocessing.Pipe()
    child: Any = None
    processes._children[ours] = child
    jobs = [Job(name, tmp_path, tmp_path / name) for name in ("first", "second")]
    for number in (1, 2):  # what the process will answer
        theirs.send({"number": number})
    graded = processes.grade(jobs)
    job, result = next(graded)
    assert (job.name, result) == ("first", {"number": 1})
    assert theirs.recv().name == "first"
    assert theirs.poll(1)  # although the first result is still being looked at
    assert theirs.recv().name == "second"
    assert [job.name for job, _ in graded] == ["second"]
