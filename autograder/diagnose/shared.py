"""Replays that the grading processes of a run share: one of them runs a case, the others read it.

They go into one file, which begins with the place where they end. Every process opens it for itself
and adds there. An entry counts when that place has moved behind it, so none is read that was cut
short, by a full disk or the death of its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import struct
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.remote import proxies
from autograder.remote.exceptions import Raised
from autograder.remote.sessions import Record, Session
from autograder.wire import (
    PREFIX,
    Decoder,
    Encoder,
    Handle,
    WireError,
    pack_frame,
    unpack_frame,
    unpack_lengths,
)

MOST_BYTES = 2**18  # of one replay: a larger one is run again
MOST_BYTES_IN_ALL = 2**28
_END = struct.Struct("<Q")
_HEAD = struct.Struct("<32sI")  # digest of the key, length of the frame


@dataclass(frozen=True)
class Replay:
    """The result of a case on trusted code."""

    records: tuple[Record, ...]
    passed: bool


class SharedReplays:
    """The replays in the file at ``path``; raises OSError if it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR)
        weakref.finalize(self, os.close, self._file)
        self._places: dict[bytes, tuple[int, int]] = {}
        self._end = _END.size

    def get(self, key: object) -> Replay | None:
        """Return the replay that some process has run for ``key``."""
        digest = _digest(key)
        try:
            if digest not in self._places:
                with self._locked(fcntl.LOCK_SH) as end:
                    self._read_on(end)
            if digest not in self._places:
                return None
            place, length = self._places[digest]
            return _decoded(os.pread(self._file, length, place))
        except OSError:  # this process runs the case itself
            return None

    def add(self, key: object, replay: Replay) -> None:
        """Add a replay, unless it is large, the disk is full, or it cannot be copied."""
        try:
            content = _encoded(replay)
        except WireError:
            return
        if len(content) > MOST_BYTES:
            return
        entry = _HEAD.pack(_digest(key), len(content)) + content
        with contextlib.suppress(OSError), self._locked(fcntl.LOCK_EX) as end:
            if end < MOST_BYTES_IN_ALL and os.pwrite(self._file, entry, end) == len(entry):
                os.pwrite(self._file, _END.pack(end + len(entry)), 0)

    @contextlib.contextmanager
    def _locked(self, kind: int) -> Iterator[int]:
        """Lock the file inside the block, which gets the place where the entries end."""
        fcntl.lockf(self._file, kind)
        try:
            found = os.pread(self._file, _END.size, 0) or _END.pack(0)
            yield max(_END.size, *_END.unpack(found))
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _read_on(self, end: int) -> None:
        """Find the entries that were added since the last time."""
        while self._end < end:
            digest, length = _HEAD.unpack(os.pread(self._file, _HEAD.size, self._end))
            self._places[digest] = self._end + _HEAD.size, length
            self._end += _HEAD.size + length


def _digest(key: object) -> bytes:
    return hashlib.sha256(repr(key).encode()).digest()


def _encoded(replay: Replay) -> bytes:
    """Return a replay as a frame; raises WireError for values that the wire does not carry."""
    encoder = Encoder(_handle)
    records = [
        (record.operation, sorted(record.names), record.helper, *_outcome(record.outcome))
        for record in replay.records
    ]
    return pack_frame(encoder.encode([replay.passed, records]), encoder.blobs)


def _decoded(frame: bytes) -> Replay:
    header, _ = unpack_lengths(frame[: PREFIX.size])
    raw = frame[PREFIX.size :]
    tree, blobs = unpack_frame(raw[:header], raw[header:])
    nobody = Session(proxies.wrap, proxies.unwrap)  # nobody asks the objects of a replay anything
    passed, records = Decoder(blobs, lambda handle: proxies.wrap(nobody, handle)).decode(tree)
    return Replay(
        tuple(
            Record(operation, frozenset(names), Raised(*value) if raised else value, helper)
            for operation, names, helper, raised, value in records
        ),
        passed,
    )


def _outcome(outcome: Any) -> tuple[bool, Any]:
    """Return whether an exception was raised, and it or the value as plain data."""
    if isinstance(outcome, Raised):
        return True, (outcome.types, outcome.message, outcome.frames, outcome.exit_code)
    return False, outcome


def _handle(value: Any) -> Handle:
    handle = proxies.unwrap(value)
    if handle is None:
        raise WireError(f"a {type(value).__name__} stays in its process")
    return handle
