"""Frames with random faults: each is read as a value or refused with one sentence."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

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

from .odd_values import tree

SEEDS, LONGEST = 400, 4_000  # frames that are changed, and how many bytes they have at most
SECONDS = 2.0  # of CPU that one frame may cost


@dataclass
class Found:
    """How many frames became a value or were refused, and what went wrong with others."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def fuzz_frames(count: int, seed: int = 0) -> Found:
    """Read ``count`` frames with one to four random changes each."""
    draw, found = random.Random(seed), Found()
    frames = _frames(draw)
    for number in range(count):
        frame = _changed(draw.choice(frames), draw)
        start = time.thread_time()
        try:
            outcome = _read(frame)
        except Exception as error:  # everything but a refusal is a fault
            outcome = "exception"
            found.faults.append(f"frame {number}: {type(error).__name__}: {error}"[:300])
        if time.thread_time() - start > SECONDS:
            found.faults.append(f"frame {number} takes too long")
        found.outcomes[outcome] += 1
    return found


def _frames(draw: random.Random) -> list[bytes]:
    """Return the frames of random values that are not too long."""
    frames: list[bytes] = []
    while len(frames) < SEEDS:
        encoder = Encoder(lambda value: Handle(7, "object", "x"))
        try:
            content = [b"i" * 16, draw.choice(["ok", "raised"]), encoder.encode(tree(draw))]
        except WireError:
            continue
        frame = bytes(pack_frame(content, encoder.blobs))
        if len(frame) <= LONGEST:
            frames.append(frame)
    return frames


def _changed(frame: bytes, draw: random.Random) -> bytes:
    """Return a frame with bytes flipped, cut out, doubled or put in; lengths fit half of the time."""
    head, body = frame[: PREFIX.size], bytearray(frame[PREFIX.size :])
    size, _ = unpack_lengths(head)
    for _ in range(draw.randrange(1, 5)):
        at = draw.randrange(len(body) or 1)
        match draw.randrange(4):
            case 0 if body:
                body[at] = draw.randrange(256)
            case 1:
                del body[at : at + draw.randrange(1, 9)]
            case 2:
                body[at:at] = body[at : at + 16]
            case _:
                body[at:at] = draw.randbytes(draw.randrange(1, 9))
    if draw.random() < 0.5:
        size = min(size, len(body))
        head = PREFIX.pack(size, len(body) - size)
    return head + bytes(body)


def _read(frame: bytes) -> str:
    try:
        size, total = unpack_lengths(frame[: PREFIX.size])
        body = frame[PREFIX.size :]
        content, blobs = unpack_frame(body[:size], body[size : size + total])
        Decoder(blobs, lambda handle: handle).decode(content[2] if len(content) == 3 else content)
    except WireError as error:
        return "refused" if str(error) else "refused without a reason"
    return "value"
