"""What the trusted side needs of a worker, wherever it runs: here, in a container, on a cluster."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Protocol

from autograder.wire import NO_BAN, Ban


@dataclass(frozen=True)
class Isolation:
    """The level asked for and the layers that are active."""

    level: str
    layers: tuple[str, ...]


class Endpoint(Protocol):
    """One confined worker: where requests go, what it prints, and how to end it."""

    @property
    def wire(self) -> socket.socket:
        """The non-blocking stream of frames, in both directions."""

    @property
    def output(self) -> int:
        """The non-blocking descriptor of what the student's code prints."""

    @property
    def submission(self) -> str:
        """The folder of the submission, as the worker sees it."""

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""

    def cpu_seconds(self) -> float:
        """Return the CPU time used by all threads so far, or when it was last seen."""

    def queued_seconds(self) -> float:
        """Return how long its first thread was ready to run while others had the processors."""

    def is_stopped(self) -> bool:
        """Tell whether a signal has stopped it, and none has made it go on."""

    def kill(self) -> None:
        """End it now; nothing that it does can prevent that."""

    def wait(self, seconds: float = 5.0) -> int | None:
        """Return the exit code (negative: the signal), or None if it is still running.

        If it has ended, and nothing tells how, it was killed.
        """

    def close(self) -> None:
        """Kill it if it still runs, and release everything."""


class Launcher(Protocol):
    """Starts workers that are all confined alike."""

    @property
    def isolation(self) -> Isolation:
        """How its workers are confined."""

    def spawn(
        self,
        submission: str,
        *,
        memory_mb: int,
        cpu_seconds: int,
        gpu: bool = False,
        ban: Ban = NO_BAN,
    ) -> Endpoint:
        """Return a worker that sees ``submission`` and cannot use what ``ban`` names.

        With ``gpu``, it can use the GPU of this launcher, if that has one. Raises IsolationError
        if it cannot start.
        """

    def close(self) -> None:
        """End all workers and release everything."""

    def __enter__(self) -> Launcher:
        """Return itself."""

    def __exit__(self, *_: object) -> None:
        """Close it."""
