"""A small whole course and a package of it, for the tests to build, break and use."""

import shutil
import textwrap
from pathlib import Path

import pytest
from columns_course import FILES

from autograder.course import Course
from autograder.release.package_tree import assignment_tree


def write(root: Path, files: dict[str, str]) -> None:
    """Write texts, dedented, below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8", newline="\n")


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the course as written above; nobody changes it."""
    root = tmp_path_factory.mktemp("course")
    write(root, FILES)
    return root


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Course:
    """Return a fresh copy of the course that a test may change."""
    return Course(shutil.copytree(pristine, tmp_path / "course"))


@pytest.fixture
def package(course: Course, tmp_path: Path) -> Path:
    """Return the folder of an unpacked student package."""
    root = tmp_path / "student's folder" / "hw1"
    for name, content in assignment_tree(course, course.assignment("hw1")).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root
