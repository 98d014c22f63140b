"""The wire format under fuzzing: what is plain data comes back equal, all else is one error."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.remote.exceptions import Garbled, Raised, StudentError
from autograder.remote.sessions import Session
from autograder.wire import (
    PREFIX,
    Decoder,
    Encoder,
    Handle,
    Leaf,
    WireError,
    pack_frame,
    unpack_frame,
    unpack_lengths,
)  # fmt: skip
from autograder.wire.values import (
    NUMPY_DTYPES,
    TORCH_DTYPES,
)  # fmt: skip

fuzz = settings(
    max_examples=100, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


def refuse(value: Any) -> Handle:
    raise WireError(f"{type(value).__name__} is not plain data")


def sent(value: Any) -> Any:
    """Return ``value`` as it arrives on the other side."""
    encoder = Encoder(refuse)
    frame = pack_frame(encoder.encode(value), encoder.blobs)
    tree, blobs = received(frame)
    return Decoder(blobs, lambda handle: handle).decode(tree)


def received(frame: bytes) -> tuple[Any, list[memoryview]]:
    size, total = unpack_lengths(frame[: PREFIX.size])
    body = frame[PREFIX.size :]
    return unpack_frame(body[:size], body[size : size + total])


def same(first: Any, second: Any) -> bool:
    """Tell whether two values are of one type and equal to the last bit; any NaN is a NaN."""
    if type(first) is not type(second):
        return False
    if isinstance(first, np.ndarray):
        return (first.dtype, first.shape) == (second.dtype, second.shape) and bool(
            np.array_equal(first, second, equal_nan=first.dtype.kind in "fc")
        )
    if isinstance(first, torch.Tensor):
        if (first.dtype, first.shape) != (second.dtype, second.shape) or not first.numel():
            return (first.dtype, first.shape) == (second.dtype, second.shape)
        flat = (
            t.resolve_conj().contiguous().reshape(-1).view(torch.uint8) for t in (first, second)
        )
        return torch.equal(*flat)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return len(first) == len(second) and all(
            same(a, c) and same(b, d)
            for (a, b), (c, d) in zip(first.items(), second.items(), strict=True)
        )
    if isinstance(first, slice):
        return same((first.start, first.stop, first.step), (second.start, second.stop, second.step))
    if isinstance(first, float | complex | np.inexact):
        return bool(first == second) or (first != first and second != second)
    return bool(first == second)


dtypes = st.sampled_from(sorted(NUMPY_DTYPES)).map(np.dtype)
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    )
)
tensors = st.builds(
    lambda array, dtype: torch.from_numpy(array.copy()).to(dtype),
    hnp.arrays(np.int64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)),
    st.sampled_from(sorted(TORCH_DTYPES)).map(lambda name: getattr(torch, name)),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**70), 2**70), st.floats(), st.text(),
    st.text(st.characters(categories=["Cs"])), st.binary(), st.complex_numbers(),
    st.integers(0, 4000).map(lambda digits: -(10**digits)),
)  # fmt: skip
numbers = st.one_of(arrays.filter(lambda a: a.size > 0).map(lambda a: a.reshape(-1)[0]), dtypes)
keys = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False),
    st.text(max_size=5), st.binary(max_size=5), st.integers(-9, 9).map(np.int64),
    st.tuples(st.integers(-9, 9), st.text(max_size=3)),
)  # fmt: skip
data = st.recursive(
    st.one_of(scalars, arrays, numbers, tensors, tensors.map(lambda t: t.dtype)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.lists(inner, max_size=5).map(tuple),
        st.dictionaries(keys, inner, max_size=5), st.builds(slice, inner, inner, inner),
    ),
    max_leaves=20,
)  # fmt: skip
tags = st.sampled_from([*"ltdszihyYNAT", "x", "", "decode", 3, None])
names = st.sampled_from([*sorted(NUMPY_DTYPES | TORCH_DTYPES), "object", "f8,f8", "V8", "S3"])
leaves = st.one_of(
    scalars, names, st.integers(-3, 5), st.sampled_from([2**31, 2**40, 2**63, [], [0], [-1], [2, 0]]),
    st.lists(st.integers(-1, 9), max_size=18), st.binary(max_size=16),
)  # fmt: skip
trees = st.recursive(
    leaves,
    lambda inner: st.builds(lambda tag, rest: [tag, *rest], tags, st.lists(inner, max_size=5)),
    max_leaves=25,
)


@fuzz
@given(data)
@example(float("nan"))
@example(np.zeros((0, 3)))
@example(np.asfortranarray(np.arange(6.0).reshape(2, 3))[::-1])
@example(np.arange(3, dtype=">i4"))
@example(torch.tensor(1j).conj())
@example([torch.zeros(2, 3).t(), np.float32(1), {}, (), ((),), "\ud800", -(2**64), 2**64])
def test_plain_data_arrives_as_it_was(value):
    back = sent(value)
    if isinstance(value, np.ndarray) and value.dtype.byteorder == ">":
        value = value.astype(value.dtype.newbyteorder("="))
    assert same(value, back)


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (OrderedDict(a=1), {"a": 1}),
        (torch.Size([2, 3]), (2, 3)),
        (np.float32, np.dtype("float32")),
        (Handle(3, "module", "Net"), Handle(3, "module", "Net")),
        ({np.int64(3): "three"}, {3: "three"}),
    ],
)
def test_some_types_arrive_as_their_plain_relatives(value, arrives):
    assert sent(value) == arrives


def test_a_leaf_wants_its_gradient_and_a_parameter_arrives_as_a_tensor():
    assert sent(Leaf(torch.zeros(2))).requires_grad
    arrived = sent(torch.nn.Parameter(torch.zeros(2)))
    assert type(arrived) is torch.Tensor
    assert not arrived.requires_grad


def test_what_arrives_can_be_written_to():
    for value in (np.zeros(3), torch.zeros(3), np.zeros(3, bool), torch.zeros(3, dtype=torch.bool)):
        back = sent(value)
        back[0] = 1
        assert value[0] == 0


@fuzz
@given(st.binary(max_size=400), st.binary(max_size=40))
@example(b"\x92\x90" + b"\x91" * 300, b"")
@example(b"\x92\x91\x01\xc0", b"")
@example(b"\x92\x91\xcf" + b"\xff" * 8 + b"\xc0", b"")
@example(b"\x92\xdd\xff\xff\xff\xff\xc0", b"")
@example(b"\x93\x90\x90\x90", b"")
@example(b"\xc0", b"")
def test_any_bytes_are_a_value_or_a_wire_error(header, raw):
    try:
        tree, blobs = unpack_frame(header, raw)
        Decoder(blobs, lambda handle: handle).decode(tree)
    except WireError as error:
        assert str(error)


@fuzz
@given(trees, st.lists(st.binary(max_size=70), max_size=4))
@example(["T", "int64", [1], 0, True], [b"12345678"])
@example(["A", "bool", [3], 0], [b"\x00\x07\xff"])
@example(["N", "float64", "12345678"], [])
@example(["N", "float64", ["a"]], [])
@example(["z", "nan", 10**400], [])
@example(["i", ["9"] * 50], [])
@example(["d", ["s", 1, 2, 3], 1], [])
def test_any_tree_is_a_value_or_a_wire_error(tree, blobs):
    try:
        value = Decoder(blobs, lambda handle: handle).decode(tree)
    except WireError as error:
        assert str(error)
        return
    assert same(sent(value), value)


@fuzz
@given(data, st.data())
def test_a_mutated_frame_is_a_value_or_a_wire_error(value, draw):
    encoder = Encoder(refuse)
    frame = bytearray(pack_frame([b"i" * 16, "ok", encoder.encode(value)], encoder.blobs))
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(frame) - 1))
        change = draw.draw(st.sampled_from(["flip", "cut", "double", "insert"]))
        if change == "flip":
            frame[at] = draw.draw(st.integers(0, 255))
        elif change == "cut":
            del frame[at : at + draw.draw(st.integers(1, 8))]
        elif change == "double":
            frame[at:at] = frame[at : at + 16]
        else:
            frame[at:at] = draw.draw(st.binary(min_size=1, max_size=8))
        assume(len(frame) >= PREFIX.size)
    try:
        tree, blobs = received(bytes(frame))
        Decoder(blobs, lambda handle: handle).decode(tree)
    except WireError as error:
        assert str(error)


def is_packable(tree: Any) -> bool:
    if isinstance(tree, list):
        return all(map(is_packable, tree))
    return not isinstance(tree, complex) and (not isinstance(tree, int) or -(2**63) <= tree < 2**64)


class Parrot(Session):
    """A session whose other side answers each request with a given tree."""

    answer: Any = None

    def _exchange(self, frame: bytes) -> tuple[bytes, bytes]:
        (identity, *_), _ = received(frame)
        return msgpack.packb([[], [identity, *self.answer]], unicode_errors="surrogatepass"), b""


@fuzz
@given(st.sampled_from(["ok", "raised", "other", None]), trees.filter(is_packable))
def test_a_request_ends_in_a_value_or_in_the_student_s_fault(status, tree):
    session = Parrot(lambda session, handle: handle, lambda value: None)
    session.answer = [status, tree]
    try:
        session.request("call", 1, [], {})
    except StudentError as error:
        assert type(error.raised) is Raised
    except Garbled as error:
        assert str(error)


descriptions = st.fixed_dictionaries(
    {},
    optional={
        "types": st.one_of(
            st.lists(st.one_of(st.text(max_size=5), st.none()), max_size=4), st.none()
        ),
        "message": st.one_of(st.text(max_size=9), st.binary(max_size=3)),
        "frames": st.lists(st.lists(st.one_of(st.text(max_size=3), st.integers()), max_size=4)),
        "code": st.one_of(st.integers(), st.text(max_size=3)),
    },
)


@fuzz
@given(descriptions)
def test_any_description_of_an_exception_is_taken_or_refused(description):
    from autograder.remote.exceptions import read_raised, student_error

    try:
        raised = read_raised(description)
    except WireError:
        return
    assert isinstance(student_error(raised), StudentError)
    assert raised.types
    assert raised.message.encode().decode() == raised.message
