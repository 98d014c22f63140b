"""Which layers of confinement this machine offers, and whether they are enough."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.errors import IsolationError
from autograder.remote.endpoint import Isolation
from autograder.wire import LAYERS

LEVELS = ("auto", "strict", "none")


def known_level(level: str) -> None:
    """Raise IsolationError where there is no such level."""
    if level not in LEVELS:
        raise IsolationError(f"There is no isolation level {level!r}; use {', '.join(LEVELS)}.")


def negotiated(level: str, faults: Mapping[str, str | None]) -> Isolation:
    """Return the layers to use; ``faults`` says of each layer why it does not work, or None.

    Raises IsolationError where they are not enough for ``level``.
    """
    active = tuple(layer for layer in LAYERS if faults[layer] is None)
    lacking = {layer: fault for layer, fault in faults.items() if fault is not None}
    if level == "strict" and lacking.keys() - {"cgroup"}:
        raise IsolationError(
            f"Isolation 'strict' is not available on this machine ({_reasons(lacking)}); "
            "use --isolation auto for the layers that are."
        )
    needed = {"limits", "seccomp"}
    if not needed <= set(active) or not {"filesystem", "landlock"} & set(active):
        raise IsolationError(
            f"This machine cannot confine a worker ({_reasons(lacking)}); grade on another one, "
            "or use --isolation none for your own code only."
        )
    return Isolation(level, active)


def _reasons(faults: Mapping[str, str]) -> str:
    return "; ".join(f"{layer}: {fault}" for layer, fault in faults.items())
