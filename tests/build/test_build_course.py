"""The real problems: their packages leak nothing, and what is committed is what is built."""

import ast

import pytest

from autograder.build.drift import drift
from autograder.build.gate import leaks_of
from autograder.build.release import assignment_tree
from autograder.build.student import student_tree
from autograder.course import default_course

COURSE = default_course()


@pytest.mark.parametrize("name", COURSE.problem_names())
def test_the_committed_student_folder_is_fresh(name: str) -> None:
    assert drift(COURSE.root / "student" / name, student_tree(COURSE.problem(name))) == []


@pytest.mark.parametrize("name", COURSE.problem_names())
def test_the_package_of_a_problem_leaks_nothing(name: str) -> None:
    assert leaks_of(COURSE, COURSE.problem(name)) == []


@pytest.mark.parametrize("name", COURSE.assignment_names())
def test_no_package_holds_what_only_the_grader_has(name: str) -> None:
    tree = assignment_tree(COURSE, COURSE.assignment(name))
    for file in tree:
        parts = set(file.replace(".", "/").split("/"))
        assert not parts & {"holdout", "make_samples", "mistakes", "rubric", "calibration", "bars"}


@pytest.mark.parametrize("name", COURSE.assignment_names())
def test_students_need_no_newer_python_than_promised(name: str) -> None:
    for file, content in assignment_tree(COURSE, COURSE.assignment(name)).items():
        if file.endswith(".py"):
            ast.parse(content, file, feature_version=(3, 10))


def test_no_student_folder_is_left_of_a_problem_that_is_gone() -> None:
    folders = [path.name for path in (COURSE.root / "student").iterdir() if path.is_dir()]
    assert set(folders) <= set(COURSE.problem_names())
