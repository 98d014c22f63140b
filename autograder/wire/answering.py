"""Answer one request on a student's objects, in a worker or on trusted variants here."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from .frames import pack_frame, unpack_frame
from .objects import Objects
from .values import Decoder, Encoder, Handle, WireError

MESSAGE_LIMIT = 2_000
BROKEN, OUT_OF_MEMORY = 71, 72  # exit codes of a worker that cannot go on


def answer(objects: Objects, header: bytes, raw: bytes) -> bytes:
    """Return the answering frame: ``[id, "ok", value]`` or ``[id, "raised", description]``."""
    tree, blobs = unpack_frame(header, raw)
    identity, operation, content, dropped, seed = tree
    objects.handle("drop", [dropped])
    try:
        if seed is not None:
            objects.seed(seed)
        arguments = Decoder(blobs, objects.resolve, as_arguments=True).decode(content)
        value = objects.handle(operation, arguments)
        encoder = Encoder(objects.reference)
        return pack_frame([identity, "ok", encoder.encode(value)], encoder.blobs)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
        return pack_frame([identity, "raised", _description(error)], [])
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:  # noqa: S112  (a student may have closed or replaced it)
                continue


def _description(error: BaseException) -> Any:
    """Return the description as a tree, the barest one if the exception resists."""
    try:
        return Encoder(_no_reference).encode(describe(error))
    except BaseException:
        name = "MemoryError" if issubclass(type(error), MemoryError) else "Exception"
        bare = {"types": [name], "message": "", "frames": [], "code": None}
        return Encoder(_no_reference).encode(bare)


def describe(error: BaseException) -> dict[str, Any]:
    """Return what the grader may know of an exception: types, message, frames by file and line."""
    try:
        message = str.__getitem__(str(error), slice(MESSAGE_LIMIT))
    except BaseException:
        message = ""
    frames = [
        [frame.filename[-200:], frame.lineno or 0, frame.name[:100]]
        for frame in traceback.extract_tb(error.__traceback__, limit=-30)
    ]
    if isinstance(error, SyntaxError):
        line = error.lineno if type(error.lineno) is int else 0  # anybody may set it
        frames.append([str(error.filename)[-200:], line, ""])
    types = [str(kind.__name__)[:100] for kind in type(error).__mro__[:-1]]
    code = error.code if isinstance(error, SystemExit) else None
    return {
        "types": types[:20],
        "message": message,
        "frames": frames,
        "code": code if type(code) is int else None,
    }


def _no_reference(value: Any) -> Handle:
    raise WireError(f"a {type(value).__name__} has no place in a description")
