"""Code for a worker that answers requests itself, past the serve loop."""

from __future__ import annotations

from attacks import REFERENCE

PRELUDE = """
import os, struct, sys, time
import msgpack
from autograder.wire import unpack_frame
from autograder.worker import serve

_answer = serve.answer

def wire():
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    return frame.f_locals["descriptor"]

def packed(header, blobs=b""):
    return struct.pack(">II", len(header), len(blobs)) + header + blobs

def forged(tree, *blobs):
    head = [[len(blob) for blob in blobs], tree]
    return packed(
        msgpack.packb(head, use_bin_type=True, unicode_errors="surrogatepass"), b"".join(blobs)
    )

def told(types, message="", frames=(), **more):
    content = {"types": ["l", *types], "message": message, "frames": ["l", *frames], **more}
    return ["d", *(part for pair in content.items() for part in pair)]

def on(operation, make):
    def answer(objects, header, raw):
        (identity, asked, *_), _ = unpack_frame(header, raw)
        if asked in operation:
            return make(identity, lambda: _answer(objects, header, raw))
        return _answer(objects, header, raw)
    serve.answer = answer

def call(make):
    on(("call", "taped_call"), make)

def lists(depth):
    tree = 1
    for _ in range(depth):
        tree = ["l", tree]
    return tree

def tuples_with_one_hash(count):
    mask, (p1, p2, p5) = 2**64 - 1, (
        11400714785074694791, 14029467366897019727, 2870177450012600261)
    turned = lambda x, r: ((x << r) | (x >> (64 - r))) & mask
    step = lambda acc, lane: turned((acc + lane * p2) & mask, 31) * p1 & mask
    target, found, first = step(step(p5, 1), 1), [(1, 1)], 1
    while len(found) < count:
        first += 1
        lane = (turned(target * pow(p1, -1, 2**64) & mask, 33) - step(p5, first)) & mask
        lane = lane * pow(p2, -1, 2**64) & mask
        second = lane - 2**64 if lane >> 63 else lane
        if abs(second) < 2**61 - 2 and second != -1:
            found.append((first, second))
    assert len(set(map(hash, found))) == 1
    return found

big = bytes(60 << 20)
"""


def forging(code: str) -> str:
    """Return affine.py that answers requests by ``code``."""
    return REFERENCE["affine"] + PRELUDE + code + "\n"
