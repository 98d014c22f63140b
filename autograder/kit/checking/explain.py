"""Explain an exception to the student in sentences, without a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from .shapes import in_letters, plain_error
from .students import MissingName, is_below

_LONG = 600


@dataclass(frozen=True)
class Explanation:
    """The outcome of a case and why.

    The outcomes are ``passed``, ``failed``, ``not attempted``, ``error``, ``out of time`` and
    ``forbidden``.
    """

    outcome: str
    lines: tuple[str, ...] = ()
    hole: str = ""
    place: str = ""


@dataclass(frozen=True)
class Place:
    """The folder of a problem and the files in it that are the student's own."""

    folder: Path
    modules: Sequence[str]

    def frames(self, error: BaseException) -> list[traceback.FrameSummary]:
        """Return the frames of the traceback that lie in the student's files."""
        return [frame for frame in traceback.extract_tb(error.__traceback__) if self.holds(frame)]

    def line_of(self, frame: FrameType | None) -> str:
        """Return the innermost line of a running stack that lies in the student's files, or ''."""
        for summary in reversed(traceback.extract_stack(frame) if frame else []):
            if self.holds(summary):
                return f"{os.path.basename(summary.filename)}:{summary.lineno}: {summary.line}"
        return ""

    def holds(self, frame: traceback.FrameSummary) -> bool:
        """Say whether a frame lies in one of the student's files."""
        same_name = os.path.basename(frame.filename) in self.modules
        return same_name and is_below(frame.filename, self.folder)


def explain(error: BaseException, place: Place, failure_message: str | None = None) -> Explanation:
    """Return the verdict on a case, or on an import, that ended with ``error``."""
    if isinstance(error, SyntaxError) and error.filename and is_below(error.filename, place.folder):
        return _syntax(error)
    if isinstance(error, MissingName):
        return Explanation("error", (str(error),))
    if isinstance(error, getattr(sys.modules.get("checks.values"), "NotHandedIn", ())):
        return Explanation("not attempted", (str(error),))
    frames = place.frames(error)
    everything = traceback.extract_tb(error.__traceback__)
    where = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    line = (frames[-1].line or "") if frames else ""
    if isinstance(error, NotImplementedError) and frames and frames[-1] == everything[-1]:
        if line.startswith("raise NotImplementedError"):
            hole = str(error) or frames[-1].name
            return Explanation(
                "not attempted", (f"The hole in {hole} ({where}) is still open.",), hole, where
            )
    if isinstance(error, ModuleNotFoundError):
        lines = [f"{where}: {line}"] if frames else []
        return Explanation("error", (*lines, _not_there(error)), place=where)
    said = _said(error)
    if not frames:
        last = (everything[-1].line or "").strip() if everything else ""
        return Explanation("failed", _failed(error, said, last, failure_message))
    if isinstance(error, SystemExit):
        return Explanation(
            "error", (f"{where} ends the program: {line}", "Remove that call."), place=where
        )
    shapes = in_letters(error, dict.fromkeys(frame.filename for frame in frames))
    lines = (said, *([shapes] if shapes else []), f"at {where}: {line}")
    return Explanation("error", lines, place=where)


def _failed(error: BaseException, said: str, line: str, message: str | None) -> tuple[str, ...]:
    """Return what was found, and the hint of the case where the case tests exactly this."""
    if not isinstance(error, AssertionError):
        return (f"The check cannot use what your code returned: {said}",)
    text = _short(str(error))
    found = f"Found: {text}." if text else f"This is not true: {line}"
    if not getattr(error, "is_the_test", True):
        return (found,)
    return (message, found) if message else (found,)


def out_of_time(where: str, seconds: float) -> Explanation:
    """Return the verdict on code that ran longer than ``seconds``, at the line ``where``."""
    line = f"It was stopped at {where}" if where else "It was stopped outside of your files."
    limit = f"This took longer than {seconds:g} seconds, the limit of one check."
    return Explanation("out of time", (limit, line), place=":".join(where.split(":")[:2]))


def special(verdict: Explanation, base: str) -> Explanation:
    """Return the verdict on a special case of the case ``base``, which fails too."""
    return Explanation(
        verdict.outcome,
        (f"This is a special case of “{base}”, which fails too. Correct that first.",),
        verdict.hole,
        verdict.place,
    )


def _syntax(error: SyntaxError) -> Explanation:
    place = f"{os.path.basename(error.filename or '')}:{error.lineno}"
    lines = [f"{place} is not valid Python: {error.msg}."]
    if error.text and error.text.strip():
        text = error.text.rstrip("\r\n")
        indent = len(text) - len(text.lstrip())
        column = max((error.offset or 1) - 1 - indent, 0)
        lines += [f"    {text.strip()}", f"    {' ' * column}^"]
    return Explanation("error", tuple(lines), place=place)


def _not_there(error: ModuleNotFoundError) -> str:
    return (
        f"The module {error.name} is not installed: run `python -m pip install -r "
        "requirements.txt`, or correct its name."
    )


def _said(error: BaseException) -> str:
    text = _short(plain_error(str(error)))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _short(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= _LONG else text[:_LONG] + " ..."
