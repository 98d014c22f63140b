"""Thresholds follow from what was measured, and calibration.toml keeps what was not."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from otter.test_files import ExceptionTestFile

from autograder import cli
from autograder.course import Course, default_course, load_thresholds
from autograder.errors import CourseError
from autograder.examine import thresholds
from autograder.prove.calibrate import Measured, measure, write
from autograder.prove.gate import Options, check_problem


def test_the_threshold_is_a_prediction_bound():
    """Of many runs like those measured, about one in a thousand misses its threshold."""
    generator = np.random.default_rng(0)
    runs = generator.normal(0.8, 0.02, size=(4000, 11))
    missed = [run[10] < Measured("m", "s", tuple(run[:10])).threshold for run in runs]
    assert sum(missed) <= 12  # 4 are expected; 13 or more would happen once in 5,000 tries
    missed = [run[10] > Measured("m", "s", tuple(run[:10]), "at_most").threshold for run in runs]
    assert sum(missed) <= 12


def test_more_seeds_allow_a_higher_threshold():
    values = (0.79, 0.81) * 20
    assert Measured("m", "s", values).threshold > Measured("m", "s", values[:6]).threshold


def test_an_at_most_threshold_is_above_the_mean():
    values = (0.79, 0.81) * 20
    least, most = Measured("m", "s", values), Measured("m", "s", values, "at_most")
    assert least.threshold < 0.8 < most.threshold
    assert most.threshold - 0.8 == pytest.approx(0.8 - least.threshold)


def test_sizes_that_were_not_measured_are_kept(tmp_path):
    path = tmp_path / "calibration.toml"
    write(path, [Measured("accuracy", "12k", (0.7, 0.8, 0.75))])
    path.write_text(path.read_text().replace("[accuracy.12k]", "# a remark\n[accuracy.12k]"))
    write(path, [Measured("accuracy", "sample", (0.5, 0.6, 0.55))])
    content = tomllib.loads(path.read_text())
    assert set(content["accuracy"]) == {"12k", "sample"}
    assert content["accuracy"]["12k"]["seeds"] == 3
    assert content["accuracy"]["12k"]["mean"] == pytest.approx(0.75)
    assert "# a remark\n[accuracy.12k]" in path.read_text()
    write(path, [Measured("loss", "12k", (0.5, 0.6, 0.55), "at_most")])
    assert load_thresholds(tmp_path)["loss"]["12k"].direction == "at_most"
    assert load_thresholds(tmp_path)["accuracy"]["sample"].direction == "at_least"


def test_a_missing_threshold_says_what_to_run():
    folder = default_course().solutions / "simple_cnn"
    with pytest.raises(CourseError, match="run: python -m autograder calibrate simple_cnn"):
        thresholds.calibrated(folder, "no_such_metric", "12k")


def test_a_broken_calibration_names_its_file(tmp_path):
    (tmp_path / "calibration.toml").write_text("[accuracy.12k]\nbar = 0.5\n")
    with pytest.raises(CourseError, match=r"calibration.toml:2: 'bar' is an unknown key"):
        load_thresholds(tmp_path)


CASES = '''"""Cases with thresholds."""

from autograder.examine.thresholds import data_size, expect_threshold
from checks import test_case

OK_FORMAT = False
name = "affine_forward"


@test_case(points=1, hidden=True)
def has_a_high_accuracy(affine_forward):
    expect_threshold("accuracy", 0.8, data_size("logistic_points"), slack=0.1)


@test_case(points=1, hidden=True)
def has_a_low_loss(affine_forward):
    expect_threshold("loss", 0.3, data_size("logistic_points"), "at_most")
'''
THRESHOLDS = """
[accuracy.sample]
mean = 0.9
deviation = 0.0
seeds = 10
threshold = {accuracy}
direction = "at_least"

