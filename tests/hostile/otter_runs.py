"""Grade hostile submissions by the command ``otter run``, in a box that protects this machine.

Otter runs tests and submission in one process and limits nothing. The box, bubblewrap, lets them
write to a folder of their own and to an empty ``/tmp``, without a network; it takes away nothing
that an attack on the score needs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.errors import KitError
from tests.grading.otter_scores import OtterFailed, otter_run_scores

from .corpus import ROOT, Attack, submission

SECONDS = 240.0  # then a command is stopped
MEMORY = 12 << 30  # bytes of address space that a command may have
# What a box does not contain either: they would fill the table of processes, or of files.
HARMFUL = {"resources/fork_bomb", "resources/files_without_end"}


@dataclass(frozen=True)
class OtterAnswer:
    """What became of an attack under ``otter run``; no score where the command gave none."""

    outcome: str
    score: float | None = None


def grade_by_otter(attack: Attack) -> OtterAnswer:
    """Return what the questions of an attack earn together under ``otter run``.

    Raises:
        KitError: bubblewrap is not installed.
    """
    if attack.full_name in HARMFUL:
        return OtterAnswer("not run: nothing limits it")
    problem = Course(ROOT).problem(attack.problem)
    with tempfile.TemporaryDirectory(prefix="otter-") as made:
        folder = Path(made)
        try:
            texts, inside = submission(attack, problem), _box(folder)
            scores = otter_run_scores(problem, texts, folder, attack.questions, inside, SECONDS)
        except OtterFailed:
            return OtterAnswer("no result: the command failed")
        except subprocess.TimeoutExpired:
            return OtterAnswer(f"no result after {SECONDS:.0f} s")
    score = sum(scores.values())
    return OtterAnswer("gains points" if score > attack.points else "gains nothing", score)


def _box(folder: Path) -> list[str | Path]:
    """Return the command that keeps another one away from this machine."""
    if (bubblewrap := shutil.which("bwrap")) is None:
        raise KitError("otter run needs a box for hostile code: install the package bubblewrap.")
    kit = [part for path in (ROOT, Path(sys.prefix)) for part in ("--ro-bind", path, path)]
    return [
        "prlimit", f"--as={MEMORY}",
        bubblewrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp",
        *kit, "--bind", folder, folder, "--chdir", folder / "support",
        "--unshare-net", "--unshare-pid", "--die-with-parent",
    ]  # fmt: skip
