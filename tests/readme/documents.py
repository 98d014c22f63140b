"""The commands of a document, and how the tests run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def commands(text: str) -> list[str]:
    """Return the lines after ``$`` in the console blocks of a document, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def files(text: str) -> dict[str, str]:
    """Return path = content of the blocks that follow a line that ends in the name of a file."""
    found = re.findall(
        r"`([\w/.-]+)`[^`\n]*:\n\n```(?:toml|csv)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL
    )
    return dict(found)


def environment(clone: Path) -> dict[str, str]:
    """Return the environment in which ``python`` is this one and imports from ``clone``."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(clone), "PATH": path}


def run(command: str, folder: Path, clone: Path) -> str:
    """Run one command as it stands and return what it prints; it must succeed."""
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment(clone), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout
