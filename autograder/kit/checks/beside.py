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
    """Return the text of a file that is handed in with the student's function or class, or None.

    See ``file_beside`` for where it is looked for. At most ``limit`` bytes are read.
    """
    path = file_beside(target, name)
    if path is None:
        return None
    text: str = run_beside(_read_text, target, path, limit)
    return text


def arrays_beside(
    target: Any, name: str, *entries: str, limit: int = 2**26
) -> dict[str, Any] | None:
    """Return arrays of an npz file that is handed in with a student's function or class, or None.

    See ``file_beside`` for where it is looked for. Nothing is unpickled. A file that is unreadable,
    lacks one of ``entries`` or holds more than ``limit`` bytes fails with one sentence.
    """
    path = file_beside(target, name)
    if path is None:
        return None
    found = run_beside(_read_arrays, target, path, name, list(entries), limit)
    assert isinstance(found, dict), found
    return found


def file_beside(target: Any, name: str) -> str | None:
    """Return the path of a file in the folder of the student's function or class.

    For one that was defined in a notebook, this is the notebook's folder. The result is None where
    there is no such file.
    """
    found: str | None = run_beside(_find, target, name)
    return found


def _find(target: Any, name: str) -> str | None:
    import inspect
    import pathlib
    import sys

    module = sys.modules.get(getattr(target, "__module__", None) or "")
    undecorated = inspect.unwrap(target) if callable(target) else target
    places = (
        getattr(module, "__file__", None),
        getattr(undecorated, "__globals__", {}).get("__file__"),
    )
    folders = [pathlib.Path(place).resolve().parent for place in places if place]
    for folder in (*folders, pathlib.Path.cwd()):
        if (folder / name).is_file():
            return str(folder / name)
    return None


def _read_text(target: Any, path: str, limit: int) -> str:
    with open(path, "rb") as file:
        return file.read(limit).decode("utf-8", "replace")


def _read_arrays(target: Any, path: str, name: str, entries: list[str], limit: int) -> Any:
    import zipfile

    import numpy as np

    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > limit:
            return f"{name} holds {size:,} bytes; {limit:,} are the limit"
        with np.load(path, allow_pickle=False) as arrays:
            missing = [entry for entry in entries if entry not in arrays]
            if missing:
                return f"{name} has no array called {missing[0]}"
            return {entry: np.array(arrays[entry]) for entry in entries}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        return f"{name} cannot be read: {error}"
