"""Building an assignment: the whole command, and the work in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from autograder.build.leaks import scan
from autograder.build.private import collect
from autograder.build.release import assignment_tree, zip_bytes
from autograder.course import Course

from .checks import SMALL
from .series import Series, python, repeat

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "dl22_a2"
_PARTS = ("solutions", "student", "data", "autograder/questions", "autograder/assignments")


def measure(folder: Path, times: int) -> Iterator[Series]:
    """Yield the seconds of a build; it works on a copy, so that nothing here is renewed."""
    whole = (ROOT / "autograder" / "assignments" / f"{ASSIGNMENT}.toml").is_file()
    source, name = (ROOT, ASSIGNMENT) if whole else (SMALL, "small")
    for part in _PARTS:
        if (source / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source / part, folder / "course" / part, ignore=ignored)
    course = Course(folder / "course")

    def command() -> None:
        python(ROOT / "build_assignment.py", "--course", course.root, "build", name,
               "--out", folder / "dist")  # fmt: skip

    def work() -> None:
        target = course.target(name)
        archive = zip_bytes(assignment_tree(course, target), name)
        scan(f"{name}.zip", archive, collect(course, [entry.problem for entry in target.entries]))

    yield Series("build.command", f"build {name}: the whole command", "s",
                 repeat(command, times), 1.0)  # fmt: skip
    yield Series("build.work", f"build {name}: its work alone", "s", repeat(work, times))
