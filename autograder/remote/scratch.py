"""Remove a folder that student code has written to."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` with all that is in it, however deep and whatever its modes."""
    with contextlib.suppress(OSError):
        while inner := [e.path for e in os.scandir(folder) if e.is_dir(follow_symlinks=False)]:
            for path in inner:
                _dissolve(Path(path), folder)
    shutil.rmtree(folder, ignore_errors=True)


def _dissolve(folder: Path, into: Path) -> None:
    """Move what ``folder`` holds up and remove it: rmtree descends no deeper than Python may."""
    folder.chmod(0o700)
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            os.chmod(entry.path, 0o700)
        os.rename(entry.path, into / secrets.token_hex(8))
    folder.rmdir()
