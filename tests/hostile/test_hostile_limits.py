"""The limits of the wire format: they hold exactly, and for who ignores our encoder."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
import torch
from test_hostile_wire import sent

from autograder.wire import Decoder, Encoder, Handle, WireError, unpack_frame, unpack_lengths
from autograder.wire.values import DEPTH_LIMIT, HANDLE_LIMIT, KEY_LIMIT, NODE_LIMIT


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("most", "too_much"),
    [
        (nested(DEPTH_LIMIT + 1), nested(DEPTH_LIMIT + 2)),
        ([0] * (NODE_LIMIT - 1), [0] * NODE_LIMIT),
        ([[0, 0, 0]] * (NODE_LIMIT // 4 - 1), [[0, 0, 0]] * (NODE_LIMIT // 4)),
        (b"x" * (8 * 2**20 - 100), b"x" * (8 * 2**20)),
        ("x" * (8 * 2**20 - 100), "x" * (8 * 2**20)),
        (np.zeros(2**26, np.uint8), np.zeros(2**26 + 1, np.uint8)),
        ([np.zeros(2**25, np.uint8)] * 2, [np.zeros(2**25, np.uint8)] * 2 + [np.zeros(1)]),
        (torch.zeros(2**24), torch.zeros(2**24 + 1)),
        ([Handle(1)] * HANDLE_LIMIT, [Handle(1)] * (HANDLE_LIMIT + 1)),
        (-(2**14_000 - 1), 2**14_000),
    ],
    ids=["depth", "parts", "lists", "bytes", "text", "array", "arrays", "tensor", "handles", "int"],
)
def test_limits_hold_where_they_are_said_to(most, too_much):
    sent(most)
    with pytest.raises(WireError):
        sent(too_much)


def test_the_limits_hold_for_who_does_not_encode_by_our_rules():
    tree = ["d", *(part for key in range(KEY_LIMIT) for part in (key, 0))]
    assert len(Decoder([], id).decode(tree)) == KEY_LIMIT
    for bad in (
        [*tree, -1, 0],
        ["l", *([0] * NODE_LIMIT)],
        ["l", *(["h", 1, "object", "x"] for _ in range(HANDLE_LIMIT + 1))],
        ["l", *(["d", ["t", i], 0] for i in range(KEY_LIMIT + 1))],
    ):
        with pytest.raises(WireError):
            Decoder([], lambda handle: handle).decode(bad)


def test_a_dict_with_more_keys_or_odd_ones_stays_behind():
    kept: list[Any] = []

    def keep(value: Any) -> Handle:
        kept.append(value)
        return Handle(len(kept))

    for value in (dict.fromkeys(range(KEY_LIMIT + 1)), {object(): 1}, {frozenset(): 1}):
        assert Encoder(keep).encode(value)[0] == "h"
    assert len(kept) == 3
    assert Encoder(keep).encode(dict.fromkeys(range(KEY_LIMIT)))[0] == "d"


@pytest.mark.parametrize(
    "prefix", [b"\xff" * 8, b"\x00\x80\x00\x01" + bytes(4), bytes(4) + b"\x04\x00\x00\x01"]
)
def test_a_frame_that_announces_too_much_is_not_awaited(prefix):
    with pytest.raises(WireError, match="announces more than 64 MiB"):
        unpack_lengths(prefix)


@pytest.mark.parametrize(
    "header",
    [
        b"\x92\x90" + (b"\xdd\x00\x06\x1a\x80" * 400),
        b"\x92\x90\xdd\x00\x04\x00\x00" + b"\x90" * 2**18,
        b"\x92\x90\x99" + (b"\xdd\x00\x0d\x00\x00" + b"\x90" * 851968) * 9,
        b"\x92\x90" + b"\x91" * 2**22,
        b"\x92\x90\xdb\xff\xff\xff\xff",
    ],
    ids=["open lists", "262,144 lists", "seven million lists", "four million levels", "a text"],
)
def test_hostile_headers_cost_little_time(header):
    start = time.process_time()
    with pytest.raises(WireError):
        tree, blobs = unpack_frame(header, b"")
        Decoder(blobs, lambda handle: handle).decode(tree)
    assert time.process_time() - start < 2


def test_shapes_are_held_to_account():
    for shape in ([2**26 + 1, 0], [2**31, 0], [0] * 17, [2**20, 2**20, 0]):
        with pytest.raises(WireError):
            Decoder([b""], id).decode(["A", "float64", shape, 0])
    assert Decoder([b""], id).decode(["A", "float64", [2**26, 0], 0]).shape == (2**26, 0)
    assert math.prod(Decoder([b""], id).decode(["T", "float32", [3, 0, 5], 0, False]).shape) == 0
