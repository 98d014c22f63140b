"""The grades of a class for Canvas, Moodle, ILIAS and Gradescope: nobody is missing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import report_files as files
import report_results as results
from click.testing import CliRunner

from autograder.atomic import write_json
from autograder.cli import main
from autograder.marks import Entry, Key, total_of, write_total
from autograder.submission.class_list import HandedIn, Student, write_class_list

ROSTER = """\
name,login,email,id,section
Jörg Müller,jmueller,j@uni.example,1001,A
"=Doe, Jane",jdoe,jane@uni.example,1003,B
Nobody Absent,absent,absent@uni.example,1004,B
"""
TITLE = results.all_passed()["title"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of a group of two, and of somebody whom the roster does not know."""
    folder = tmp_path / "run"
    for name, score in (("jmueller-jdoe", 11.5), ("stranger", 3.0)):
        result = results.all_passed(name)
        result["score"] = score
        files.store(result, folder / name)
    pair = (Student(login="jmueller"), Student(email="JANE@uni.example"))
    write_class_list(
        folder,
        [
            HandedIn(name="jmueller-jdoe", source="x", students=pair, late=True),
            HandedIn(name="stranger", source="y"),
        ],
    )
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return folder


def exported(run: Path, platform: str, *more: object) -> tuple[list[list[str]], str]:
    roster = str(run.parent / "roster.csv")
    command = ["export", str(run), "--format", platform, "--roster", roster, *map(str, more)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    text = (run / f"{platform}.csv").read_text(encoding="utf-8-sig")
    delimiter = ";" if platform == "ilias" else ","
    return list(csv.reader(io.StringIO(text), delimiter=delimiter)), done.output


def test_canvas(run):
    rows, output = exported(run, "canvas")
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE],
        ["    Points Possible", "", "", "", "", "13"],
        ["Müller, Jörg", "1001", "", "jmueller", "A", "11.5"],
        ["'=Doe, Jane", "1003", "", "jdoe", "B", "11.5"],
        ["Absent, Nobody", "1004", "", "absent", "B", ""],
    ]
    assert "1 student without a submission; the grade is left empty: absent." in output
    assert "1 submission of nobody on the roster; not exported: stranger." in output
    assert "The written questions have no points yet" in output


def test_moodle_ilias_and_gradescope_have_their_columns(run):
    moodle, _ = exported(run, "moodle")
    assert moodle[1] == ["Jörg Müller", "jmueller", "1001", "j@uni.example", "11.5", "13", "Late."]
    assert moodle[3][-1] == "No submission."
    ilias, _ = exported(run, "ilias")
    assert ilias[0][:5] == ["update", "usr_id", "login", "lastname", "firstname"]
    assert ilias[1] == ["1", "1001", "jmueller", "Müller", "Jörg", "notgraded", "11.5", "", "Late."]
    assert ilias[3][0] == ""
    gradescope, _ = exported(run, "gradescope")
    assert gradescope[0][5:7] == [TITLE, f"{TITLE} - Max Points"]
    assert gradescope[1][:6] == ["Jörg", "Müller", "1001", "j@uni.example", "A", "11.5"]


def test_written_points_count_once_all_are_given(run):
    for name in ("jmueller-jdoe", "stranger"):
        result = results.all_passed(name)
        (problem,) = result["problems"]
        marks = {
            Key(name, f"{problem['name']}.{entry['name']}", str(number)): Entry(0.5 * (number == 1))
            for entry in problem["written"]
            for number in range(1, len(entry["criteria"]) + 1)
        }
        write_json(run / name / "result.json", result)
        total = write_total(run / name, total_of(result, marks))
    rows, output = exported(run, "canvas")
    written = result["problems"][0]["written"]
    assert rows[2][-1] == f"{total['total']:g}"
    assert total["total"] == result["score"] + 0.5 * len(written)
    assert rows[1][-1] == f"{13 + sum(entry['max_points'] for entry in written):g}"
    assert "written questions" not in output


def test_a_gradebook_of_canvas_keeps_its_rows_and_columns(run, tmp_path):
    book = tmp_path / "book.csv"
    book.write_text(
        f'Student,ID,SIS Login ID,Section,"{TITLE} (77)",Other (78)\n'
        '    Points Possible,,,,20,5\n"Doe, Jane",7,jdoe,B,,1\n"Müller, Jörg",8,jmueller,A,9,2\n'
        '"Müller, Jörg",8,jmueller,A,9,2\n"New, Person",9,new,A,,3\n',
        encoding="utf-8",
    )
    rows, output = exported(run, "canvas", "--gradebook", book)
    assert [row[4:] for row in rows[1:]] == [
        ["20", "5"], ["11.5", "1"], ["11.5", "2"], ["9", "2"], ["", "3"],
    ]  # fmt: skip
    assert rows[2][:3] == ["Doe, Jane", "7", "jdoe"]
    assert "1 student missing in book.csv; add them there: absent." in output
    assert "1 student twice in book.csv; only the first row is filled: jmueller." in output
    assert "1 row of book.csv left as they were: not found in the roster: New, Person" in output


def test_a_worksheet_of_moodle_is_filled(run, tmp_path):
    book = tmp_path / "book.csv"
    book.write_text(
        "Identifier,Full name,Email address,Grade,Maximum grade,Feedback comments\n"
        "Participant 1,Jane Doe,jane@uni.example,-,20,\n"
        "Participant 2,Nobody Absent,absent@uni.example,-,20,\n"
    )
    rows, _ = exported(run, "moodle", "--gradebook", book)
    assert rows[1][3:] == ["11.5", "20", "Late."]
    assert rows[2][3:] == ["-", "20", "No submission."]


def test_a_regrade_leaves_the_grade_empty(run):
    write_json(run / "jmueller-jdoe" / "result.json", results.mixed("jmueller-jdoe"))
    rows, output = exported(run, "canvas")
    assert rows[2][-1] == ""
    assert "2 students whose submission needs a regrade" in output
