"""The byte format between grader and worker, with its limits."""

from .frames import PREFIX, FrameLimits, pack_frame, unpack_frame, unpack_lengths
from .values import Decoder, Encoder, Handle, Leaf, WireError

__all__ = [
    "PREFIX",
    "Decoder",
    "Encoder",
    "FrameLimits",
    "Handle",
    "Leaf",
    "WireError",
    "pack_frame",
    "unpack_frame",
    "unpack_lengths",
]
