"""The container backend: exact command lines, and the same results as the local pool."""

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

from autograder.backends import container
from autograder.backends.batch import PROJECT, Batch
from autograder.backends.container import Container, RunningContainer
from autograder.backends.jobs import Job, plan_jobs
from autograder.backends.local import LocalPool
from autograder.course import Course
from autograder.course.machines import ContainerTable
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.result import Result

IMAGE = "grading:test"
ENGINE = Path(__file__).with_name("engine")
SETTINGS = Settings(Path("/courses/small"), "affine", 7, "auto")
WHERE = ("docker", "podman", "apptainer")


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """A batch of two jobs whose submissions lie in one folder."""
    jobs = plan_jobs([Path("/handed/in/a.zip"), Path("/handed/in/b.zip")], tmp_path / "run")
    return Batch.write(tmp_path / "run" / "batch", jobs, SETTINGS, 2)


@pytest.fixture(autouse=True)
def _one_place_for_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DL_DATA_MIRROR", *container._PASSED_ON):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DL_DATA_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()


def line(batch: Batch, monkeypatch: pytest.MonkeyPatch, user: int, **settings: object) -> list[str]:
    """Return the command line for ``user``, with paths that every machine has."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "getegid", lambda: user)
    table = ContainerTable(image=IMAGE, memory_mb=4000, **settings)  # type: ignore[arg-type]
    words = Container(table).command(batch, "grading-1")
    run = str(batch.folder.parent)
    places = {str(PROJECT): "PROJECT", run: "RUN", run.removesuffix("/run"): "TMP"}
    for path, name in places.items():
        words = [word.replace(path, name) for word in words]
    return words


INNER = ["timeout", "--kill-after=30", "21600", "python3", "-m", "autograder.backends.batch",
         "RUN/batch"]  # fmt: skip
LIMITS = ["--network=none", "--read-only", "--tmpfs=/tmp:rw,nosuid,nodev,size=2048m,mode=1777",
          "--memory=4000m", "--memory-swap=4000m", "--pids-limit=2048", "--cap-drop=ALL",
          "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined",
          "--security-opt=label=disable"]  # fmt: skip
PLACES = ["/courses/small:/courses/small:ro", "/handed/in:/handed/in:ro", "RUN:RUN:rw",
          "TMP/cache:TMP/cache:ro", "PROJECT:PROJECT:ro"]  # fmt: skip
NAMES = ["HOME=/tmp", "PYTHONPATH=PROJECT", "PYTHONDONTWRITEBYTECODE=1", "DL_DATA_CACHE=TMP/cache"]
ROOT = [f"--cap-add={name}" for name in container._CAPABILITIES]
GPUS = ("0", "MIG-1-2")


@pytest.mark.parametrize(
    ("engine", "user", "gpus", "own", "cards"),
    [
        ("docker", 0, (), ROOT, []),
        ("docker", 1000, (), ["--user=1000:1000", "--security-opt=no-new-privileges"], []),
        ("docker", 0, GPUS, ROOT, ['--gpus="device=0,MIG-1-2"']),
        ("docker", 0, ("all",), ROOT, ["--gpus=all"]),
        ("podman", 0, (), ROOT, []),
        ("podman", 1000, (),
         ["--userns=keep-id", "--user=1000:1000", "--security-opt=no-new-privileges"], []),
        ("podman", 0, GPUS, ROOT,
         ["--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=MIG-1-2"]),
        ("podman", 0, ("all",), ROOT, ["--device=nvidia.com/gpu=all"]),
    ],
)  # fmt: skip
def test_the_command_line_of_docker_and_podman(
    batch: Batch,
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    user: int,
    gpus: tuple[str, ...],
    own: list[str],
    cards: list[str],
) -> None:
    words = line(batch, monkeypatch, user, engine=engine, gpus=gpus)
    volumes = [word for word in words if word.startswith("--volume=")]
    assert sorted(volumes) == sorted(f"--volume={place}" for place in PLACES)
    assert [word for word in words if word not in volumes] == [
        engine, "run", "--rm", "--interactive", "--name=grading-1", *LIMITS, *own,
        *(f"--env={name}" for name in NAMES), *cards, "--workdir=RUN/batch", "--entrypoint=",
        IMAGE, *INNER,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("gpus", "cards", "visible"),
    [
        ((), [], []),
        (GPUS, ["--nv"], ["--env=CUDA_VISIBLE_DEVICES=0,MIG-1-2"]),
        (("all",), ["--nv"], []),
    ],
)
def test_the_command_line_of_apptainer(
    batch: Batch,
    monkeypatch: pytest.MonkeyPatch,
    gpus: tuple[str, ...],
    cards: list[str],
    visible: list[str],
) -> None:
    words = line(batch, monkeypatch, 1000, engine="apptainer", gpus=gpus)
    binds = [word for word in words if word.startswith("--bind=")]
    assert sorted(binds) == sorted(f"--bind={place}" for place in PLACES)
    assert [word for word in words if word not in binds] == [
        "apptainer", "exec", "--containall", "--no-home", "--net", "--network=none",
        "--workdir=RUN/batch/scratch", "--memory=4000m", "--pids-limit=2048", *cards,
        *(f"--env={name}" for name in NAMES), *visible, "--pwd=RUN/batch", IMAGE, *INNER,
    ]  # fmt: skip


def test_folders_inside_others_are_mounted_once_and_the_run_stays_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in = [Path("/in/a.zip"), Path("/in/late/b.zip"), Path("/c.zip"), tmp_path / "d.zip"]
    batch = Batch.write(
        tmp_path / "run" / "batch", plan_jobs(handed_in, tmp_path / "run"), SETTINGS, 1
    )
    words = line(batch, monkeypatch, 0, engine="docker", folders=("/extra",))
    volumes = {word.removeprefix("--volume=") for word in words if word.startswith("--volume=")}
    assert volumes == {
        "/in:/in:ro", "/c.zip:/c.zip:ro", "TMP:TMP:ro", "RUN:RUN:rw", "/extra:/extra:ro",
        "/courses/small:/courses/small:ro", "PROJECT:PROJECT:ro",
    }  # fmt: skip


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
