"""Plain data as a msgpack tree and raw blobs, and back; exact types only, every limit checked.

A tree node is a scalar (None, bool, int, float, str, bytes) or a list ``[tag, ...]``:

====  =======================================  ====  ===================================
tag   rest                                     tag   rest
====  =======================================  ====  ===================================
l     items of a list                          i     decimal digits of an int > 64 bits
t     items of a tuple                         z     real, imaginary part of a complex
d     key, value, key, value ... of a dict     A     numpy array: dtype, shape, blob
s     start, stop, step of a slice             N     numpy scalar: dtype, bytes
h     id, kind, type name of a handle          T     tensor: dtype, shape, blob, leaf?
y     numpy dtype                              Y     torch dtype
k     numpy scalar class
====  =======================================  ====  ===================================

The contents of arrays and tensors travel beside the tree, as blobs in order.
"""

from __future__ import annotations

import math
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.wire.loaded import torch_if_loaded

DEPTH_LIMIT = 32
NODE_LIMIT = 200_000
KEY_LIMIT = 4_096
HANDLE_LIMIT = 1_000
LITERAL_LIMIT = 4_096  # characters of a string that may be a literal of the program
DIMENSION_LIMIT = 16
ELEMENT_LIMIT = 2**26  # no more fit into a frame; a shape with a zero in it could claim any number
DIGIT_BITS = 14_000  # Python reads and writes 4,300 decimal digits
NUMPY_DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 complex64 complex128".split()
)
_DTYPES = {name: np.dtype(name) for name in NUMPY_DTYPES}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}  # asking a dtype for its name is slow
TORCH_DTYPES = frozenset(
    "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 "
    "complex64 complex128".split()
)


class WireError(Exception):
    """Bytes or values that do not fit the format or its limits."""


@dataclass(frozen=True)
class Handle:
    """A reference to an object that stays in the worker; ``kind`` and ``type_name`` are claims."""

    id: int
    kind: str = "object"
    type_name: str = "object"


@dataclass(frozen=True)
class Leaf:
    """Marks a tensor whose gradient will be needed."""

    tensor: Any


