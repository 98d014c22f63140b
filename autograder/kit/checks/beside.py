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


def text_beside(target: Any, name: str, limit: int = 2**20) -> str | None:
    """Return the text of the file ``name`` in the folder of the student's function or class.

    For one that was defined in a notebook, this is the notebook's folder. At most ``limit`` bytes
    are read. The result is None where there is no such file.
    """
    found: str | None = run_beside(_read_text, target, name, limit)
    return found


def _read_text(target: Any, name: str, limit: int) -> str | None:
    import pathlib
    import sys

    module = sys.modules.get(getattr(target, "__module__", None) or "")
    places = getattr(module, "__file__", None), getattr(target, "__globals__", {}).get("__file__")
    # a decorated function may have globals of elsewhere
    folders = [pathlib.Path(place).resolve().parent for place in places if place]
    for folder in (*folders, pathlib.Path.cwd()):
        path = folder / name
        if path.is_file():
            with path.open("rb") as file:
                return file.read(limit).decode("utf-8", "replace")
    return None
