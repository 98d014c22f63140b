"""Two runs compared: who gained and lost, in which case, and why."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.compare.changes import UNKNOWN, compare_runs
from autograder.course import Course
from autograder.run import grade_run


@pytest.fixture(scope="module")
def runs(small, tmp_path_factory):
    """Two runs of five submissions; between them a test, a submission and the class changed."""
    root = tmp_path_factory.mktemp("compare")
    course = root / "course"
    shutil.copytree(small.root, course)
    text = (small.solutions / "affine" / "affine.py").read_text()
    wrong = text.replace("x @ w + b", "x @ w - b")
    near = text.replace("x @ w + b", "x @ w + 1.0001 * b")
    texts = {"right": text, "near": near, "mended": wrong, "gone": text, "new": text}
    for name, content in texts.items():
        (root / name).mkdir()
        (root / name / "affine.py").write_text(content)

    def grade(run, *names, seed):
        grade_run(
            Course(course), "affine", [root / name for name in names], root / run, processes=1,
            seed=seed, pdf=False, progress=False,
        )  # fmt: skip
        return root / run

    tests = course / "solutions" / "affine" / "questions" / "affine_forward.py"
    strict = tests.read_text()
    tests.write_text(strict.replace("rtol=1e-10", "rtol=0.1"))
    first = grade("a", "right", "near", "mended", "gone", seed=1)
    tests.write_text(strict)
    (root / "mended" / "affine.py").write_text(text)
    return first, grade("b", "right", "near", "mended", "new", seed=1)


def test_each_change_has_its_kind_its_cases_and_its_reasons(runs):
    changes = {change.submission: change for change in compare_runs(*runs)}
    kinds = {name: change.kind for name, change in changes.items()}
    assert kinds == {
        "right": "same", "near": "lost", "mended": "gained",
        "gone": "only before", "new": "only after",
    }  # fmt: skip
    (case,) = changes["near"].cases
    assert (case.question, case.case) == ("affine.affine_forward", "output_matches_the_definition")
    assert (case.before, case.after) == ("passed", "failed")
    assert (case.points_before, case.points_after) == (2, 0)
    assert changes["near"].reasons == ["test file of affine.affine_forward"]
    assert changes["mended"].reasons == ["submission", "test file of affine.affine_forward"]
    assert [change.submission for change in compare_runs(*runs)][:2] == ["near", "mended"]


def test_a_changed_submission_is_a_reason(runs, tmp_path):
    shutil.copytree(runs[0] / "mended", tmp_path / "run" / "x")
    shutil.copytree(runs[0] / "right", tmp_path / "again" / "x")
    (change,) = compare_runs(tmp_path / "run", tmp_path / "again")
    assert (change.kind, change.reasons) == ("gained", ["submission"])


def test_a_run_without_a_record_is_not_explained(runs, tmp_path):
    shutil.copytree(runs[0] / "near", tmp_path / "run" / "near")
    (tmp_path / "run" / "near" / "versions.json").unlink()
    changes = {c.submission: c for c in compare_runs(tmp_path / "run", runs[1])}
    assert changes["near"].reasons == [UNKNOWN]


def compared(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["compare", *map(str, arguments)])
    return done.exit_code, done.output


def test_the_command_prints_a_table_and_writes_csv_and_pdf(runs, tmp_path):
    sheet, report = tmp_path / "c.csv", tmp_path / "c.pdf"
    code, output = compared(*runs, "--csv", sheet, "--pdf", report)
    assert code == 1
    assert "5 submissions: 1 lost, 1 gained, 1 only before, 1 only after, 1 same." in output
    assert "passed (2) →" in output
    assert "failed (0)" in output
    with sheet.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["submission"] for row in rows} == {"near", "mended", "gone", "new"}
    assert rows[0]["because"] == "test file of affine.affine_forward"
    assert report.read_bytes().startswith(b"%PDF")


def test_the_same_run_has_no_changes(runs):
    code, output = compared(runs[0], runs[0], "--json")
    assert code == 0
    assert {change["kind"] for change in json.loads(output)} == {"same"}


def test_a_folder_without_results_is_refused(runs, tmp_path):
    code, output = compared(runs[0], tmp_path)
    assert code == 2
    assert "holds no graded submission" in output
    assert Path(runs[0]).is_dir()
