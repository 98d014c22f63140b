"""The zip to hand in: its name, its bytes, its size."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .pack import Packed
from .packed_documents import listing, with_sizes
from .rules import Rules, name_fault, size_fault, size_of

_EPOCH = (1980, 1, 1, 0, 0, 0)


class Archive:
    """The zip with the chosen files; ``faults`` says why it cannot be handed in."""

    def __init__(self, root: Path, description: dict[str, Any], packed: Packed, name: str) -> None:
        self._packed, self._rules = packed, Rules.of(description)
        self._path, wrong_name = archive_path(root, name, description)
        self._bytes = archive_bytes(packed, description["assignment"])
        self.faults = list(filter(None, (wrong_name, self._too_large())))

    def write(self) -> Iterator[str]:
        """Write the zip; yield the lines of a report."""
        self._path.write_bytes(self._bytes)
        size = f"{size_of(len(self._bytes))}, at most {self._rules.max_size_mb:g} MB"
        yield f"Wrote {self._path} ({size}):"
        yield from with_sizes(self._packed.files)
        if self._packed.separate:
            listed = listing([self._path.name, *sorted(self._packed.separate)])
            yield f"Hand in these files: {listed}."

    def _too_large(self) -> str | None:
        fault = size_fault(len(self._bytes), self._rules.max_size_mb * 2**20)
        files = self._packed.files
        if fault is None or not files:
            return None
        return f"{fault} The largest file is {max(files, key=lambda n: files[n].stat().st_size)}."


def archive_path(root: Path, name: str, description: dict[str, Any]) -> tuple[Path, str | None]:
    """Return where the zip goes, and what is wrong with its name, if anything."""
    rules = Rules.of(description)
    places = rules.places()
    wanted = name or f"{description['assignment']}-submission.zip"
    if rules.archive and not places:
        wanted = rules.archive
    if not wanted.endswith(".zip"):
        wanted += ".zip"
    if places and not name:
        what = f"your {places[0]}" if len(places) == 1 else "the whole name"
        form = f"The zip must be called {rules.archive}: run `python check.py --pack NAME`"
        return root / wanted, f"{form} with {what} as NAME."
    fault = name_fault(wanted, rules)
    if fault and name and len(places) == 1:
        filled = re.sub(r"<\w+>", lambda _: wanted.removesuffix(".zip"), rules.archive or "")
        return root / filled, name_fault(filled, rules)
    return root / wanted, fault


def archive_bytes(packed: Packed, assignment: str) -> bytes:
    """Return the zip; equal files give equal bytes."""
    contents = {name: file.read_bytes() for name, file in packed.files.items()}
    contents["manifest.json"] = (json.dumps({"assignment": assignment}) + "\n").encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
    return stream.getvalue()
