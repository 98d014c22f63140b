"""A late policy in the run of a class: from the time of the hand-in to every table of grades."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from class_exports import ROSTER, write_tree

from autograder.course import Course
from autograder.exchange.class_grades import class_grades
from autograder.exchange.roster import read_roster
from autograder.marking import settle
from autograder.marks import MarksError
from autograder.report import read_results, write_reports
from autograder.report.wording import points
from autograder.run import grade_run

DUE = "2026-03-01T12:00:00+00:00"
ENTRY = """\
submission_{0}:
  :submitters:
  - :name: {1}
    :sid: '{2}'
  :created_at: {3}
"""
# On time; a day and two hours late; an earlier attempt that is right and a later one that is late.
HANDED_IN = (
    (1, "Wang", "1002", "2026-03-01 11:00:00.000000000 Z"),
    (2, "Jane Doe", "1003", "2026-03-02 14:00:00.000000000 Z"),
    (3, "Jörg Müller", "1001", "2026-03-01 10:00:00.000000000 Z"),
    (4, "Jörg Müller", "1001", "2026-03-04 10:00:00.000000000 Z"),
)


@pytest.fixture
def course(small: Course, tmp_path: Path) -> Course:
    root = tmp_path / "course"
    shutil.copytree(small.root, root)
    path = root / "autograder" / "assignments" / "small.toml"
    text = path.read_text()
    assert "[hand_in]" not in text
    rules = f'\n[hand_in]\ndue = {DUE}\nattempts = "best"\n[hand_in.late]\nper_day = 0.1\n'
    path.write_text(text + rules)
    return Course(root)


@pytest.fixture
def export(small: Course, tmp_path: Path) -> Path:
    """Gradescope's export; the first attempt of Müller leaves one of two problems out."""
    modules = {
        f"{name}.py": (small.solutions / name / f"{name}.py").read_text()
        for name in small.problem_names()
    }
    files = {"submission_metadata.yml": "".join(ENTRY.format(*row) for row in HANDED_IN)}
    for number, *_ in HANDED_IN:
        files |= {f"submission_{number}/{name}": text for name, text in modules.items()}
    del files["submission_3/affine.py"]
    write_tree(tmp_path / "export", files)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path / "export"


def rows(run: Path) -> dict[str, dict[str, str]]:
    with (run / "grades.csv").open(newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_lateness_is_deducted_everywhere_once(course, export, tmp_path, capsys):
    run, roster = tmp_path / "run", tmp_path / "roster.csv"

    def grade():
        return grade_run(
            course, "small", [export], run, processes=1, pdf=False, progress=False, roster=roster
        )

    graded = {result["submission"]["name"]: result for result in grade()}
    assert "2 submissions late, with points deducted: jdoe, jmueller.2." in capsys.readouterr().err
    full = graded["wang"]["max_score"]
    assert graded["jdoe"]["score"] == full  # what the grader found; lateness is not its business
    table = rows(run)
    assert set(table) == {"wang", "jdoe", "jmueller.2"}  # 0.7 of all is more than one problem
    jane = json.loads((run / "jdoe" / "total.json").read_text())
    lost = round(0.2 * full, 2)
    assert (jane["late"], jane["without_written"]) == (lost, pytest.approx(full - lost))
    reason = (
        "Handed in 1 day and 2 hours late: 2 started days, which costs 20 % of the points earned."
    )
    assert jane["late_reason"] == reason
    assert float(table["jdoe"]["late"]) == pytest.approx(lost)
    assert table["jdoe"]["handed_in"] == "1 day and 2 hours late"
    assert f"late: {reason}" in table["jdoe"]["notes"]
    assert table["wang"]["late"] == "0"
    students = read_roster(roster)
    found = {s.login: g for s, g in class_grades(run, students).grades.items()}
    assert found["wang"].points == full
    assert found["jdoe"].points == pytest.approx(full - lost)
    assert found["jdoe"].remark == reason
    page = (run / "class.html").read_text(encoding="utf-8")
    assert f'data-v="{lost}">−{points(lost)}</td>' in page
    assert json.loads((run / "similar.json").read_text()) == []
    write_reports(run)
    assert (run / "jdoe" / "report.pdf").is_file()

    # Without the right answers to one problem, the late attempt is worth less than the early one.
    write_tree(export, {"submission_4/affine.py": "x = 1\n", "submission_4/attention.py": ""})
    grade()
    assert "jmueller" in rows(run)
    assert "jmueller.2" not in rows(run)


def test_a_person_replaces_the_deduction_and_says_why(course, export, tmp_path):
    run, roster = tmp_path / "run", tmp_path / "roster.csv"
    grade_run(course, "small", [export], run, processes=1, pdf=False, progress=False, roster=roster)
    sheet = run / "marks.csv"
    before = sheet.read_text()
    sheet.write_text(f"{before}jdoe,total,late percent,0,\n")
    with pytest.raises(MarksError, match="replaces what the late policy costs and needs a reason"):
        settle(run, read_results(run))
    sheet.write_text(f"{before}jdoe,total,late percent,0,medical certificate\n")
    settle(run, read_results(run))
    total = json.loads((run / "jdoe" / "total.json").read_text())
    assert total["late"] == 0
    assert total["late_reason"] == "No points are deducted for lateness: medical certificate"
    assert rows(run)["jdoe"]["late"] == "0"


def test_a_flag_without_a_time_is_said_and_costs_nothing(course, small, tmp_path, capsys):
    files = {
        "doejane_LATE_1003_502_affine.py": (small.solutions / "affine/affine.py").read_text(),
        "wang_1002_504_affine.py": "x = 1\n",
    }
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    grade_run(
        course, "small", [write_tree(tmp_path / "canvas", files)], tmp_path / "run", processes=1,
        pdf=False, progress=False, roster=tmp_path / "roster.csv",
    )  # fmt: skip
    said = capsys.readouterr().err
    assert "1 submission late, but the export does not say when they were handed in" in said
    assert rows(tmp_path / "run")["jdoe"]["late"] == "0"


def test_a_new_due_date_renews_totals_and_reports_without_grading_again(course, export, tmp_path):
    run, roster = tmp_path / "run", tmp_path / "roster.csv"

    def grade(later):
        return grade_run(
            Course(course.root), "small", [export], run, processes=1, pdf=True, pdf_later=later,
            progress=False, roster=roster,
        )  # fmt: skip

    before = grade(later=True)
    report = run / "jdoe" / "report.pdf"
    first, untouched = report.read_bytes(), (run / "wang" / "report.pdf").stat().st_mtime_ns
    path = course.root / "autograder" / "assignments" / "small.toml"
    path.write_text(path.read_text().replace(DUE, "2026-03-03T12:00:00+00:00"))
    assert grade(later=False) == before
    assert json.loads((run / "jdoe" / "total.json").read_text())["late"] == 0
    assert report.read_bytes() != first
    assert (run / "wang" / "report.pdf").stat().st_mtime_ns == untouched
    report.unlink()
    grade(later=False)
    assert report.is_file()
