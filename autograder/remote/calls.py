"""Call a student's objects through a session."""

from __future__ import annotations

import functools
import inspect
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autograder.remote.sessions import Session
from autograder.wire import tensors

if TYPE_CHECKING:
    import torch


def send_helper(session: Session, helper: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Send the source of ``helper`` to the student's process and call it there."""
    return session.request("run_beside", _source(helper), helper.__name__, list(arguments))


@functools.lru_cache(maxsize=256)
def _source(helper: Callable[..., Any]) -> str:
    return textwrap.dedent(inspect.getsource(helper))


def call(
    session: Session,
    target: Any,
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    parameters: Mapping[str, torch.Tensor] | None = None,
) -> Any:
    """Call ``target``; through autograd when an input or a known parameter wants a gradient."""
    wanted = [t for t in tensors([list(arguments), keywords]) if t.requires_grad]
    named = {name: p for name, p in (parameters or {}).items() if p.requires_grad}
    if wanted or named:
        from autograder.remote.taped import taped_call  # now that torch is in use

        return taped_call(session, target, arguments, keywords, wanted, named)
    return session.request("call", target, list(arguments), keywords)
