"""A real container engine, with an image made here that borrows the programs of this machine."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from backend_jobs import plan_jobs

from autograder.backends.batch import PROJECT, Batch
from autograder.backends.container import Container
from autograder.backends.local import LocalPool
from autograder.course import Course
from autograder.course.machines import ContainerTable, Engine
from autograder.errors import KitError
from autograder.grade.settings import Settings

IMAGE = f"localhost/grading-test-{os.getpid()}:latest"  # tests run in several processes
PODMAN = Path(__file__).with_name("podman_here")
BORROWED = tuple(dict.fromkeys(("/usr", sys.base_prefix, sys.prefix)))  # programs and libraries


def root_of_links() -> bytes:
    """Return a file tree whose programs are the ones below /usr."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name in ("bin", "sbin", "lib", "lib64"):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, f"usr/{name}"
            tar.addfile(link)
    return stream.getvalue()


def fault(*command: str, given: bytes = b"") -> str | None:
    """Return why ``command`` fails, None if it does not."""
    done = subprocess.run(command, input=given, capture_output=True, timeout=120)
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return (lines or ["no reason given"])[-1] if done.returncode else None


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that runs containers here; skips with its reason where there is none."""
    faults = []
    path = os.environ["PATH"]
    programs = tmp_path_factory.mktemp("programs")
    (programs / "podman").symlink_to(PODMAN)
    names: tuple[Engine, ...] = ("docker", "podman")
    for name in names:
        if shutil.which(name) is None:
            faults.append(f"{name} is not installed")
            continue
        for places in (path, f"{programs}:{path}"):
            os.environ["PATH"] = places
            run = (name, "run", "--rm", "--network=none", "--volume=/usr:/usr:ro", IMAGE, "true")
            why = fault(name, "import", "-", IMAGE, given=root_of_links()) or fault(*run)
            if why is None:
                yield name
            fault(name, "rmi", "--force", IMAGE)
            os.environ["PATH"] = path
            if why is None:
                return
        faults.append(f"{name}: {why}")
    pytest.skip("; ".join(faults))


def table(engine: Engine, **settings: int) -> ContainerTable:
    chosen = {"memory_mb": 2000, "scratch_mb": 500} | settings
    return ContainerTable(engine=engine, image=IMAGE, folders=BORROWED,
                          python=sys.executable, **chosen)  # fmt: skip


def graded(
    backend: Container | LocalPool, course: Course, paths: list[Path], run: Path
) -> list[dict]:
    settings = Settings(course.root, "affine", 7, "auto")
    backend.grade_all(plan_jobs(paths, run), settings, lambda *_: None)
    return [json.loads((run / path.name / "result.json").read_text()) for path in paths]


@pytest.mark.container
def test_results_are_the_ones_of_the_local_pool(
    engine: Engine, small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    wrong = hand_in("wrong", affine=lambda text: text.replace("+ b", "- b"))
    paths = [hand_in("ada"), wrong]
    inside = graded(Container(table(engine)), small, paths, tmp_path / "inside")
    here = graded(LocalPool(), small, paths, tmp_path / "here")
    assert inside[0]["score"] == 5.0 > inside[1]["score"]
    for result in (*inside, *here):
        result["times"] = {}
    # a container shows its cgroups read-only: its own memory limit takes the place of that layer
    layers = [set(result.pop("isolation")["layers"]) | {"cgroup"} for result in (*inside, *here)]
    assert all(found == layers[0] for found in layers)
    assert "namespaces" in layers[0] or os.geteuid()
    assert inside == here


@pytest.mark.container
def test_the_time_limit_of_a_container_is_named(
    engine: Engine, small: Course, hand_in: Callable[..., Path], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    slow = hand_in("slow", affine=lambda text: f"import time\ntime.sleep(60)\n{text}")
    command = Container.command
    monkeypatch.setattr(  # a second for each of the minutes
        Container, "command", lambda *a: ["2" if word == "60" else word for word in command(*a)]
    )
    monkeypatch.setattr("autograder.backends.rounds.ROUNDS", 1)
    with pytest.raises(KitError, match=r"^slow could not be graded\. .*it reached its time limit"):
        graded(Container(table(engine, minutes=1)), small, [slow], tmp_path / "run")


PROBE = """
import os, pathlib, socket
for path in ("/tmp/x", "{run}/x", "/x", "{project}/x"):
    try:
        pathlib.Path(path).write_text("x")
        print("writes", path)
    except OSError:
        pass
print("network", sorted(name for _, name in socket.if_nameindex()))
print("memory", 100 * 2**20 == int(open(min(
    p for p in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    if os.path.exists(p))).read()))
"""


@pytest.mark.container
def test_a_container_writes_only_where_it_may_and_has_no_network(
    engine: Engine, small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    jobs = plan_jobs([hand_in("ada")], run)
    batch = Batch.write(run / "batch", jobs, Settings(small.root, "affine", 7, "auto"), 1)
    command = Container(table(engine, memory_mb=100)).command(batch, "grading-probe")
    probe = PROBE.format(run=run, project=PROJECT)
    command[command.index("-m") :] = ["-c", probe]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.stdout.splitlines() == [
        "writes /tmp/x", f"writes {run}/x", "network ['lo']", "memory True"
    ], done.stderr  # fmt: skip
