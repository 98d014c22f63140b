"""Test files of two problems with a support module each: every file gets the one beside it."""

from __future__ import annotations

import sys

import pytest

from autograder.errors import CourseError
from autograder.examine import testfiles
from checking.cases import load_cases

CASES = """
from checks import test_case
from support import NAME
import oracle

OK_FORMAT = False
name = "q"

@test_case(points=1.5, hidden=False, failure_message="no")
def is_right(f):
    assert f() == NAME == oracle.NAME

@test_case(name="a name of its own", points=0, hidden=True)
def is_right_too(f, g):
    assert f() == g()
"""


@pytest.fixture
def two_files(tmp_path):
    """Return the test files of two problems."""
    files = []
    for problem in ("one", "two"):
        folder = tmp_path / problem
        folder.mkdir()
        (folder / "support.py").write_text(f"NAME = {problem!r}\n")
        (folder / "oracle.py").write_text("from support import NAME\n")
        (folder / "q.py").write_text(CASES)
        files.append(folder / "q.py")
    return files


def test_our_grader_does_not_mix_them(two_files):
    for _ in range(2):
        for path in two_files:
            case = testfiles.load(path).cases[0]
            case.function(lambda path=path: path.parent.name)
            with pytest.raises(AssertionError):
                case.function(lambda: "other")
    assert not {"support", "oracle"} & set(sys.modules)
    assert not any(str(path.parent) in sys.path for path in two_files)


def test_cases_are_read_with_their_settings(two_files):
    file = testfiles.load(two_files[0])
    first, second = file.cases
    assert (first.name, first.arguments, first.points, first.hidden) == (
        "is_right", ("f",), 1.5, False
    )  # fmt: skip
    assert (second.name, second.arguments, second.hidden) == ("a name of its own", ("f", "g"), True)
    assert (first.failure_message, second.failure_message) == ("no", None)
    assert file.points == 1.5
    assert not file.all_or_nothing


def test_the_local_check_does_not_mix_them(two_files):
    for path in two_files:  # what ships has no oracle
        path.write_text(path.read_text().replace("import oracle", "").replace("== oracle.NAME", ""))
    for _ in range(2):
        for path in two_files:
            first, second = load_cases(path)
            assert (first.name, second.name) == ("is right", "a name of its own")
            assert (first.failure_message, second.failure_message) == ("no", None)
            first.function(lambda path=path: path.parent.name)
    assert "support" not in sys.modules
    assert not any(str(path.parent) in sys.path for path in two_files)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "q.py").write_text("OK_FORMAT = False\nname = 'q'\nx = 1 / 0\n")
    with pytest.raises(CourseError, match=r"q\.py: ZeroDivisionError: division by zero\."):
        testfiles.load(tmp_path / "q.py")
    assert str(tmp_path) not in sys.path
    (tmp_path / "empty.py").write_text("OK_FORMAT = False\nname = 'q'\n")
    with pytest.raises(CourseError, match=r"empty\.py: it has no test case\."):
        testfiles.load(tmp_path / "empty.py")
