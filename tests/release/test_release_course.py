"""The real problems: their packages leak nothing, and what is committed is what is built."""

import ast
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder.course import default_course
from autograder.prove.gate import leaks_of
from autograder.release.drift import drift
from autograder.release.package_tree import assignment_tree
from autograder.release.student import student_tree

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
        assert not parts & {
            "holdout",
            "make_samples",
            "mistakes",
            "rubric",
            "calibration",
            "thresholds",
        }


@pytest.mark.parametrize("name", COURSE.assignment_names())
def test_students_need_no_newer_python_than_promised(name: str) -> None:
    for file, content in assignment_tree(COURSE, COURSE.assignment(name)).items():
        if file.endswith(".py"):
            ast.parse(content, file, feature_version=(3, 10))


def test_no_student_folder_is_left_of_a_problem_that_is_gone() -> None:
    folders = [path.name for path in (COURSE.root / "student").iterdir() if path.is_dir()]
    assert set(folders) <= set(COURSE.problem_names())


def test_a_package_of_numpy_problems_needs_no_torch(tmp_path):
    homework = COURSE.assignment("dl_hw2")
    names = ("rnn_layers", "image_captioning")
    numpy_alone = [entry for entry in homework.entries if entry.problem.name in names]
    tree = assignment_tree(COURSE, replace(homework, entries=tuple(numpy_alone)))
    for name, content in tree.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert "torch" not in (tmp_path / "requirements.txt").read_text()
    reference = COURSE.solutions / "rnn_layers" / "rnn_layers.py"
    shutil.copy(reference, tmp_path / "rnn_layers" / "rnn_layers.py")
    blocked = (
        "import sys, runpy\nsys.modules.update(dict.fromkeys(['torch', 'torchvision', 'otter']))\n"
        "sys.argv = ['check.py', 'rnn_step_backward', 'temporal_softmax_loss']\n"
        "sys.path.insert(0, '.')\nrunpy.run_path('check.py', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
