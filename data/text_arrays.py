"""Lines of text as arrays of bytes, so that an npz file can store them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def text_array(lines: Iterable[str]) -> NDArray[np.uint8]:
    """Encode lines of text (UTF-8)."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def text_lines(array: NDArray[np.uint8]) -> tuple[str, ...]:
    """Decode what `text_array` encoded."""
    return tuple(array.tobytes().decode("utf-8").split("\n"))
