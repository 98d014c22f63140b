"""Write files atomically: a reader finds the old file or the new one, never a part."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

_OWNER_ONLY = 0o600


def write_bytes(path: Path, content: bytes, mode: int = 0o666) -> Path:
    """Write ``content`` to ``path``, with ``mode`` less the umask.

    Raises:
        OSError: with the name of ``path``; then it is what it was.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        error.filename = str(path)  # a failed write names none, others the partial file
        raise
    return path


def write_json(path: Path, value: object) -> Path:
    """Write ``value`` as JSON that only its owner can read, since results name hidden cases."""
    text = json.dumps(value, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    return write_bytes(path, text.encode("ascii"), _OWNER_ONLY)
