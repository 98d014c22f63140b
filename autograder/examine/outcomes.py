"""The outcome of a case: one word for programs, one sentence for the student."""

from __future__ import annotations

import ast
import builtins
import difflib
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.course import Forbidden, Limits
from autograder.kit.checking.shapes import plain_error
from autograder.remote.exceptions import (
    Died,
    Garbled,
    Lost,
    Raised,
    Stopped,
    StudentError,
    TimedOut,
)
from autograder.result import Outcome
from autograder.submission.source import parse
from autograder.text import source_lines
from autograder.wire import BROKEN, OUT_OF_MEMORY

_OUT_OF_MEMORY = (
    "can't allocate memory", "Cannot allocate memory", "out of memory", "Unable to allocate",
    "bad_alloc",
)  # fmt: skip


FORBIDDEN_USE = "ForbiddenUse"  # what a worker raises where forbidden things are used
OUR_FAULT = "The grader failed in this case, not your code; the case will be graded again."
KILLED = "A worker was killed from outside, perhaps because this machine ran out of memory."
STOPPED = "A worker was stopped from outside and did not go on."
_EXCEPTIONS = frozenset(
    name for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """An outcome; ``message`` is safe for students, ``detail`` may hold expected values."""

    outcome: Outcome
    message: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Sources:
    """The student's files, to show the line that an exception came from.

    ``asked`` are the functions and classes that the problem asks for, ``forbidden`` what the
    question does not allow.
    """

    texts: Mapping[str, str]
    asked: frozenset[str] = frozenset()
    forbidden: Forbidden = Forbidden()  # noqa: RUF009  (it is frozen)

    def is_script(self, modules: Sequence[str]) -> bool:
        """Tell whether these files define no function and no class."""
        defining = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ImportFrom
        texts = [self.texts[name] for name in modules if name in self.texts]
        return bool(texts) and not any(
            isinstance(node, defining) for text in texts for node in parse(text).body
        )

    def locate(self, raised: Raised) -> str | None:
        """Return ``file, line N: code`` for the innermost frame in the student's code."""
        for path, line, _ in reversed(raised.frames):
            name = PurePosixPath(path).name
            if name in self.texts and "/" + name in "/" + path:
                lines = source_lines(self.texts[name])
                code = f": `{lines[line - 1].strip()[:120]}`" if 0 < line <= len(lines) else ""
                return f"{name}, line {line}{code}"
        return None


def of_student_error(
    error: StudentError, sources: Sources, memory_mb: int, hidden: bool = False
) -> Verdict:
    """Return the verdict on an exception that the student's code raised.

    In a ``hidden`` case its message says no word that the student's code chose there: that could
    tell what the case asks. The detail says everything.
    """
    raised = error.raised
    place = sources.locate(raised)
    where = f" ({place})" if place else ""
    kind, text = _one_line(raised.types[0]), _one_line(plain_error(raised.message))
    entry = sources.forbidden.entry(raised.message) if kind == FORBIDDEN_USE else None
    if entry is not None:
        return Verdict("forbidden", _not_allowed(entry if hidden else text, where))
    if hidden:
        full = of_student_error(error, sources, memory_mb)
        kind, text = kind if kind in _EXCEPTIONS else "an exception of its own", ""
        verdict = _of_raised(raised, kind, text, where, memory_mb)
        return replace(verdict, detail=full.message)
    return _of_raised(raised, kind, text, where, memory_mb)


def _of_raised(raised: Raised, kind: str, text: str, where: str, memory_mb: int) -> Verdict:
    if "OutOfMemoryError" in raised.types:  # of torch, about an accelerator
        return Verdict(
            "out_of_memory",
            f"Your code used up the memory of the GPU{where}; use smaller batches, and do not keep "
            "tensors of earlier steps with their graphs.",
        )
    if "MemoryError" in raised.types or any(word in raised.message for word in _OUT_OF_MEMORY):
        return Verdict("out_of_memory", _too_much_memory(memory_mb, where))
    if "NotImplementedError" in raised.types:
        hole = f" of {text}" if text and " " not in text else ""
        return Verdict("not_attempted", f"The part{hole} is not written yet{where}.")
    if "SystemExit" in raised.types:
        return Verdict("error", f"Your code calls exit{where}; remove that call.")
    if "KeyboardInterrupt" in raised.types:
        return Verdict("error", f"Your code raised KeyboardInterrupt{where}.")
    if "ModuleNotFoundError" in raised.types:
        return Verdict(
            "error",
            f"{text or 'A module is missing'}{where}. You may import Python's standard library, "
            "numpy, torch, torchvision, matplotlib and the files of the assignment.",
        )
    if raised.types[0] == "WireError":
        why = f": {text}" if text else ""
        return Verdict("error", f"The grader cannot read the value that your code returned{why}.")
    return Verdict("error", f"Your code raised {kind}{': ' + text if text else ''}{where}.")


def after_timeouts(count: int) -> Verdict:
    """Return the verdict on a case that is not tried because too many before it took too long."""
    if count == 1:
        said = "one case of this question took too long, as cases of an earlier question did."
    else:
        said = f"{count} cases of this question took too long already."
    return Verdict("timeout", f"Not tried: {said}")


def of_lost_worker(error: Lost, limits: Limits, doing: str = "This case") -> Verdict:
    """Return the verdict on a worker that was ended or ended itself."""
    if isinstance(error, TimedOut):
        if error.kind == "idle":
            return Verdict(
                "timeout",
                f"{doing} was stopped after {error.seconds:g} s: your code has now waited too "
                "long in all without computing; look for a sleep or for what it waits for.",
            )
        what = "computing" if error.kind == "CPU" else "waiting"
        return Verdict(
            "timeout",
            f"{doing} was stopped after {error.seconds:g} s of {what}; "
            "look for a loop that never ends or does far too much work.",
        )
    if isinstance(error, Stopped):
        return Verdict("grader_error", OUR_FAULT, STOPPED)
    if isinstance(error, Garbled):
        return Verdict("error", f"The grader cannot read what your code sent back: {error}.")
    code = error.exit_code if isinstance(error, Died) else None
    if code == -signal.SIGKILL:
        return Verdict("grader_error", OUR_FAULT, KILLED)
    if code == OUT_OF_MEMORY:
        return Verdict("out_of_memory", _too_much_memory(limits.memory_mb, ""))
    if code == -signal.SIGXCPU:
        return Verdict("timeout", f"{doing} used up the CPU time of the whole question.")
    if code == -signal.SIGSYS:
        return Verdict("error", "Your code made a system call that the sandbox does not allow.")
    if code == BROKEN:
        return Verdict(
            "error",
            "Your code cut the connection to the grader; do not close file descriptors that you "
            "have not opened, raise in signal handlers or change the interpreter's limits.",
        )
    if code is not None and code < 0:
        return Verdict("error", f"Your code crashed the Python process ({_signal_name(-code)}).")
    return Verdict(
        "error",
        f"Your code ended the Python process (exit code {code}); remove calls such as `exit()`.",
    )


def of_missing_name(
    name: str, modules: Sequence[str], names: Sequence[str], sources: Sources
) -> Verdict:
    """Return the verdict on a submission without the name that a case needs."""
    free = [other for other in names if other not in sources.asked]
    close = difflib.get_close_matches(name, free, n=1, cutoff=0.6)
    if not close:
        close = [other for other in free if other.lower() == name.lower()][:1]
    where = " or ".join(modules)
    if not close and sources.is_script(modules):
        return Verdict(
            "error",
            f"{where} is a script without functions; the grader calls `{name}` in it. "
            "Put your code into the functions that the handout names.",
        )
    if not close:
        return Verdict("error", f"There is no `{name}` in {where}; add it or restore its name.")
    return Verdict(
        "error", f"There is no `{name}` in {where}. Did you mean `{close[0]}`? Then rename it."
    )


def _not_allowed(name: str, where: str) -> str:
    return (
        f"Your code uses {name}{where}, which is not allowed in this question; "
        "write that part yourself."
    )


def _too_much_memory(memory_mb: int, where: str) -> str:
    return f"Your code asked for more than the {memory_mb} MB of memory that a case may use{where}."


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
