"""The grader package in folders laid out as Gradescope's, and under plain `otter run`."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course import Course, default_course, load_mistakes
from autograder.diagnose import bank
from autograder.errors import KitError
from autograder.exchange.gradescope_run import grade_on_gradescope
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings
from autograder.publish.grader_package import SCRIPTS, grader_tree
from autograder.release.package_tree import zip_bytes
from autograder.release.student import student_tree
from autograder.remote.workers import Zygote
from autograder.wire import LAYERS

PROBLEM = "softmax_regions"


def archive(course: Course, target: str, folder: Path) -> Path:
    path = folder / f"{target}-autograder.zip"
    path.write_bytes(zip_bytes(grader_tree(course, course.target(target)), programs=SCRIPTS))
    return path


def laid_out(root: Path, package: Path, files: dict[str, str]) -> Path:
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(package) as zipped:
        zipped.extractall(root / "source")
    for name, text in files.items():
        (root / "submission" / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(default_course(), PROBLEM, tmp_path_factory.mktemp("package"))


def test_the_harness_runs_as_gradescope_runs_it(package: Path, tmp_path: Path) -> None:
    problem = default_course().problem(PROBLEM)
    root = laid_out(tmp_path / "autograder", package, bank.reference(problem))
    done = subprocess.run(
        ["bash", root / "source" / "run_autograder"], cwd=tmp_path, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root),
             "AUTOGRADER_PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = json.loads((root / "results" / "results.json").read_text())
    assert shown["score"] == sum(test["max_score"] for test in shown["tests"])
    assert {test["status"] for test in shown["tests"]} == {"passed"}
    assert shown["extra_data"]["isolation"] == "auto"
    assert (root / "source").stat().st_mode & 0o777 == 0o700


def test_without_namespaces_the_result_says_what_is_missing(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = ("cgroup", "namespaces", "filesystem", "identity")
    real = Zygote.probe
    monkeypatch.setattr(
        Zygote, "probe", lambda self: real(self) | dict.fromkeys(missing, "not permitted")
    )
    with Zygote(["numpy"]) as zygote:
        if "landlock" not in zygote.isolation.layers:
            pytest.skip("no Landlock here")
    problem = default_course().problem(PROBLEM)
    root = laid_out(tmp_path / "autograder", package, bank.reference(problem))
    shown = json.loads(grade_on_gradescope(root, seed=1).read_text())
    assert not set(missing) & set(shown["extra_data"]["layers"])
    assert set(missing) <= set(shown["extra_data"]["missing_layers"]) <= set(LAYERS)
    assert shown["score"] == 6.5


def test_a_folder_that_is_not_laid_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KitError, match=r"There is no folder .*source"):
        grade_on_gradescope(tmp_path)


def score_without_bank(root: Path, name: str, folder: Path) -> float:
    """Return our score without the known mistakes, which Otter knows nothing about.

    With them, a later case that follows from a known mistake in an earlier question passes too.
    """
    settings = Settings(root / "source", name, seed=1, level="auto", diagnose=False)
    with contextlib.closing(open_judge(settings)) as judge:
        return judge.grade(root / "submission", folder, name)["score"]


@pytest.mark.slow  # 5 s of CPU for each submission, which Otter grades in a kernel of its own
@pytest.mark.parametrize("name", [PROBLEM, "backprop", "rnn_layers"])
def test_plain_otter_gives_the_same_scores(name: str, tmp_path: Path) -> None:
    course = default_course()
    problem = course.problem(name)
    package = archive(course, name, tmp_path)
    tree = student_tree(problem)
    handed_in = {
        "reference": bank.reference(problem),
        "mistake": bank.apply(load_mistakes(problem)[0], problem),
        "skeleton": {module: tree[module].decode() for module in problem.modules},
    }
    for kind, texts in handed_in.items():
        root = laid_out(tmp_path / kind, package, texts)
        ours = score_without_bank(root, name, tmp_path / f"{kind}-ours")
        work = tmp_path / f"{kind}.zip"
        with zipfile.ZipFile(work, "w") as zipped:
            for module, text in texts.items():
                zipped.writestr(f"{name}/{module}", text)
        out = tmp_path / f"{kind}-otter"
        out.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "otter", "run", "-a", package, "-o", out, "--no-logo", work],
            cwd=out, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        theirs = json.loads((out / "results.json").read_text())["tests"]
        total = sum(test.get("score", 0.0) for test in theirs)
        assert total == pytest.approx(ours), kind
