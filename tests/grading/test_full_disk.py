"""A disk that is full or read-only ends a run with one sentence; the next run goes on."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_killed import ROOT, results

PROVE = "PROVE" in os.environ
WRITES = 11  # files that the run itself writes at the least, without the process that judges
PLACES = range(1, WRITES + 1) if PROVE else (1, 4)
SCRIPT = """
import os, sys
from autograder import atomic

place, number, seen = int(sys.argv[1]), int(sys.argv[2]), 0

class Disk:  # the writes of this process fail from one of them on
    def __getattr__(self, name):
        return getattr(os, name)

    def open(self, path, *rest):
        global seen
        seen += 1
        if 0 < place <= seen:
            raise OSError(number, os.strerror(number), str(path))
        return os.open(path, *rest)

atomic.os = Disk()
from autograder.cli import main
main(sys.argv[3:])
"""


@pytest.fixture(scope="module")
def handed_in(small, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("class")
    text = (small.solutions / "affine" / "affine.py").read_text()
    for name, code in (("ada", text), ("bob", text.replace("x @ w + b", "x @ w"))):
        (root / name).mkdir()
        (root / name / "affine.py").write_text(code)
    return root


def grade(small, handed_in: Path, run: Path, place: int, number: int):
    command = [sys.executable, "-c", SCRIPT, str(place), str(number), "--course", str(small.root),
               "grade", "affine", *map(str, sorted(handed_in.iterdir())), "--out", str(run),
               "--seed", "5", "--no-pdf", "--jobs", "1"]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def quiet(small, handed_in, tmp_path_factory) -> dict[str, dict]:
    run = tmp_path_factory.mktemp("quiet") / "run"
    done = grade(small, handed_in, run, 0, 0)
    assert done.returncode == 0, done.stderr
    return results(run)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "cannot be written: the disk is full, or your share of it. Free some space"),
        (errno.EROFS, "cannot be used (Read-only file system). Change that and repeat the command"),
    ],
    ids=["full", "read-only"],
)
def test_a_disk_that_fails(small, handed_in, quiet, tmp_path, place, number, sentence):
    run = tmp_path / "run"
    failed = grade(small, handed_in, run, place, number)
    assert failed.returncode == 2, failed.stderr
    assert sentence in failed.stderr
    assert str(run) in failed.stderr
    assert "Traceback" not in failed.stderr
    again = grade(small, handed_in, run, 0, 0)
    assert again.returncode == 0, again.stderr
    assert results(run) == quiet
    assert not list(run.rglob(".*.json.*"))
