"""Jobs on several processes: the longest first, each zygote in one process, errors told."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from autograder.errors import CourseError, KitError
from autograder.prove.pool import Job, Pool


def done(jobs: list[Job], processes: int) -> list[tuple[Job, Any]]:
    with Pool(jobs, contextlib.nullcontext, processes) as pool:  # these jobs need no graders
        return list(pool.results())


def process(seconds: float = 0.0) -> Callable[[Any], int]:
    """Return a job that says which process does it."""

    def run(_: Any) -> int:
        time.sleep(seconds)
        return os.getpid()

    return run


def test_in_one_process_the_longest_job_is_first():
    jobs = [Job("p", "a", cost, process()) for cost in (1.0, 3.0, 2.0)]
    found = done(jobs, 1)
    assert [job.cost for job, _ in found] == [3.0, 2.0, 1.0]
    assert {number for _, number in found} == {os.getpid()}


def test_two_processes_share_the_jobs_and_stay_with_their_zygotes():
    jobs = [Job("p", zygote, 1.0, process(0.2)) for zygote in "aabb"]
    found = done(jobs, 2)
    assert len(found) == 4
    where = {name: {number for job, number in found if job.zygote == name} for name in "ab"}
    assert where["a"] != where["b"]
    assert len(where["a"]) == len(where["b"]) == 1


def test_a_free_process_helps_another_with_long_jobs():
    jobs = [Job("p", "a", 10.0, process(0.2)) for _ in range(4)]
    assert len({number for _, number in done(jobs, 2)}) == 2
    jobs = [Job("p", "a", 0.1, process(0.2)) for _ in range(4)]
    assert len({number for _, number in done(jobs, 2)}) == 1  # not worth another zygote


def refuse(_: Any) -> None:
    raise CourseError("a.toml: it is broken.")


@pytest.mark.parametrize(
    ("run", "message"),
    [(refuse, "a.toml: it is broken"), (lambda _: os._exit(1), "A grading process ended")],
)
def test_an_error_or_a_death_ends_the_pool_with_a_sentence(run, message):
    jobs = [Job("p", "a", 2.0, run), Job("p", "b", 1.0, process(60))]
    start = time.monotonic()
    with pytest.raises(KitError, match=message):
        done(jobs, 2)
    assert time.monotonic() - start < 40
