"""The container backend with an engine for tests: results, deaths, refusals, the end of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from backend_jobs import plan_jobs

from autograder.backends.batch import PROJECT, Batch
from autograder.backends.container import Container, RunningContainer
from autograder.backends.jobs import Job
from autograder.backends.local import LocalPool
from autograder.course import Course
from autograder.course.machines import ContainerTable
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.result import Result

IMAGE = "grading:test"
ENGINE = Path(__file__).with_name("engine")
WHERE = ("docker", "podman", "apptainer")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function that installs the engine for tests under a name; it returns its log."""

    def install(name: str) -> Path:
        programs = tmp_path / "bin"
        programs.mkdir()
        (programs / name).symlink_to(ENGINE)
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        monkeypatch.setenv("ENGINE_LOG", str(tmp_path / "engine.log"))
        monkeypatch.setenv("ENGINE_IMAGE", IMAGE)
        return tmp_path / "engine.log"

    return install


def table(name: str, **settings: object) -> ContainerTable:
    return ContainerTable(engine=name, image=IMAGE, python=sys.executable, **settings)  # type: ignore[arg-type]


def settings_of(course: Course) -> Settings:
    return Settings(course.root, "affine", 7, "auto")


def graded(
    backend: Container | LocalPool, course: Course, paths: list[Path], run: Path
) -> tuple[list[Result], list[str]]:
    """Grade ``paths``; return the results without their times, and the names reported."""
    reported: list[str] = []

    def report(job: Job, _: Result) -> None:
        reported.append(job.name)

    backend.grade_all(plan_jobs(paths, run), settings_of(course), report)
    files = [run / name / "result.json" for name in sorted(reported)]
    return [json.loads(file.read_text()) | {"times": {}} for file in files], reported


@pytest.mark.parametrize("name", WHERE)
def test_results_are_the_ones_of_the_local_pool(
    name: str, engine: Callable[[str], Path], small: Course, hand_in: Callable[..., Path],
    tmp_path: Path,
) -> None:  # fmt: skip
    log = engine(name)
    paths = [hand_in("right"), hand_in("wrong", affine=lambda text: text.replace("+ b", "- b"))]
    if name != WHERE[0]:
        paths = paths[1:]
    elsewhere, reported = graded(Container(table(name)), small, paths, tmp_path / "elsewhere")
    here, _ = graded(LocalPool(), small, paths, tmp_path / "here")
    assert elsewhere == here
    assert [result["score"] == result["max_score"] for result in here][-1] is False
    assert sorted(reported) == sorted(path.name for path in paths)
    assert log.read_text().startswith(f"{name}\n")
    assert not list((tmp_path / "elsewhere").glob(".*"))  # nothing of the batches is left


def test_a_container_that_dies_is_started_again(
    engine: Callable[[str], Path], small: Course, hand_in: Callable[..., Path],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log = engine("docker")
    monkeypatch.setenv("ENGINE_FAILS", "2")
    results, _ = graded(Container(table("docker")), small, [hand_in()], tmp_path / "run")
    assert len(results) == 1
    assert log.read_text().count("docker\nrun\n") == 3


def test_what_could_not_be_graded_is_named_with_the_reason(
    engine: Callable[[str], Path], small: Course, hand_in: Callable[..., Path],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    engine("docker")
    monkeypatch.setenv("ENGINE_FAILS", "9")
    with pytest.raises(KitError) as caught:
        graded(Container(table("docker")), small, [hand_in("ada")], tmp_path / "run")
    log = next((tmp_path / "run").glob(".batches-*/round3/container.log"))
    assert str(caught.value) == (
        f"ada could not be graded. The container ended with exit code 137: out of memory ({log}). "
        "Run again with --resume."
    )


def test_a_refusal_inside_is_told_once_and_not_tried_again(
    engine: Callable[[str], Path], hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    log = engine("docker")
    (tmp_path / "course").mkdir()
    with pytest.raises(KitError, match="affine"):
        graded(Container(table("docker")), Course(tmp_path / "course"), [hand_in()], tmp_path / "r")
    assert log.read_text().count("docker\nrun\n") == 1


def test_the_container_is_ended_when_the_run_is(
    engine: Callable[[str], Path], small: Course, hand_in: Callable[..., Path],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log = engine("podman")
    started: list[RunningContainer] = []
    start = Container.start
    monkeypatch.setattr(Container, "start", lambda *a: started.append(start(*a)) or started[0])
    slow = hand_in("slow", affine=lambda text: f"import time\ntime.sleep(9)\n{text}")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Container(table("podman")).grade_all(
            plan_jobs([hand_in("ada"), slow], tmp_path / "run"), settings_of(small), interrupt
        )
    assert not started[0].is_alive()
    assert "podman\nkill\n" in log.read_text()
    assert not list((tmp_path / "run").glob(".*"))


def test_grading_ends_when_nobody_waits_for_it_any_more(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    endless = hand_in("slow", affine=lambda text: f"import time\ntime.sleep(60)\n{text}")
    jobs = plan_jobs([endless], tmp_path / "run")
    batch = Batch.write(tmp_path / "run" / "batch", jobs, settings_of(small), 1)
    process = subprocess.Popen(batch.command(sys.executable), stdin=subprocess.PIPE, cwd=PROJECT)
    while not (tmp_path / "run" / "slow" / "attempts.json").is_file():
        time.sleep(0.02)
        assert process.poll() is None
    process.stdin.close()
    assert process.wait(20) == 128 + signal.SIGKILL
    assert batch.result(jobs[0]) is None


def test_an_engine_that_is_not_there_is_one_sentence(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KitError) as caught:
        graded(Container(table("podman")), small, [hand_in()], tmp_path / "run")
    assert str(caught.value) == (
        "podman is not installed on this machine; install it, or name another engine (docker, "
        "podman, apptainer)."
    )
    assert not (tmp_path / "run").exists()
