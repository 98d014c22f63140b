"""What can go wrong on the student's side of a session, as exceptions of the trusted side."""

from __future__ import annotations

import builtins
import signal
from dataclasses import dataclass
from typing import Any

from autograder.text import plain_text
from autograder.wire import WireError


@dataclass(frozen=True)
class Raised:
    """What a worker says about an exception of the student's code; untrusted text."""

    types: tuple[str, ...]
    message: str
    frames: tuple[tuple[str, int, str], ...]
    exit_code: int | None = None


class StudentError(Exception):
    """The student's code raised; ``raised`` describes it."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(raised.message)
        self.raised = raised


class Alone(Exception):
    """A case asked for an excuse, an earlier function elsewhere or another one in its place."""


class Lost(BaseException):
    """The worker is gone or was ended; not an Exception, so that no test file swallows it."""

    may_be_ours = False  # it may have come from outside: another worker will tell


class TimedOut(Lost):
    """The case used up its time: ``seconds`` of the ``kind`` CPU, wall or idle."""

    def __init__(self, seconds: float, kind: str) -> None:
        super().__init__(f"{seconds:g} s of {kind} time")
        self.seconds, self.kind = seconds, kind


class Died(Lost):
    """The worker ended by itself; negative codes are signals."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code
        self.may_be_ours = exit_code == -signal.SIGKILL


class Stopped(Lost):
    """The worker was stopped from outside and did not go on."""

    may_be_ours = True


class Garbled(Lost):
    """What came over the wire does not follow the protocol."""

    may_be_ours = True


def read_raised(value: Any) -> Raised:
    """Check the description of an exception, which anybody may have written."""
    if type(value) is not dict:
        raise WireError("an exception is described wrongly")
    types, message = value.get("types"), value.get("message")
    frames, code = value.get("frames"), value.get("code")
    if not (type(types) is list and type(message) is str and type(frames) is list):
        raise WireError("an exception is described wrongly")
    if not all(type(name) is str for name in types):
        raise WireError("an exception is described wrongly")
    for frame in frames:
        if not (
            type(frame) is list
            and len(frame) == 3
            and [type(part) for part in frame] == [str, int, str]
            and 0 <= frame[1] < 2**31
        ):
            raise WireError("an exception is described wrongly")
    return Raised(
        tuple(plain_text(name, 100) for name in types[:20]) or ("Exception",),
        plain_text(message, 2000),
        tuple(
            (plain_text(file, 200), line, plain_text(name, 100)) for file, line, name in frames[:40]
        ),
        code if type(code) is int else None,
    )


def student_error(raised: Raised) -> StudentError:
    """Return an exception that is also an instance of the built-in type that was raised.

    Not of those that end a loop: ``all(map(student, inputs))`` in a test would be true.
    """
    for name in raised.types:
        kind = getattr(builtins, name, None)
        if name in ("StopIteration", "StopAsyncIteration"):
            break
        if isinstance(kind, type) and issubclass(kind, Exception) and kind is not Exception:
            return _mixed(kind)(raised)
    return StudentError(raised)


_MIXED: dict[type[Exception], type[StudentError]] = {}


def _mixed(kind: type[Exception]) -> type[StudentError]:
    if kind not in _MIXED:
        try:
            _MIXED[kind] = type(kind.__name__, (StudentError, kind), {})
            _MIXED[kind](Raised((kind.__name__,), "", ()))
        except TypeError:
            _MIXED[kind] = StudentError
    return _MIXED[kind]
