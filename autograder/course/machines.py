"""The TOML file of an operator that says where jobs run, as a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from autograder.course.tables import Count, Names, Table
from autograder.course.toml import TomlFile

Engine: TypeAlias = Literal["docker", "podman", "apptainer"]


class ContainerTable(Table, frozen=True):
    """A container on this machine, in which all processes of the grading run."""

    engine: Annotated[Engine, Meta(description="The program that runs containers.")]
    image: Annotated[
        str, Meta(description="The image with Python and the libraries; Apptainer: a file or URI.")
    ]
    memory_mb: Annotated[Count, Meta(description="Memory of the container, in MB.")] = 8192
    scratch_mb: Annotated[Count, Meta(description="Size of its `/tmp`, in MB, in memory.")] = 2048
    pids: Annotated[Count, Meta(description="Processes and threads that may exist in it.")] = 2048
    minutes: Annotated[Count, Meta(description="The container is ended after this time.")] = 360
    gpus: Annotated[
        Names,
        Meta(description="GPUs that the container sees: numbers, names of MIG devices, or `all`."),
    ] = ()
    folders: Annotated[
        Names, Meta(description="Further folders that the container may read, at the same path.")
    ] = ()
    python: Annotated[str, Meta(description="The interpreter inside.")] = "python3"


class SlurmTable(Table, frozen=True):
    """A Slurm cluster. Array jobs grade a few submissions each."""

    submissions: Annotated[Count, Meta(description="Submissions per task of the array.")] = 20
    most_running: Annotated[Count, Meta(description="Tasks that may run at the same time.")] = 32
    minutes: Annotated[Count, Meta(description="Time limit of a task; it is requeued then.")] = 60
    cpus: Annotated[Count, Meta(description="Cores of a task, and submissions at a time.")] = 2
    memory_mb: Annotated[Count, Meta(description="Memory of a task, in MB.")] = 8192
    gpus_per_node: Annotated[
        Count | None, Meta(description="GPUs of a task; none if it is left out.")
    ] = None
    partition: Annotated[
        str | None, Meta(description="The partition; the cluster's default if it is left out.")
    ] = None
    account: Annotated[
        str | None, Meta(description="The account to charge; your default if it is left out.")
    ] = None


class BackendFile(Table, frozen=True):
    """`--backend FILE`: where jobs run, if not on this machine itself. One table of the two."""

    container: Annotated[
        ContainerTable | None, Meta(description="Run all jobs in a container.")
    ] = None
    slurm: Annotated[SlurmTable | None, Meta(description="Run all jobs on a cluster.")] = None


def load_backend(path: Path) -> ContainerTable | SlurmTable:
    """Return the one table of the file at ``path``; raises CourseError."""
    file = TomlFile.read(path)
    tables = file.decode(BackendFile)
    if tables.container is not None and tables.slurm is None:
        return tables.container
    if tables.slurm is not None and tables.container is None:
        return tables.slurm
    raise file.error((), "write one table, [container] or [slurm]")
