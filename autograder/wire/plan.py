"""What a worker is confined to: the layers by name, and the plan that is sent to the zygote."""

from __future__ import annotations

from dataclasses import dataclass

LAYERS = ("limits", "cgroup", "namespaces", "filesystem", "identity", "landlock", "seccomp")
DESCRIPTIONS = {
    "limits": "CPU, memory, file and process limits; no new privileges",
    "cgroup": "memory control group",
    "namespaces": "own network, process, mount, IPC and host-name namespaces",
    "filesystem": "read-only file tree without the grader, sized scratch space",
    "identity": "own user id",
    "landlock": "Landlock: reads and writes by allow-list, no TCP, no signals outward",
    "seccomp": "system-call filter: no sockets, processes, programs, tracing",
}
SUBMISSION, SCRATCH = "/submission", "/tmp"  # noqa: S108  (names inside the worker's own tree)


@dataclass(frozen=True)
class Ban:
    """What student code must write itself: in its worker it is not there, or raises.

    ``packages`` cannot be imported. Functions and classes of ``names`` raise, and so do torch's
    ``operators`` (operator, dispatch key, full name), however they are reached. ``paths`` are the
    files of all these.
    """

    packages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    operators: tuple[tuple[str, str, str], ...] = ()
    paths: tuple[str, ...] = ()


NO_BAN = Ban()


@dataclass(frozen=True)
class Plan:
    """What to confine to; paths as the host names them."""

    layers: tuple[str, ...]
    submission: str
    scratch: str
    memory_mb: int
    cpu_seconds: int
    scratch_mb: int
    masked: tuple[str, ...]
    devices: tuple[str, ...] = ()  # files and folders that a GPU needs
    card: str = ""  # as CUDA names it
    ban: Ban = NO_BAN

    @property
    def submission_path(self) -> str:
        """The folder of the submission as the worker sees it."""
        return SUBMISSION if "filesystem" in self.layers else self.submission
