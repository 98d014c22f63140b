"""Talk to the objects of one submission: over the wire to a worker, or here to our own variant."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch

from autograder.remote.workers import WorkerProcess
from autograder.text import plain_text
from autograder.wire import (
    PREFIX,
    Decoder,
    Encoder,
    Handle,
    Objects,
    WireError,
    answer,
    pack_frame,
    unpack_frame,
    unpack_lengths,
)

OUTPUT_LIMIT = 64 * 2**10
RECEIVE_LIMIT = 512 * 2**20
CHUNK = 2**16
TICK_SECONDS = 0.05


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


class Lost(BaseException):
    """The worker is gone or was ended; not an Exception, so that no test file swallows it."""


class TimedOut(Lost):
    """The case used up its time; ``seconds`` is the limit and ``kind`` says CPU or wall."""

    def __init__(self, seconds: float, kind: str) -> None:
        super().__init__(f"{seconds:g} s of {kind} time")
        self.seconds, self.kind = seconds, kind


class Died(Lost):
    """The worker ended by itself; negative codes are signals."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


class Garbled(Lost):
    """What came over the wire does not follow the protocol."""


@dataclass(frozen=True)
class Record:
    """One request, the student's names it concerns, and what came of it, for diagnosis."""

    operation: str
    names: frozenset[str]
    outcome: Any


@dataclass
class Session:
    """Requests on a submission's objects; subclasses carry the frames."""

    wrap: Callable[[Session, Handle], Any]
    unwrap: Callable[[Any], Handle | None]
    records: list[Record] = field(default_factory=list)
    _dropped: list[int] = field(default_factory=list)
    _names: dict[int, str] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict)
    _seed: int | None = None

    def seed(self, seed: int) -> None:
        """Seed the other side's generators with the next request."""
        self._seed = seed

    def get(self, name: str) -> Any:
        """Return the student's object called ``name``; raises LookupError if there is none."""
        if name not in self._found:
            self._found[name] = self.request("get", name)
        return self._found[name]

    def request(self, operation: str, *arguments: Any) -> Any:
        """Send one request and return its value; raises StudentError or Lost."""
        identity = secrets.token_bytes(16)
        encoder = Encoder(self._reference)
        content = encoder.encode(list(arguments))
        dropped, self._dropped = self._dropped, []
        seed, self._seed = self._seed, None
        frame = pack_frame([identity, operation, content, dropped, seed], encoder.blobs)
        header, raw = self._exchange(frame)
        try:
            tree, blobs = unpack_frame(header, raw)
            if type(tree) is not list or len(tree) != 3 or tree[0] != identity:
                raise WireError("an answer does not belong to its request")
            if tree[1] not in ("ok", "raised"):
                raise WireError("an answer is neither a value nor an exception")
            value = Decoder(blobs, lambda handle: self.wrap(self, handle)).decode(tree[2])
            raised = _raised(value) if tree[1] == "raised" else None
        except WireError as error:
            self.end()
            raise Garbled(str(error)) from None
        names = self._concerned(operation, arguments)
        self.records.append(Record(operation, names, value if raised is None else raised))
        if raised is not None:
            raise _exception(raised)
        if names:  # what a named object returned is about that name too: an instance, a tape
            for part in value if type(value) is tuple else (value,):
                handle = self.unwrap(part)
                if handle is not None:
                    self._names[handle.id] = min(names)
        return value

    def _concerned(self, operation: str, arguments: Sequence[Any]) -> frozenset[str]:
        """Return the student's names that a request is about; instances count as their class."""
        if operation == "get":
            return frozenset(arguments)
        targets = arguments[2] if operation == "run_beside" else arguments[:1]
        handles = (self.unwrap(target) for target in targets)
        return frozenset(
            self._names[handle.id] for handle in handles if handle and handle.id in self._names
        )

    def drop(self, number: int) -> None:
        """Tell the other side, with the next request, that a handle is not needed any more."""
        self._dropped.append(number)

    def end(self) -> None:
        """Give up the other side."""

    def _reference(self, value: Any) -> Handle:
        handle = self.unwrap(value)
        if handle is None:
            raise TypeError(
                f"a test passes a {type(value).__name__} to the student's code; "
                "only plain data and the student's own objects cross the wire"
            )
        return handle

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        raise NotImplementedError