[loss.sample]
mean = 0.2
deviation = 0.0
seeds = 10
threshold = {loss}
direction = "at_most"
"""


@pytest.fixture
def course(tmp_path: Path, small: Course) -> Course:
    """A course of its own, with a problem whose hidden cases use thresholds."""
    shutil.copytree(small.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    (course.root / "data").symlink_to(default_course().root / "data")
    folder = course.solutions / "affine"
    toml = folder / "problem.toml"
    toml.write_text(
        toml.read_text().replace("[limits]", '[data]\nlogistic_points = ["sample"]\n\n[limits]')
    )
    (folder / "questions" / "affine_forward.py").write_text(CASES)
    calibrated(course)
    return course


def calibrated(course: Course, accuracy: float = 0.85, loss: float = 0.35) -> None:
    text = THRESHOLDS.format(accuracy=accuracy, loss=loss)
    (course.solutions / "affine" / "calibration.toml").write_text(text)


def lost(course: Course) -> str:
    """Return what the reference loses under our grader."""
    verdict = check_problem(course, course.problem("affine"), Options(diagnose=True))
    return "; ".join(case for case in verdict.lost if case.startswith("affine_forward"))


def failures(path: Path) -> str:
    """Return what Otter says about the failed cases of a test file."""
    test_file = ExceptionTestFile.from_file(str(path))
    test_file.run({"affine_forward": None})
    return "\n".join(r.message for r in test_file.test_case_results if not r.passed)


def test_another_course_has_its_own_thresholds(course):
    path = course.solutions / "affine" / "questions" / "affine_forward.py"
    assert lost(course) == ""
    assert failures(path) == ""
    calibrated(course, accuracy=0.9)
    assert "has_a_high_accuracy" in lost(course)
    assert "accuracy is 0.8; at least 0.81 is required" in failures(path)
    calibrated(course, loss=0.25)
    assert "has_a_low_loss" in lost(course)
    assert "loss is 0.3; at most 0.25 is required" in failures(path)


def test_a_case_without_a_threshold_is_told_in_one_sentence(course):
    folder = course.solutions / "affine"
    (folder / "calibration.toml").unlink()
    said = failures(folder / "questions" / "affine_forward.py")
    assert "calibration.toml has no threshold for accuracy on size sample; run: python" in said


def test_a_direction_that_differs_is_told(course):
    folder = course.solutions / "affine"
    path = folder / "questions" / "affine_forward.py"
    path.write_text(CASES.replace('"at_most"', '"at_least"'))
    assert "but calibration.toml says at_most; calibrate again" in failures(path)


def test_a_copy_of_a_test_file_finds_its_problem(tmp_path):
    """Otter copies test files into a folder of its own."""
    original = default_course().solutions / "simple_cnn" / "questions" / "training.py"
    copy = tmp_path / "tests" / "training.py"
    copy.parent.mkdir()
    shutil.copy(original, copy)
    assert thresholds._problem_of(copy) == original.parents[1]
    copy.write_text("x = 1\n")
    assert thresholds._problem_of(tmp_path / "tests" / "training2.py") is None


def test_calibration_measures_what_the_cases_expect(course):
    path = course.solutions / "affine" / "calibration.toml"
    path.unlink()
    lines: list[str] = []
    measured = measure(course, course.problem("affine"), range(5), lines.append)
    assert measured == [
        Measured("accuracy", "sample", (0.8,) * 5),
        Measured("loss", "sample", (0.3,) * 5, "at_most"),
    ]
    assert lines[0] == "sample, seed 0: accuracy 0.8000, loss 0.3000"
    assert len(lines) == 5
    arguments = ["--course", str(course.root), "calibrate", "affine", "--seeds", "5"]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0
    assert lines == result.stderr.splitlines()
    assert result.stdout.strip() == path.read_text().strip()
    assert load_thresholds(path.parent)["loss"]["sample"].threshold == 0.3
    assert lost(course) == ""


def test_during_calibration_every_value_passes_and_is_noted():
    with thresholds.calibrating("fashion_mnist", "sample") as run:
        thresholds.expect_threshold("test_accuracy", 0.1, "sample")
        problem = default_course().problem("simple_cnn")
        assert thresholds.data_size("fashion_mnist", problem) == "sample"
    assert run.values == {"test_accuracy": 0.1}
