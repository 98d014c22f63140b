"""All packages of an assignment: what each holds, and that nothing private reaches students."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from test_release_release import edit

from autograder.course import Course, default_course
from autograder.course.source import parse
from autograder.publish.build import Release, build_release
from autograder.publish.grader_package import grader_tree
from autograder.publish.release_note import release_note
from autograder.release.leaks import scan
from autograder.release.markers import find_markers
from autograder.release.package_tree import assignment_tree
from autograder.release.private import collect

NUMPY = ("softmax_regions", "backprop", "vanishing_gradients", "logistic_regression", "rnn_layers")


@pytest.fixture(scope="module")
def release(pristine: Path) -> Release:
    course = Course(pristine)
    return build_release(course, course.assignment("hw1"))


def content(release: Release, name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(release.files[name])) as archive:
        return {item: archive.read(item) for item in archive.namelist()}


def test_a_release_is_three_packages_and_a_note(release: Release, pristine: Path) -> None:
    names = ["hw1.zip", "hw1-autograder.zip", "hw1-instructor.zip", "hw1-release.md"]
    assert list(release.files) == names
    course = Course(pristine)
    assert build_release(course, course.assignment("hw1")).files == release.files


def test_handouts_are_html_and_pdf_too(release: Release) -> None:
    page = release.student["columns/handout.html"].decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "src=" not in page
    assert release.student["columns/handout.pdf"].startswith(b"%PDF")


def test_nothing_of_the_instructor_package_is_in_the_student_package(
    release: Release, pristine: Path
) -> None:
    students = set(content(release, "hw1.zip").values())
    private = content(release, "hw1-instructor.zip")
    shared = {name for name, text in private.items() if text in students}
    assert shared <= {
        "hw1-instructor/columns/solution/shapes.py",
        "hw1-instructor/columns/solution/columns.ipynb",
    }
    course = Course(pristine)
    secrets = collect(course, [course.problem("columns")])
    assert scan("hw1.zip", release.files["hw1.zip"], secrets) == []
    found = " ".join(map(str, scan("i.zip", release.files["hw1-instructor.zip"], secrets)))
    for kind in ("solution of", "hidden case", "model answer of", "marking scheme of"):
        assert kind in found


def test_the_instructor_package_has_solutions_and_marking(release: Release) -> None:
    private = content(release, "hw1-instructor.zip")
    module = private["hw1-instructor/columns/solution/columns.py"].decode()
    assert not find_markers(parse(module, Path("columns.py")))
    assert "raise NotImplementedError" not in module
    assert b"### Model answer" in private["hw1-instructor/columns/marking.md"]
    assert private["hw1-instructor/points.csv"].startswith(b"problem,question,kind,number,points")


def test_the_note_says_what_is_released(release: Release) -> None:
    note = release.files["hw1-release.md"].decode()
    assert "# Release of hw1: Homework 1" in note
    assert "No due date is set" in note
    assert "| `column_means` |" in note
    assert "nothing private found" in note


def test_the_note_says_where_otter_counts_otherwise() -> None:
    course = default_course()
    note = release_note(course.assignment("cmpt419_a2"), {}, 1)
    assert (
        "Students choose among 8 optional questions, 10 points each: the best one counts under "
        "`python -m autograder grade` and on Gradescope. Plain `otter run` knows no such rule and "
        "adds up all of them, so its total can be higher."
    ) in note
    assert "Students choose" not in release_note(course.assignment("dl22_a2"), {}, 1)


def test_the_grader_package_has_the_documented_layout(release: Release) -> None:
    with zipfile.ZipFile(io.BytesIO(release.files["hw1-autograder.zip"])) as archive:
        modes = {item.filename: item.external_attr >> 16 for item in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o100755
    assert {"otter_config.json", "requirements.txt", "target.json"} <= set(modes)
    assert not [name for name in modes if "right_answers" in name or "publish/" in name]


def test_the_grader_package_holds_nothing_of_other_assignments() -> None:
    course = default_course()
    tree = grader_tree(course, course.assignment("cmpt419_a2"))
    own = {entry.problem.name for entry in course.assignment("cmpt419_a2").entries}
    assert {name.split("/")[1] for name in tree if name.startswith("solutions/")} == own
    assert [n for n in tree if n.startswith("autograder/assignments/")] == [
        "autograder/assignments/cmpt419_a2.toml"
    ]
    assert "data/samples/logistic_points.npz" in tree
    assert "data/samples/tweets.npz" not in tree
    assert "data/holdout/tweets.npz" not in tree


@pytest.mark.parametrize("name", NUMPY)
def test_problems_for_numpy_ask_for_no_torch(name: str) -> None:
    course = default_course()
    tree = assignment_tree(course, course.target(name))
    assert "torch" not in tree["requirements.txt"].decode()


def test_a_sixth_assignment_is_a_toml_file(course: Course) -> None:
    text = (course.assignments / "hw1.toml").read_text()
    (course.assignments / "hw6.toml").write_text(text)
    edit(course.assignments / "hw6.toml", "points = 14", "points = 28")
    made = build_release(course, course.assignment("hw6"))
    assert not made.leaks
    assert "## Points: 28" in made.files["hw6-release.md"].decode()
