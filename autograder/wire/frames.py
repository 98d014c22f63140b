"""Length-prefixed frames: sizes of tree and blobs first, so that limits hold before reading."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import msgpack

from autograder.wire.values import NODE_LIMIT, WireError

PREFIX = struct.Struct(">II")


@dataclass(frozen=True)
class FrameLimits:
    """Bytes that one frame may take; a tree is small, blobs hold what arrays contain."""

    tree_bytes: int = 8 * 2**20
    blob_bytes: int = 64 * 2**20


LIMITS = FrameLimits()


def pack_frame(tree: Any, blobs: list[bytes | memoryview]) -> bytes:
    """Return one frame: prefix, msgpack of [blob sizes, tree], blobs."""
    header = msgpack.packb(
        [[len(blob) for blob in blobs], tree], use_bin_type=True, unicode_errors="surrogatepass"
    )
    total = sum(len(blob) for blob in blobs)
    if len(header) > LIMITS.tree_bytes or total > LIMITS.blob_bytes:
        raise WireError(f"a value takes more than {LIMITS.blob_bytes >> 20} MiB")
    return b"".join([PREFIX.pack(len(header), total), header, *blobs])


def unpack_lengths(prefix: bytes) -> tuple[int, int]:
    """Return the sizes of tree and blobs; raises WireError when either is over its limit."""
    header, total = PREFIX.unpack(prefix)
    if header > LIMITS.tree_bytes or total > LIMITS.blob_bytes:
        raise WireError(f"a frame announces more than {LIMITS.blob_bytes >> 20} MiB")
    return header, total


def unpack_frame(header: bytes, raw: bytes) -> tuple[Any, list[memoryview]]:
    """Return the tree and the blobs of one frame; both are still untrusted."""
    lists = 0

    def count(items: list[Any]) -> list[Any]:  # eight million empty lists fit into a tree
        nonlocal lists
        lists += 1
        if lists > 2 * NODE_LIMIT:
            raise WireError(f"a value has more than {NODE_LIMIT} parts")
        return items

    try:
        content = msgpack.unpackb(
            header,
            raw=False,
            unicode_errors="surrogatepass",
            list_hook=count,
            max_array_len=min(2 * NODE_LIMIT, len(header)),
            max_map_len=0,
            max_ext_len=0,
        )
        sizes, tree = content
        if type(sizes) is not list or not all(type(n) is int and n >= 0 for n in sizes):
            raise WireError("a frame's blob sizes are malformed")
    except (
        ValueError, TypeError, RecursionError, MemoryError, msgpack.exceptions.UnpackException,
    ) as error:  # fmt: skip
        raise WireError(f"a frame is not msgpack ({type(error).__name__})") from None
    if sum(sizes) != len(raw):
        raise WireError("a frame's blob sizes do not add up")
    view, blobs, start = memoryview(raw), [], 0
    for size in sizes:
        blobs.append(view[start : start + size])
        start += size
    return tree, blobs
