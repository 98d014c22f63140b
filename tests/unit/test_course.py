"""What an instructor wrote is read exactly, or refused with file and cause."""

from __future__ import annotations

import shutil

import pytest

from autograder.course import Course, default_course
from autograder.errors import CourseError


@pytest.fixture
def course(tmp_path, small):
    shutil.copytree(small.root, tmp_path / "course")
    return Course(tmp_path / "course")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_limits_are_inherited_by_questions(small):
    limits = small.problem("affine").questions[0].limits
    assert (limits.cpu_seconds, limits.memory_mb, limits.import_seconds) == (2, 512, 5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "An affine', 'titel = "An affine', "the key 'title' is missing"),
        ("memory_mb = 512", 'memory_mb = "much"', "'memory_mb' has the wrong type"),
        ("memory_mb = 512", "memory = 512", "unknown key 'memory'"),
        ('name = "affine_forward"', 'name = "forward"', "forward.py does not exist"),
        ('title = "Forward pass"', 'title = "x"\nneeds = ["x"]', "needs unknown questions x"),
        ('title = "Forward pass"', 'title = "x"\nmodules = ["x.py"]', "unknown modules x.py"),
        (
            'modules = ["affine.py"]',
            'modules = ["affine.py"]\nbuilds_on = ["affine"]',
            "'affine', which builds on it",
        ),
        (
            'modules = ["affine.py"]',
            'modules = ["affine.py"]\nbuilds_on = ["x"]',
            "'x', which is no problem",
        ),
        ("[limits]", "[limits", "is not valid TOML"),
    ],
)
def test_a_faulty_problem_is_refused_with_its_file(course, old, new, message):
    path = course.solutions / "affine" / "problem.toml"
    edit(path, old, new)
    with pytest.raises(CourseError, match=message) as caught:
        course.problem("affine")
    assert str(path.parent) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"', "lists no"),
        ('title = "x"\n[[problems]]\nname = "afine"', "no problem 'afine'; there are: affine, att"),
        (
            'title = "x"\n[visibility]\nhidden = "never"\n[[problems]]\nname = "affine"',
            "must be one",
        ),
        ('title = "x"\n[hand_in]\narchive = "(.zip"\n[[problems]]\nname = "affine"', "a name like"),
    ],
)
def test_a_faulty_assignment_is_refused(course, text, message):
    (course.assignments / "odd.toml").write_text(text)
    with pytest.raises(CourseError, match=message):
        course.assignment("odd")


def test_a_written_question_is_one_file(course):
    folder = course.solutions / "affine"
    edit(folder / "problem.toml", "[limits]", 'written = ["why"]\n\n[limits]')
    with pytest.raises(CourseError, match=r"written/why\.md cannot be read"):
        course.problem("affine")
    (folder / "written").mkdir()
    path = folder / "written" / "why.md"
    path.write_text("# Why\n\nWhy?\n\n## Model answer\n\nSo.\n")
    with pytest.raises(CourseError, match="'## Criteria', in this order"):
        course.problem("affine")
    path.write_text("# Why\n\nWhy?\n\n## Model answer\n\nSo.\n\n## Criteria\n\n- one: says so\n")
    with pytest.raises(CourseError, match=r"why\.md:10: a criterion is one line like"):
        course.problem("affine")
    edit(path, "- one: says so", "- 1: says so\n- 0.5: and why")
    (question,) = course.problem("affine").written
    assert (question.title, question.prompt, question.model_answer) == ("Why", "Why?", "So.")
    assert question.criteria == ((1.0, "says so"), (0.5, "and why"))
    assert question.points == 1.5


def test_an_unknown_target_lists_what_there_is(small):
    with pytest.raises(CourseError, match=r"neither an assignment \(small\) nor a problem"):
        small.target("smal")


def test_every_assignment_of_the_kit_can_be_read():
    course = default_course()
    assert course.assignment_names()
    for name in course.assignment_names():
        assert course.assignment(name).entries