@dataclass
class WorkerSession(Session):
    """A session with a confined worker: deadlines, drained output, limits on what it sends."""

    worker: WorkerProcess = field(kw_only=True)
    output: bytearray = field(default_factory=bytearray)
    printed: int = 0
    _arrived: bytearray = field(default_factory=bytearray)
    _received: int = 0
    _cpu_limit: float = 10.0
    _wall_limit: float = 60.0
    _cpu_start: float = 0.0
    _waited: float = 0.0
    _waiting_since: float = 0.0
    _next_look: float = 0.0
    _output_is_open: bool = True

    def allow(self, cpu_seconds: float, wall_seconds: float) -> None:
        """Start a new budget; it covers all requests until the next call.

        Wall time counts while an answer is awaited, not while the examiner computes.
        """
        self._cpu_limit, self._wall_limit = cpu_seconds, wall_seconds
        self._cpu_start, self._waited = self.worker.cpu_seconds(), 0.0

    def cpu_used(self) -> float:
        """Return the CPU seconds used of the current budget."""
        return self.worker.cpu_seconds() - self._cpu_start

    def end(self) -> None:
        """Kill the worker and keep what it printed."""
        self.keep_output()
        self.worker.close()

    def forget(self) -> None:
        """Be as new for another question: nothing found, nothing printed."""
        self.output, self.printed = bytearray(), 0
        self.records.clear()
        self._found.clear()
        self._names.clear()

    def keep_output(self) -> None:
        """Take in what was printed so far."""
        if not self.worker.is_closed:  # its descriptors may be another worker's by now
            with contextlib.suppress(OSError):
                self._drain()

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        self._waiting_since = time.monotonic()
        try:
            return self._send_and_receive(frame)
        finally:
            self._waited += time.monotonic() - self._waiting_since

    def _send_and_receive(self, frame: bytes) -> tuple[bytes, bytes]:
        view = memoryview(frame)
        while view:
            try:
                view = view[self.worker.wire.send(view) :]
            except BlockingIOError:
                self._wait(writing=True)
            except OSError:
                raise self._died() from None
        try:
            tree, blobs = unpack_lengths(self._receive(PREFIX.size))
        except WireError as error:
            self.end()
            raise Garbled(str(error)) from None
        self._received += tree + blobs
        if self._received > RECEIVE_LIMIT:
            self.end()
            raise Garbled(f"more than {RECEIVE_LIMIT >> 20} MiB came back in all")
        return self._receive(tree), self._receive(blobs)

    def _receive(self, count: int) -> bytes:
        while len(self._arrived) < count:
            self._wait(writing=False)
            try:
                part = self.worker.wire.recv(max(CHUNK, count - len(self._arrived)))
            except BlockingIOError:
                continue
            except OSError:
                raise self._died() from None
            if not part:
                raise self._died()
            self._arrived += part
        content = bytes(self._arrived[:count])
        del self._arrived[:count]
        return content

    def _wait(self, writing: bool) -> None:
        """Return when the wire is ready; drain output meanwhile and enforce the budget."""
        wire: socket.socket = self.worker.wire
        while True:
            watched: list[Any] = [] if writing else [wire]
            if self._output_is_open:
                watched.append(self.worker.output)
            readable, writable, _ = select.select(
                watched, [wire] if writing else [], [], TICK_SECONDS
            )
            if self.worker.output in readable:
                self._drain()
            self._enforce()  # also while bytes trickle in
            if wire in readable or wire in writable:
                return

    def _enforce(self) -> None:
        """End the worker if its budget is used up; looks once in a while."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + TICK_SECONDS
        if self.cpu_used() > self._cpu_limit:
            self.end()
            raise TimedOut(self._cpu_limit, "CPU")
        if self._waited + now - self._waiting_since > self._wall_limit:
            self.end()
            raise TimedOut(self._wall_limit, "wall")

    def _drain(self) -> None:
        """Read what was printed so far; keep the first 64 KiB, count the rest."""
        for _ in range(64):
            try:
                part = os.read(self.worker.output, 2**16)
            except BlockingIOError:
                return
            if not part:
                self._output_is_open = False
                return
            self.printed += len(part)
            self.output += part[: max(0, OUTPUT_LIMIT - len(self.output))]

    def _died(self) -> Died:
        code = self.worker.wait()
        self.end()
        return Died(code)


@dataclass
class LocalSession(Session):
    """A session with trusted code in this process: the same requests, the same copies."""

    objects: Objects = field(default_factory=Objects)
    _random: tuple[Any, Any, Any] | None = None

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        header, raw = _split(frame)
        outside = _random_states()
        _set_random_states(self._random or outside)
        try:
            with torch.enable_grad():  # a worker never inherits the examiner's no_grad
                return _split(answer(self.objects, header, raw))
        finally:  # nor does it draw from the examiner's generators
            self._random = _random_states()
            _set_random_states(outside)


class modules_restored:
    """Forget, at the end of the block, the modules and paths that were added inside."""

    def __enter__(self) -> None:
        self._path, self._modules = list(sys.path), dict(sys.modules)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        sys.path[:] = self._path
        for name in set(sys.modules) - set(self._modules):
            file = getattr(sys.modules[name], "__file__", None)
            if file and not any(Path(file).is_relative_to(path) for path in self._path if path):
                del sys.modules[name]


def _random_states() -> tuple[Any, Any, Any]:
    return random.getstate(), np.random.get_state(), torch.get_rng_state()


def _set_random_states(states: tuple[Any, Any, Any]) -> None:
    random.setstate(states[0])
    np.random.set_state(states[1])
    torch.set_rng_state(states[2])


def _split(frame: bytes) -> tuple[bytes, bytes]:
    tree, _ = unpack_lengths(frame[: PREFIX.size])
    start = PREFIX.size + tree
    return frame[PREFIX.size : start], frame[start:]


def _raised(value: Any) -> Raised:
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


def _exception(raised: Raised) -> StudentError:
    """Return an exception that is also an instance of the built-in type that was raised.

    Not of those that end a loop: ``all(map(student, inputs))`` in a test would be true.
    """
    import builtins

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
