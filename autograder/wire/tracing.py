"""Note which lines of a submission run, and of which shape the variables of its functions are."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

MOST_LINES, MOST_NAMES = 5_000, 2_000


class Trace:
    """What ran of the files below one folder while ``of_frame`` was the trace function."""

    def __init__(self, folder: str) -> None:
        self._start = f"{folder}/"
        self._lines: dict[tuple[str, int], None] = {}
        self._shapes: dict[tuple[str, str], list[int] | None] = {}

    def of_frame(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Follow the frames of the submission only."""
        return self._of_line if frame.f_code.co_filename.startswith(self._start) else None

    def _of_line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and len(self._lines) < MOST_LINES:
            self._lines[frame.f_code.co_filename[len(self._start) :], frame.f_lineno] = None
        if event == "return":
            function = frame.f_code.co_qualname
            for name, value in frame.f_locals.items():
                if len(self._shapes) < MOST_NAMES:
                    self._shapes[function, name] = shape_of(value)
        return self._of_line

    def found(self) -> tuple[list[Any], list[Any]]:
        """Return [file, line] of all lines, and [function, name, shape] of all local names."""
        return (
            [[file, line] for file, line in self._lines],
            [[function, name, shape] for (function, name), shape in self._shapes.items()],
        )


def shape_of(value: Any) -> list[int] | None:
    """Return the shape of a number, an array or a tensor; None for anything else."""
    if type(value) in (int, float) or isinstance(value, np.generic):
        return []
    torch = sys.modules.get("torch")
    if type(value) is np.ndarray or (torch and type(value) in (torch.Tensor, torch.nn.Parameter)):
        return list(value.shape)
    return None
