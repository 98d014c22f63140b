"""Create a new problem: a sound one to change, from the template or from another problem."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError
from autograder.release.drift import rewrite
from autograder.release.package_tree import TAKEN
from autograder.release.student import student_tree

TEMPLATE = Path(__file__).resolve().parent / "template"
TEMPLATE_NAME = "new_problem"
_IGNORED = {"__pycache__", ".ipynb_checkpoints"}


def create_problem(course: Course, name: str, like: str | None = None) -> list[Path]:
    """Write ``solutions/<name>/`` and ``student/<name>/``; return the files of the problem.

    It copies the problem ``like``, or a template with one question of each kind.
    Its name becomes ``name`` in them. Raises CourseError where the name cannot be used.
    """
    _check_name(course, name)
    source = course.problem(like).folder if like else TEMPLATE
    word = re.compile(rf"\b{re.escape(like or TEMPLATE_NAME)}\b")
    target = course.solutions / name
    written = []
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if path.is_dir() or _IGNORED & set(inside.parts):
            continue
        file = target / word.sub(name, inside.as_posix())
        file.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
        try:
            content = word.sub(name, content.decode()).encode()
        except UnicodeDecodeError:
            pass  # a picture
        file.write_bytes(content)
        written.append(file)
    rewrite(course.root / "student" / name, student_tree(course.problem(name)))
    return written


def _check_name(course: Course, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise CourseError(
            f"{name!r} cannot be the name of a problem: use lower-case letters, digits and "
            "underscores, for example 'word_vectors'."
        )
    if name in TAKEN or name in sys.stdlib_module_names or name in ("numpy", "torch"):
        raise CourseError(f"{name!r} is the name of another Python module; choose another one.")
    if (course.solutions / name).exists():
        raise CourseError(f"{course.solutions / name} exists already; choose another name.")
