"""The Slurm backend: what Slurm is asked for, and results on a cluster of one node."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from backend_jobs import plan_jobs

from autograder.backends import slurm
from autograder.backends.batch import PROJECT
from autograder.backends.jobs import Job
from autograder.backends.local import LocalPool
from autograder.backends.slurm import RunningArray, Slurm
from autograder.course import Course
from autograder.course.machines import SlurmTable
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.result import Result

SETTINGS = Settings(Path("/courses/small"), "affine", 7, "auto")


def test_what_slurm_is_asked_for() -> None:
    table = SlurmTable(most_running=4, minutes=30, cpus=3, memory_mb=4000, gpus_per_node=1,
                       partition="short", account="dl101")  # fmt: skip
    assert Slurm(table).parameters() == {
        "job_name": "grading",
        "time": 30,
        "mem": "4000MB",
        "cpus_per_task": 3,
        "array_parallelism": 4,
        "signal_delay_s": 20,
        "setup": [f"export PYTHONPATH={PROJECT}"],
        "additional_parameters": {"requeue": True, "open_mode": "append"},
        "partition": "short",
        "account": "dl101",
        "gpus_per_node": 1,
    }
    assert not {"partition", "account", "gpus_per_node"} & Slurm(SlurmTable()).parameters().keys()


def test_submitit_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(KitError) as caught:
        Slurm(SlurmTable()).start(plan_jobs([tmp_path], tmp_path), SETTINGS, tmp_path / "b")
    assert str(caught.value) == (
        "Grading on Slurm needs submitit; run: pip install 'deep-learning-assignments[slurm]'."
    )


def test_a_machine_without_slurm_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KitError, match=r"^Slurm could not be reached: .*srun.*\.$"):
        Slurm(SlurmTable()).start(plan_jobs([tmp_path], tmp_path), SETTINGS, tmp_path / "b")


@pytest.mark.parametrize(
    ("queue", "code", "alive"),
    [
        ("RUNNING None\nPENDING Resources\n", 0, True),
        ("", 0, False),
        ("PENDING launch failed requeued held\n", 0, False),
        ("PENDING JobHeldAdmin\nRUNNING None\n", 0, True),
        ("slurm_load_jobs error: Invalid job id specified", 1, False),
        ("slurm_load_jobs error: Unable to contact slurm controller", 1, True),
    ],
)
def test_what_the_queue_says_of_an_array(
    monkeypatch: pytest.MonkeyPatch, queue: str, code: int, alive: bool
) -> None:
    answer = SimpleNamespace(returncode=code, stdout=queue, stderr=queue)
    monkeypatch.setattr(slurm.subprocess, "run", lambda *_, **__: answer)
    array = RunningArray([], [SimpleNamespace(job_id="7_0")])
    assert array.is_alive() is alive


@pytest.fixture
def cluster() -> None:
    """Skip where no Slurm answers."""
    if shutil.which("sinfo") is None:
        pytest.skip("Slurm is not installed: tests/backends/one_node_slurm.sh starts one")
    asked = subprocess.run(["sinfo", "--noheader"], capture_output=True, text=True, timeout=60)
    if asked.returncode:
        pytest.skip(f"no Slurm answers: {asked.stderr.strip().splitlines()[-1]}")


class Follower:
    """Collects what a backend reports."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, job: Job, _: Result) -> None:
        self.names.append(job.name)


def graded(
    backend: Slurm | LocalPool, course: Course, paths: list[Path], run: Path
) -> list[dict[str, object]]:
    """Grade ``paths`` and return the contents of result.json, times apart."""
    follower = Follower()
    settings = replace(SETTINGS, course_root=course.root)
    results = backend.grade_all(plan_jobs(paths, run), settings, follower)
    assert sorted(follower.names) == sorted(path.name for path in paths)
    names = [result["submission"]["name"] for result in results]
    assert names == [path.name for path in paths]
    files = [run / path.name / "result.json" for path in paths]
    return [json.loads(file.read_text()) | {"times": {}} for file in files]


