"""Grade jobs in a container: docker, podman or Apptainer.

Everything that the container sees lies at the same path as outside: this project and the course,
the submissions and the data read-only, the folder of the run writable. It has no network and no
other place to write to than a ``/tmp`` in memory. The workers are confined in it as they are
outside; for that, the calls that make namespaces must reach the kernel, which the default filters
of docker and podman prevent. The filter of the workers, which is stricter, is not affected.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.backends.batch import PROJECT, Batch
from autograder.backends.jobs import Job, Report
from autograder.backends.rounds import grade_in_rounds
from autograder.course.machines import ContainerTable
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.result import Result
from data.sources import cache_folder

_PASSED_ON = ("DL_DATA_MIRROR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
# what root needs inside to give every worker a user and namespaces of its own, and to end it
_CAPABILITIES = ("DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID", "SYS_ADMIN")


@dataclass(frozen=True)
class Container:
    """A backend: a container engine, an image, and limits for all jobs together."""

    table: ContainerTable
    processes: int = 1
    pause: float = 0.2

    def grade_all(self, jobs: Sequence[Job], settings: Settings, report: Report) -> list[Result]:
        """Grade ``jobs`` and return their results in order; ``report`` is called for each."""
        if shutil.which(self.table.engine) is None:
            raise KitError(
                f"{self.table.engine} is not installed on this machine; install it, or name "
                "another engine (docker, podman, apptainer)."
            )
        return grade_in_rounds(self, jobs, settings, report)

    def start(self, jobs: Sequence[Job], settings: Settings, folder: Path) -> RunningContainer:
        """Start a container that grades ``jobs``."""
        batch = Batch.write(folder, jobs, settings, self.processes)
        name = f"grading-{secrets.token_hex(6)}"
        return RunningContainer(self.table.engine, name, batch, self.command(batch, name))

    def command(self, batch: Batch, name: str) -> list[str]:
        """Return the command line that grades ``batch`` in a container called ``name``."""
        table = self.table
        seconds = str(60 * table.minutes)
        inner = ["timeout", "--kill-after=30", seconds, *batch.command(table.python)]
        mounts = sorted(_mounts(table, batch))
        begin = _apptainer if table.engine == "apptainer" else _docker
        return [*begin(table, batch, name, mounts, _environment()), table.image, *inner]


class RunningContainer:
    """A container that grades one batch.

    Its standard input is a pipe that closes with this process, however that ends.
    """

    def __init__(self, engine: str, name: str, batch: Batch, command: Sequence[str]) -> None:
        self.batches = [batch]
        self._engine, self._name = engine, name
        self._log = batch.folder / "container.log"
        end_of_input, ours = os.pipe()
        self._input = os.fdopen(ours, "wb")
        with open(self._log, "wb") as log, os.fdopen(end_of_input, "rb") as theirs:
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=theirs, stdout=log, stderr=log, start_new_session=True
            )

    def is_alive(self) -> bool:
        """Tell whether the container runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the container and everything in it."""
        try:
            if self._has_finished():  # it ends by itself
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(10)
            if self.is_alive():
                self._kill()
        finally:
            self._input.close()

    def _kill(self) -> None:
        if self._engine != "apptainer":
            subprocess.run([self._engine, "kill", self._name], capture_output=True)  # noqa: S603
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _has_finished(self) -> bool:
        (batch,) = self.batches
        return all(batch.result(job) is not None for job in batch.jobs)

    def last_words(self) -> str:
        """Return a sentence on how the container ended."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        code = self._process.returncode
        if code == 124:  # of ``timeout``
            last = "it reached its time limit"
        return f"The container ended with exit code {code}: {last.rstrip('.')} ({self._log})."


def _mounts(table: ContainerTable, batch: Batch) -> Iterator[tuple[str, bool]]:
    """Yield the folders that the container sees, and whether it may write there."""
    wanted = {PROJECT, batch.settings.course_root.resolve(), *map(Path, table.folders)}
    for job in batch.jobs:
        wanted.add(job.path.parent if job.path.parent != Path("/") else job.path)
    for data in (os.environ.get("DL_DATA_MIRROR"), cache_folder()):
        if data and Path(data).is_dir():
            wanted.add(Path(data))
    resolved = {path.absolute() for path in wanted}
    run = batch.jobs[0].folder.parent
    yield str(run), True
    for path in resolved - {run}:
        if not any(above in resolved for above in path.parents):
            yield str(path), False


def _environment() -> dict[str, str]:
    """Return what the interpreter inside finds in its environment."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if (cache := cache_folder()) is not None:
        passed_on["DL_DATA_CACHE"] = str(cache)
    return {"HOME": "/tmp", "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"} | passed_on  # noqa: S108


def _docker(
    table: ContainerTable,
    batch: Batch,
    name: str,
    mounts: Sequence[tuple[str, bool]],
    environment: dict[str, str],
) -> list[str]:
    """Return the command line of docker or podman up to the image."""
    memory = f"{table.memory_mb}m"
    line = [table.engine, "run", "--rm", "--interactive", f"--name={name}"]
    line += ["--network=none", "--read-only"]
    line += [f"--tmpfs=/tmp:rw,nosuid,nodev,size={table.scratch_mb}m,mode=1777"]
    line += [f"--memory={memory}", f"--memory-swap={memory}", f"--pids-limit={table.pids}"]
    line += ["--cap-drop=ALL", "--security-opt=seccomp=unconfined"]
    line += ["--security-opt=apparmor=unconfined", "--security-opt=label=disable"]
    if os.geteuid() == 0:
        line += [f"--cap-add={capability}" for capability in _CAPABILITIES]
    else:  # what is written belongs to the person who grades
        line += ["--userns=keep-id"] if table.engine == "podman" else []
        line += [f"--user={os.geteuid()}:{os.getegid()}", "--security-opt=no-new-privileges"]
    line += [f"--volume={path}:{path}:{'rw' if writable else 'ro'}" for path, writable in mounts]
    line += [f"--env={key}={value}" for key, value in environment.items()]
    if table.gpus and table.engine == "docker":
        wanted = "all" if "all" in table.gpus else f'"device={",".join(table.gpus)}"'
        line += [f"--gpus={wanted}"]
    elif table.gpus:
        line += [f"--device=nvidia.com/gpu={gpu}" for gpu in table.gpus]
    return [*line, f"--workdir={batch.folder}", "--entrypoint="]


def _apptainer(
    table: ContainerTable,
    batch: Batch,
    name: str,
    mounts: Sequence[tuple[str, bool]],
    environment: dict[str, str],
) -> list[str]:
    """Return the command line of Apptainer up to the image, whose files are always read-only."""
    scratch = batch.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    line = ["apptainer", "exec", "--containall", "--no-home", "--net", "--network=none"]
    line += [f"--workdir={scratch}", f"--memory={table.memory_mb}m", f"--pids-limit={table.pids}"]
    line += [f"--bind={path}:{path}:{'rw' if writable else 'ro'}" for path, writable in mounts]
    if table.gpus:
        line += ["--nv"]
        if "all" not in table.gpus:
            environment = environment | {"CUDA_VISIBLE_DEVICES": ",".join(table.gpus)}
    line += [f"--env={key}={value}" for key, value in environment.items()]
    return [*line, f"--pwd={batch.folder}"]
