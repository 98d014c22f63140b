"""Check the figures of a result and arrange them in rows."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.text import clipped

from .wording import breakable

_NAME = re.compile(r"figures/[A-Za-z0-9_][A-Za-z0-9_.-]*\.png")
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 40_000_000
_MOST_BYTES = 8 * 2**20
TEXT_WIDTH, _GAP, _TALLEST = 168.0, 6.0, 150.0  # mm on the page
_WIDE = 1.7  # a figure with a larger aspect ratio gets its own row
_MOST_SHOWN = 16


def figure_rows(
    figures: Sequence[Mapping[str, Any]], folder: Path, text_width: float = TEXT_WIDTH
) -> list[list[dict[str, Any]]]:
    """Return rows of one or two figures; a figure that cannot be shown becomes the reason.

    In a column that is narrower than the page, each figure has its own row.
    """
    rows: list[list[dict[str, Any]]] = []
    for figure in figures[:_MOST_SHOWN]:
        item = _item(figure, folder)
        narrow = item["aspect"] <= _WIDE and text_width == TEXT_WIDTH
        if narrow and rows and len(rows[-1]) == 1 and rows[-1][0]["aspect"] <= _WIDE:
            rows[-1].append(item)
        else:
            rows.append([item])
    for row in rows:
        is_alone = row[0]["aspect"] > _WIDE or text_width < TEXT_WIDTH
        width = text_width if is_alone else (text_width - _GAP) / 2
        height = min(_TALLEST, width / max(item["aspect"] for item in row))
        for item in row:
            item |= {"width": 100 * width / text_width, "height": height}
    return rows


def figure_files(rows: Sequence[Sequence[Mapping[str, Any]]], folder: Path) -> dict[str, Path]:
    """Return the files that the rows show, by the name they have in the template."""
    return {item["file"]: folder / item["file"] for row in rows for item in row if item["file"]}


def _item(figure: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    caption = breakable(clipped(figure["caption"], 400))
    item = {"file": None, "caption": caption, "problem": None, "aspect": 1.3}
    path = folder / figure["file"]
    if not _NAME.fullmatch(figure["file"]) or path.is_symlink() or not path.is_file():
        return item | {"problem": "This figure is missing."}
    content = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 24:
        return item | {"problem": "This figure is not a PNG image of a supported size."}
    if hashlib.sha256(content).hexdigest() != figure["sha256"]:
        return item | {"problem": "This figure has changed since grading."}
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width * height <= _MOST_PIXELS:
        return item | {"problem": "This figure is not a PNG image of a supported size."}
    return item | {"file": figure["file"], "aspect": max(0.2, min(8.0, width / height))}
