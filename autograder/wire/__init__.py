"""What both ends of the wire agree on: frames, values, requests, limits, plans."""

from .answering import BROKEN, OUT_OF_MEMORY, answer
from .frames import PREFIX, FrameLimits, pack_frame, unpack_frame, unpack_lengths
from .objects import Objects, tensors
from .plan import DESCRIPTIONS, LAYERS, NO_BAN, Ban, Plan
from .values import Decoder, Encoder, Handle, Leaf, WireError

__all__ = [
    "BROKEN",
    "DESCRIPTIONS",
    "LAYERS",
    "NO_BAN",
    "OUT_OF_MEMORY",
    "PREFIX",
    "Ban",
    "Decoder",
    "Encoder",
    "FrameLimits",
    "Handle",
    "Leaf",
    "Objects",
    "Plan",
    "WireError",
    "answer",
    "pack_frame",
    "tensors",
    "unpack_frame",
    "unpack_lengths",
]
