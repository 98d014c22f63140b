"""Run a helper function next to the student's code, wherever that code lives."""

from collections.abc import Callable
from typing import Any

from .guarded import run_here


def run_beside(helper: Callable[..., Any], *arguments: Any) -> Any:
    """Call ``helper(*arguments)`` in the process that holds the student's objects.

    Some of ``arguments`` are the student's functions or classes; all data arrives as copies. Where
    the student's code lives in a confined worker, the source of ``helper`` is sent there. Hence
    ``helper`` imports what it uses in its own body, refers to nothing else outside it, and holds
    no secret: the student's code can read it. It returns plain data (numbers, strings, lists,
    dicts, arrays, tensors).
    """
    for argument in arguments:
        run = getattr(type(argument), "__run_beside__", None)
        if run is not None:
            return run(argument, helper, arguments)
    return run_here(helper, arguments)
