"""Building an assignment: the whole command, and the work in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from autograder.course import Course
from autograder.release.leaks import scan
from autograder.release.package_tree import assignment_tree, zip_bytes
from autograder.release.private import collect

from .checks import SMALL
from .series import Series, python, repeat

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "dl22_a2"
_PARTS = ("autograder", "data", "solutions", "student", "build_assignment.py", "pyproject.toml")


def measure(folder: Path, times: int) -> Iterator[Series]:
    """Yield the seconds of a build."""
    whole = (ROOT / "autograder" / "assignments" / f"{ASSIGNMENT}.toml").is_file()
    course, name = (Course(ROOT), ASSIGNMENT) if whole else (Course(SMALL), "small")
    copy = _copied(ROOT, folder / "course") if whole else folder
    options = [] if whole else ["--course", _copied(SMALL, folder / "small")]
    script = (copy if whole else ROOT) / "build_assignment.py"

    def command() -> None:
        python(script, *options, "build", name, "--out", folder / "dist", cwd=copy)

    def work() -> None:
        target = course.target(name)
        archive = zip_bytes(assignment_tree(course, target), name)
        scan(f"{name}.zip", archive, collect(course, [entry.problem for entry in target.entries]))

    yield Series("build.command", f"build {name}: the whole command", "s",
                 repeat(command, times), 1.0)  # fmt: skip
    yield Series("build.work", f"build {name}: its work alone", "s", repeat(work, times))


def _copied(source: Path, target: Path) -> Path:
    """Copy a course to ``target``: the command renews its student/ folder."""
    ignored = shutil.ignore_patterns("__pycache__")
    target.mkdir(parents=True)
    for part in _PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, ignore=ignored)
        elif (source / part).is_file():
            shutil.copy(source / part, target)
    return target
