"""Written answers with pictures go through grading, and marks survive a resumed run."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from autograder.cli import main
from autograder.course import Course
from autograder.report.read import read_result
from autograder.run import grade_run

WRITTEN = """# Why

Why is it so?

## Model answer

Because.

## Criteria

- 1: Gives a reason.
- 0.5: Shows a picture.
"""
ANSWER = "## why\n\nA reason. ![My plot](plot.png) ![](lost.png)\n"


@pytest.fixture
def course(small: Course, tmp_path: Path) -> Course:
    """The small course with one written question."""
    root = tmp_path / "course"
    shutil.copytree(small.root, root)
    problem = root / "solutions" / "affine"
    toml = (problem / "problem.toml").read_text()
    (problem / "problem.toml").write_text(f'written = ["why"]\n{toml}')
    (problem / "written").mkdir()
    (problem / "written" / "why.md").write_text(WRITTEN)
    return Course(root)


@pytest.fixture
def work(course: Course, tmp_path: Path) -> Path:
    """A submission with an answer and its picture."""
    folder = tmp_path / "adam"
    folder.mkdir()
    shutil.copy(course.solutions / "affine" / "affine.py", folder)
    (folder / "answers.md").write_text(ANSWER)
    stream = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(stream, "PNG")
    (folder / "plot.png").write_bytes(stream.getvalue())
    return folder


def test_a_run_is_graded_marked_resumed_and_reported(
    course: Course, work: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    grade_run(course, "affine", [work], run, processes=1, pdf=False, progress=False)
    (written,) = read_result(run / "adam")["problems"][0]["written"]
    assert [figure["caption"] for figure in written["figures"]] == ["My plot"]
    assert (run / "adam" / written["figures"][0]["file"]).read_bytes().startswith(b"\x89PNG")
    assert written["faults"] == ["The picture lost.png is not in the submission."]

    table = (run / "marks.csv").read_text()
    assert table.count("adam,affine.why,") == 2
    table = table.replace("Gives a reason.,,", "Gives a reason.,1,good")
    table = table.replace("Shows a picture.,,", "Shows a picture.,0.25,")
    (run / "marks.csv").write_text(table)
    grade_run(course, "affine", [work], run, processes=1, pdf=False, progress=False)
    with (run / "grades.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["affine.why"], row["total"], row["final"]) == ("1.25", "5", "6.25")

    (run / "marks.csv").write_text(table.replace("Gives a reason.,1,", "Gives a reason.,3,"))
    done = CliRunner().invoke(main, ["report", str(run)])
    assert done.exit_code == 2
    assert "marks.csv:2: 3 points are not between 0 and 1; correct the table" in done.output
    (run / "marks.csv").write_text(table)
    done = CliRunner().invoke(main, ["report", str(run)])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("1 reports in ")
    assert (run / "adam" / "report.pdf").read_bytes().startswith(b"%PDF")
