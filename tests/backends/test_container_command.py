"""The exact command lines of docker, podman and Apptainer, for every kind of user and GPU."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from backend_jobs import plan_jobs

from autograder.backends import container
from autograder.backends.batch import PROJECT, Batch
from autograder.backends.container import Container
from autograder.course.machines import ContainerTable
from autograder.grade.settings import Settings

IMAGE = "grading:test"
SETTINGS = Settings(Path("/courses/small"), "affine", 7, "auto")


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