def running_tasks(run: Path) -> list[str]:
    """Return the ids of the tasks of this run that run now; other tests have their own."""
    scripts = run.glob(".batches-*/round*/slurm/*_submission.sh")
    own = {script.name.partition("_")[0] for script in scripts}
    command = ["squeue", "--noheader", "--array", "--states=RUNNING", "--format=%i"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [task for task in done.stdout.split() if task.partition("_")[0] in own]


@contextlib.contextmanager
def watching(look: Callable[[], object]) -> Iterator[None]:
    """Call ``look`` again and again in the block."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(0.2):
            look()

    thread = threading.Thread(target=go_on)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.mark.slurm
@pytest.mark.usefixtures("cluster")
def test_an_array_gives_the_results_of_the_local_pool(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    wrong = hand_in("wrong", affine=lambda text: text.replace("+ b", "- b"))
    paths = [hand_in("ada"), wrong, hand_in("empty", affine=None)]
    most: list[int] = [0]
    table = SlurmTable(submissions=1, cpus=1, memory_mb=500, most_running=1)
    run = tmp_path / "elsewhere"
    with watching(lambda: most.append(len(running_tasks(run)))):
        elsewhere = graded(Slurm(table), small, paths, run)
    assert elsewhere == graded(LocalPool(), small, paths, tmp_path / "here")
    assert max(most) == 1  # never more than ``most_running``
    assert not list(run.glob(".*"))


@pytest.mark.slurm
@pytest.mark.usefixtures("cluster")
def test_a_task_that_is_queued_again_goes_on_where_it_was(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    """Slurm warns a task of its time limit by a signal; here the test sends it."""
    slow = hand_in("slow", affine=lambda text: f"import time\ntime.sleep(4)\n{text}")
    run, warned = tmp_path / "run", []

    def warn() -> None:
        begun = (run / "slow" / "attempts.json").is_file()
        if begun and not warned and (tasks := running_tasks(run)):
            subprocess.run(["scancel", "--signal=USR2", tasks[0]], check=True)
            warned.append(tasks[0])

    table = SlurmTable(submissions=2, cpus=1, memory_mb=500)
    with watching(warn):
        results = graded(Slurm(table), small, [hand_in("ada"), slow], run)
    assert warned
    assert [result["score"] for result in results] == [5.0, 5.0]
    tries = [json.loads((run / name / "attempts.json").read_text()) for name in ("ada", "slow")]
    assert tries == [{"attempts": 1}, {"attempts": 2}]


@pytest.mark.slurm
@pytest.mark.usefixtures("cluster")
def test_a_task_that_is_lost_is_submitted_again(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    slow = hand_in("slow", affine=lambda text: f"import time\ntime.sleep(4)\n{text}")
    run, lost = tmp_path / "run", []

    def lose() -> None:
        begun = (run / "slow" / "attempts.json").is_file()
        if begun and not lost and (tasks := running_tasks(run)):
            subprocess.run(["scancel", "--signal=KILL", "--full", tasks[0]], check=True)
            lost.append(tasks[0])

    with watching(lose):
        (result,) = graded(Slurm(SlurmTable(cpus=1, memory_mb=500)), small, [slow], run)
    assert lost
    assert result["score"] == 5.0


@pytest.mark.slurm
@pytest.mark.usefixtures("cluster")
def test_what_slurm_refuses_is_one_sentence(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(KitError) as caught:
        graded(Slurm(SlurmTable(partition="none")), small, [hand_in()], tmp_path / "run")
    assert str(caught.value).startswith("Slurm refused the jobs: ")
    assert "partition" in str(caught.value)
    assert not list((tmp_path / "run").glob(".*"))


@pytest.mark.slurm
@pytest.mark.usefixtures("cluster")
def test_a_task_gets_the_gpus_that_it_asks_for(tmp_path: Path) -> None:
    backend = Slurm(SlurmTable(cpus=1, memory_mb=500, gpus_per_node=1))
    submitit = pytest.importorskip("submitit")
    executor = submitit.SlurmExecutor(tmp_path)
    executor.update_parameters(**backend.parameters())
    (job,) = executor.map_array(os.getenv, ["CUDA_VISIBLE_DEVICES"])
    for _ in range(300):  # a node writes the answer; without accounting, Slurm does not tell
        if job.paths.result_pickle.exists():
            break
        time.sleep(0.2)
    assert job.result() in {"0", "1"}
