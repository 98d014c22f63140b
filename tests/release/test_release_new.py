"""A new problem is sound before anybody has changed it, and touches only its own two folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course, default_course, load_mistakes
from autograder.errors import CourseError
from autograder.prove.gate import check_problem
from autograder.release.new import create_problem
from autograder.release.student import student_tree

ROOT = default_course().root


@pytest.fixture
def empty(tmp_path: Path) -> Course:
    """Return a course without any problem."""
    (tmp_path / "course" / "solutions").mkdir(parents=True)
    return Course(tmp_path / "course")


def test_the_files_are_called_after_the_problem(empty: Course) -> None:
    files = create_problem(empty, "word_vectors")
    names = {path.relative_to(empty.root / "solutions/word_vectors").as_posix() for path in files}
    assert {"word_vectors.py", "word_vectors.nb.py", "problem.toml", "handout.md"} <= names
    text = "".join(path.read_text() for path in files)
    assert "new_problem" not in text
    assert "import word_vectors" not in text.replace("from word_vectors import", "")
    assert sorted(path.name for path in empty.root.iterdir()) == ["solutions", "student"]


def test_there_is_a_question_of_each_kind(empty: Course) -> None:
    create_problem(empty, "word_vectors")
    problem = empty.problem("word_vectors")
    assert [question.name for question in problem.questions] == [
        "standardise", "squared_error", "Perceptron", "training",
    ]  # fmt: skip
    assert len(problem.written) == 1
    assert {m.question for m in load_mistakes(problem)} == {q.name for q in problem.questions}
    assert "tests/support.py" in student_tree(problem)
    assert "tests/oracle.py" not in student_tree(problem)


@pytest.mark.slow
def test_a_new_problem_passes_the_gate_at_once(empty: Course) -> None:
    create_problem(empty, "word_vectors")
    assert check_problem(empty, empty.problem("word_vectors")).faults() == []


def test_a_problem_can_be_made_like_another_one(small: Course, tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    for path in small.solutions.rglob("*"):
        target = course.root / path.relative_to(small.root)
        if path.is_file() and "__pycache__" not in path.parts:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    create_problem(course, "matrix", like="affine")
    problem = course.problem("matrix")
    assert problem.modules == ("matrix.py",)
    assert [q.name for q in problem.questions] == [
        q.name for q in small.problem("affine").questions
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Word-Vectors", "use lower-case letters, digits and underscores"),
        ("class", "cannot be the name of a problem"),
        ("torch", "the name of another Python module"),
        ("checks", "the name of another Python module"),
        ("taken", "exists already; choose another name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(empty: Course, name: str, message: str) -> None:
    (empty.solutions / "taken").mkdir()
    with pytest.raises(CourseError, match=message):
        create_problem(empty, name)


def test_the_command_says_what_it_wrote_and_what_is_next(empty: Course) -> None:
    command = [sys.executable, "build_assignment.py", "--course", str(empty.root), "new"]
    done = subprocess.run([*command, "word_vectors"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "  questions/standardise.py\n" in done.stdout
    assert "python build_assignment.py check word_vectors" in done.stdout
    again = subprocess.run([*command, "word_vectors"], cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 2
    assert again.stderr.startswith("Error: ")
    assert again.stderr.count("\n") == 1