class Encoder:
    """Turn one message into a tree and its blobs; ``reference`` names what cannot be copied."""

    def __init__(self, reference: Callable[[Any], Handle]) -> None:
        self._reference = reference
        self.blobs: list[bytes | memoryview] = []
        self._nodes = self._handles = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the tree of ``value``; raises WireError where a limit is passed."""
        self._nodes += 1
        if depth > DEPTH_LIMIT or self._nodes > NODE_LIMIT:
            raise WireError("the value is nested too deeply or has too many parts")
        kind = type(value)
        if value is None or kind in (bool, float, str, bytes):
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**64 else ["i", _digits(value)]
        if kind is complex:
            return ["z", value.real, value.imag]
        if kind in (list, tuple):
            return ["l" if kind is list else "t", *(self.encode(v, depth + 1) for v in value)]
        if kind in (dict, OrderedDict) and len(value) <= KEY_LIMIT and all(map(_is_key, value)):
            tree: list[Any] = ["d"]
            for key, item in value.items():
                tree += [self.encode(key, depth + 1), self.encode(item, depth + 1)]
            return tree
        if kind is slice:
            return [
                "s",
                *(self.encode(v, depth + 1) for v in (value.start, value.stop, value.step)),
            ]
        if kind is np.ndarray and (name := _NAMES.get(value.dtype)) is not None:
            self.blobs.append(value.tobytes())
            return ["A", name, list(value.shape), len(self.blobs) - 1]
        if kind is np.ndarray and value.dtype.name in NUMPY_DTYPES:  # of another byte order
            array = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("="))
            self.blobs.append(array.tobytes())
            return ["A", value.dtype.name, list(value.shape), len(self.blobs) - 1]
        if isinstance(value, np.generic) and kind.__module__ == "numpy":
            if value.dtype.name in NUMPY_DTYPES:
                return ["N", value.dtype.name, value.tobytes()]
        if isinstance(value, np.dtype) and value.name in NUMPY_DTYPES:
            return ["y", value.name]
        if kind is type and issubclass(value, np.generic) and value.__name__ in NUMPY_DTYPES:
            return ["k", value.__name__]
        if (torch := torch_if_loaded()) is not None:
            tree = self._torch(torch, value, depth)
            if tree is not None:
                return tree
        self._handles += 1
        if self._handles > HANDLE_LIMIT:
            raise WireError(
                f"the value holds more than {HANDLE_LIMIT} objects that are not plain data"
            )
        handle = value if kind is Handle else self._reference(value)
        return ["h", handle.id, handle.kind, handle.type_name]

    def _torch(self, torch: Any, value: Any, depth: int) -> Any:
        leaf = type(value) is Leaf
        tensor = value.tensor if leaf else value
        if type(tensor) in (torch.Tensor, torch.nn.Parameter):
            name = str(tensor.dtype).removeprefix("torch.")
            if name in TORCH_DTYPES and tensor.layout is torch.strided and not tensor.is_meta:
                plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous()
                flat = plain.reshape(-1)  # an empty one may have odd strides
                self.blobs.append(flat.view(torch.uint8).numpy().tobytes() if len(flat) else b"")
                return ["T", name, list(tensor.shape), len(self.blobs) - 1, leaf]
        if type(value) is torch.Size:
            return self.encode(tuple(value), depth)
        if type(value) is torch.dtype:
            return ["Y", str(value).removeprefix("torch.")]
        return None


class Decoder:
    """Build values from an untrusted tree; ``resolve`` returns the object or proxy of a handle.

    ``as_arguments`` makes them as like the arguments of a local call as can be: short strings are
    interned, as the literals of a program are, so that ``cell is "rnn"`` holds.
    """

    def __init__(
        self,
        blobs: Sequence[memoryview | bytes],
        resolve: Callable[[Handle], Any],
        as_arguments: bool = False,
    ) -> None:
        self._blobs, self._resolve, self._as_arguments = blobs, resolve, as_arguments
        self._nodes = self._handles = self._tuple_keys = self._used = 0

    def decode(self, tree: Any, depth: int = 0) -> Any:
        """Return the value of ``tree``; raises WireError for anything outside the format."""
        self._nodes += 1
        if depth > DEPTH_LIMIT:
            raise WireError(f"values are nested deeper than {DEPTH_LIMIT} levels")
        if self._nodes > NODE_LIMIT:
            raise WireError(f"a value has more than {NODE_LIMIT} parts")
        if not isinstance(tree, list):
            if tree is None or type(tree) in (bool, int, float, str, bytes):
                interned = self._as_arguments and type(tree) is str and len(tree) <= LITERAL_LIMIT
                return sys.intern(tree) if interned else tree
            raise WireError(f"a {type(tree).__name__} is not part of the format")
        if not tree or type(tree[0]) is not str:
            raise WireError("a node has no tag")
        read = getattr(self, f"_read_{tree[0]}", None) if len(tree[0]) == 1 else None
        if read is None:
            raise WireError("a node has an unknown tag")
        try:
            return read(tree[1:], depth + 1)
        except WireError:
            raise
        except _MALFORMED as error:
            raise WireError(f"a node {tree[0]!r} is malformed ({type(error).__name__})") from None

    def _read_l(self, rest: list[Any], depth: int) -> list[Any]:
        return [self.decode(item, depth) for item in rest]

    def _read_t(self, rest: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self.decode(item, depth) for item in rest)

    def _read_d(self, rest: list[Any], depth: int) -> dict[Any, Any]:
        if len(rest) > 2 * KEY_LIMIT or len(rest) % 2:
            raise WireError(f"a dict has more than {KEY_LIMIT} keys or a key without a value")
        result = {}
        for key, item in zip(rest[::2], rest[1::2], strict=True):
            name = self.decode(key, depth)
            if not _is_key(name):
                raise WireError("a dict key is neither a scalar nor a tuple of scalars")
            # Tuples that share a hash are easily made, and each costs a look at all before it.
            self._tuple_keys += type(name) is tuple
            if self._tuple_keys > KEY_LIMIT:
                raise WireError(f"a value has more than {KEY_LIMIT} tuples as dict keys")
            result[name] = self.decode(item, depth)
        return result

    def _read_s(self, rest: list[Any], depth: int) -> slice:
        start, stop, step = (self.decode(item, depth) for item in rest)
        return slice(start, stop, step)

    def _read_i(self, rest: list[Any], _: int) -> int:
        (digits,) = rest
        return int(str(digits))

    def _read_z(self, rest: list[Any], _: int) -> complex:
        real, imaginary = rest
        return complex(float(real), float(imaginary))

    def _read_y(self, rest: list[Any], _: int) -> np.dtype[Any]:
        (name,) = rest
        return np.dtype(_known(name, NUMPY_DTYPES))

    def _read_k(self, rest: list[Any], _: int) -> type[np.generic]:
        (name,) = rest
        return np.dtype(_known(name, NUMPY_DTYPES)).type

    def _read_Y(self, rest: list[Any], _: int) -> Any:
        import torch

        (name,) = rest
        return getattr(torch, _known(name, TORCH_DTYPES))

    def _read_N(self, rest: list[Any], _: int) -> Any:
        name, raw = rest
        dtype = np.dtype(_known(name, NUMPY_DTYPES))
        if type(raw) is not bytes or len(raw) != dtype.itemsize:
            raise WireError("a number's contents do not fit its dtype")
        return np.frombuffer(raw, dtype=dtype)[0]

    def _read_A(self, rest: list[Any], _: int) -> np.ndarray[Any, Any]:
        name, shape, index = rest
        dtype = _DTYPES[_known(name, NUMPY_DTYPES)]
        raw = self._blob(index, _size(shape), dtype.itemsize)
        array: np.ndarray[Any, Any] = np.empty(
            shape, dtype
        )  # which owns its memory: it can be resized in place
        if dtype == np.bool_:  # any other byte than 0 and 1 makes numpy count wrongly
            array.reshape(-1)[:] = np.frombuffer(raw, dtype=np.uint8) != 0
        else:
            array.reshape(-1)[:] = np.frombuffer(raw, dtype=dtype)
        return array

    def _read_T(self, rest: list[Any], _: int) -> Any:
        import torch

        name, shape, index, leaf = rest
        dtype = getattr(torch, _known(name, TORCH_DTYPES))
        raw = self._blob(index, _size(shape), dtype.itemsize)
        if not len(raw):
            return torch.empty(shape, dtype=dtype)
        if dtype == torch.bool:
            return (torch.frombuffer(bytearray(raw), dtype=torch.uint8) != 0).reshape(shape)
        tensor = torch.empty(shape, dtype=dtype)  # whose memory can be resized in place
        tensor.view(-1).copy_(torch.frombuffer(bytearray(raw), dtype=dtype))
        return tensor.requires_grad_() if leaf is True else tensor

    def _read_h(self, rest: list[Any], _: int) -> Any:
        number, kind, type_name = rest
        if type(number) is not int or type(kind) is not str or type(type_name) is not str:
            raise WireError("a handle is malformed")
        self._handles += 1
        if self._handles > HANDLE_LIMIT:
            raise WireError(f"a value has more than {HANDLE_LIMIT} handles")
        return self._resolve(Handle(number, kind[:20], type_name[:100]))

    def _blob(self, index: Any, count: int, itemsize: int) -> memoryview | bytes:
        # In order and each once: a frame of 64 MiB must not become 200,000 arrays of 64 MiB.
        if type(index) is not int or index != self._used or index >= len(self._blobs):
            raise WireError("an array has no contents of its own")
        raw = self._blobs[index]
        self._used += 1
        if len(raw) != count * itemsize:
            raise WireError("an array's contents do not fit its shape")
        return raw


_MALFORMED = (
    ValueError, TypeError, OverflowError, MemoryError, LookupError, AttributeError, BufferError,
    RuntimeError,
)  # fmt: skip


def _is_key(value: Any) -> bool:
    kind = type(value)
    if kind is tuple:
        return all(type(item) is not tuple and _is_key(item) for item in value)
    if kind is int:
        return bool(-(2**63) <= value < 2**64)  # more digits, and anybody can make hashes collide
    if value is None or kind in (bool, float, str, bytes):
        return True
    return isinstance(value, np.generic) and bool(value.dtype.name in NUMPY_DTYPES)


def _digits(value: int) -> str:
    if value.bit_length() > DIGIT_BITS:
        raise WireError(f"an integer has more than {DIGIT_BITS} binary digits")
    return str(value)


def _known(name: Any, names: frozenset[str]) -> str:
    if type(name) is not str or name not in names:
        raise WireError("an array has an unknown dtype")
    return name


def _size(shape: Any) -> int:
    if type(shape) is not list or len(shape) > DIMENSION_LIMIT:
        raise WireError("an array has a malformed shape")
    if not all(type(n) is int and 0 <= n < 2**31 for n in shape):
        raise WireError("an array has a malformed shape")
    if math.prod(n for n in shape if n) > ELEMENT_LIMIT:
        raise WireError("an array's shape is absurd")
    return math.prod(shape)
