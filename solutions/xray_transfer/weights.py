"""Provided: read and write tensors in the format safetensors, which holds numbers and no code.

A file begins with 8 bytes, the length of a header. The header is JSON: name, dtype, shape and
place of each tensor. Then come the numbers. The package ``safetensors`` reads and writes the same
files. You change nothing here.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_HEADER_LIMIT = 2**20


def write_weights(path: Path | str, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors by name, such as the ``state_dict()`` of a network, to a file."""
    header, contents, end = {}, [], 0
    for name, tensor in tensors.items():
        plain = tensor.detach().cpu().contiguous()
        raw = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
        header[name] = {
            "dtype": _NAMES[plain.dtype],
            "shape": list(plain.shape),
            "data_offsets": [end, end := end + len(raw)],
        }
        contents.append(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *contents]))


def read_weights(path: Path | str) -> dict[str, Tensor]:
    """Return the tensors of a file by name; raise ValueError for a file of another format."""
    raw = Path(path).read_bytes()
    length = int.from_bytes(raw[:8], "little")
    if len(raw) < 8 or length > min(_HEADER_LIMIT, len(raw) - 8):
        raise ValueError(f"{path} is not a safetensors file; write it with write_weights.")
    try:
        header = json.loads(raw[8 : 8 + length])
        header.pop("__metadata__", None)
        return {name: _tensor(entry, raw[8 + length :]) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} has a damaged header or too few numbers ({error}).") from None


def _tensor(entry: Mapping[str, object], numbers: bytes) -> Tensor:
    dtype, shape = _DTYPES[entry["dtype"]], [int(n) for n in entry["shape"]]
    start, end = entry["data_offsets"]
    part = numbers[start:end]
    if len(part) != end - start or len(part) != math.prod(shape) * dtype.itemsize:
        raise ValueError("a tensor does not fit its shape")
    if not part:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(part), dtype=dtype).reshape(shape)
