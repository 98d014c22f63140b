"""The loop of a worker: read a request, let the student's code answer, write the answer."""

from __future__ import annotations

import os

from autograder.wire import PREFIX, Objects, answer, unpack_lengths


def serve(descriptor: int) -> None:
    """Answer requests on ``descriptor`` until the grader closes it."""
    objects = Objects()
    while (frame := _read_frame(descriptor)) is not None:
        _write(descriptor, answer(objects, *frame))


def _read_frame(descriptor: int) -> tuple[bytes, bytes] | None:
    prefix = _read(descriptor, PREFIX.size)
    if prefix is None:
        return None
    tree, blobs = unpack_lengths(prefix)
    content = _read(descriptor, tree + blobs)
    return None if content is None else (content[:tree], content[tree:])


def _read(descriptor: int, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = os.read(descriptor, min(count, 2**20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _write(descriptor: int, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(descriptor, view) :]
