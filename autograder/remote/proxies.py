"""Proxies of a student's objects: tests use them like the objects, a session answers."""

from __future__ import annotations

from typing import Any

from autograder.remote.object_proxies import RemoteClass, RemoteFunction, RemoteValue
from autograder.remote.sessions import Session
from autograder.wire import Handle

_PROXY = "_proxy_of"


def wrap(session: Session, handle: Handle) -> Any:
    """Return the proxy for an object that stays with the student's code."""
    if handle.kind == "module":
        from autograder.remote.module_proxy import RemoteModule  # which imports torch

        return RemoteModule(session, handle)
    return {"class": RemoteClass, "function": RemoteFunction}.get(handle.kind, RemoteValue)(
        session, handle
    )


def unwrap(value: Any) -> Handle | None:
    """Return the handle behind a proxy, None for anything else."""
    found = getattr(type(value), _PROXY, None)
    return None if found is None else found(value)
