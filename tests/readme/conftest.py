"""A copy of the repository in which the commands of its documents are run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from documents import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what git tracks or would track, with this interpreter as its environment."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / "clone" / name)
    return tmp_path / "clone"
