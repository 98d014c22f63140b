"""logistic_regression: known answers, scripts and right answers of parts 2 and 3."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.course import default_course
from autograder.examine import testfiles
from checks import seeded
from data import logistic_points

PROBLEM = default_course().problem("logistic_regression")
MODULES = [Path(name).stem for name in (*PROBLEM.modules, *PROBLEM.provided)]
KNOWN = {0.5: (395, 0.2524), 0.3: (500, 0.2772), 0.1: (500, 0.3614), 0.05: (500, 0.4261),
         0.01: (500, 0.5236)}  # fmt: skip


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch):
    """The reference modules by name; they are removed afterwards."""
    monkeypatch.syspath_prepend(str(PROBLEM.folder))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)
    plt.close("all")


def failures(question, names, seed=0):
    """Run a question's cases on the objects ``names``; return {failed case: message}."""
    file = testfiles.parse(PROBLEM.question(question).test_file)
    with seeded(seed):
        file.run(names)
    return {
        result.test_case.body.test_func.__name__: result.message
        for result in file.test_case_results
        if not result.passed
    }


def test_the_known_answers_of_the_course_are_reproduced(modules):
    if logistic_points.available_sizes()["course"] is None:
        pytest.skip("the course's points are not here: set DL_DATA_MIRROR")
    points = logistic_points.load("train", "course")
    curves = modules["logistic_regression_mod"].compare_learning_rates(points.X, points.t)
    assert {eta: (len(losses), round(losses[-1], 4)) for eta, losses in curves.items()} == KNOWN
    assert {round(losses[0], 3) for losses in curves.values()} == {0.692}


def test_our_points_oscillate_as_those_of_the_course(modules):
    points = logistic_points.load("train", "sample")
    curves = modules["logistic_regression_mod"].compare_learning_rates(points.X, points.t)
    rises = {eta: int((np.diff(losses) > 0).sum()) for eta, losses in curves.items()}
    assert rises[0.5] > 150
    assert rises[0.3] > 20
    assert rises[0.1] == rises[0.05] == rises[0.01] == 0
    assert 300 < len(curves[0.5]) < 500


def test_an_error_in_the_gradient_costs_no_points_in_later_parts(modules):
    base, sgd = modules["logistic_regression"], modules["logistic_regression_sgd"]

    def doubled(w, X, t):
        return 2 * X.T @ (base.logistic(X @ w) - t) / len(t)

    base.gradient = sgd.gradient = doubled
    assert failures("gradient", vars(base))
    assert failures("gradient_descent", vars(base)) == {}
    assert failures("stochastic_gradient_descent", vars(sgd)) == {}


def test_all_points_are_those_of_the_assignment():
    assert (
        sum(testfiles.load(q.test_file).points for q in PROBLEM.questions)
        + sum(written.points for written in PROBLEM.written)
        == 40
    )


@pytest.mark.parametrize(
    ("script", "figures"),
    [
        ("logistic_regression", ["figure_1_points", "figure_2_separator_path", "figure_3_loss"]),
        ("logistic_regression_mod", ["figure_4_learning_rates"]),
        (
            "logistic_regression_sgd",
            ["figure_5_sgd_learning_rates", "figure_6_sgd_and_gradient_descent"],
        ),
    ],
)
def test_each_script_writes_its_figures(tmp_path, script, figures):
    command = [sys.executable, str(PROBLEM.folder / f"{script}.py")]
    done = subprocess.run(
        [*command, "--data", "sample", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == figures


def test_a_script_without_the_data_says_so_in_one_line(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DL_DATA_MIRROR"}
    done = subprocess.run(
        [sys.executable, str(PROBLEM.folder / "logistic_regression.py"), "--data", "course"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "DL_DATA_MIRROR" in done.stderr
    assert "Traceback" not in done.stderr
