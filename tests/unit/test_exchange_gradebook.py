"""The gradebook: rows, columns, blanks, and cells that no spreadsheet runs."""

from __future__ import annotations

import copy
import csv
import io
import json
from pathlib import Path

import pytest
import report_files as files
import report_results as results
from report_hostile import hostile
from rich.console import Console

from autograder.exchange import table, write_grades_csv
from autograder.report import ReportError, read_results


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(values: list[results.Result]) -> str:
    console = Console(width=200, file=io.StringIO(), color_system=None)
    console.print(table(values))
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_one_sorted_row_per_submission(tmp_path: Path) -> None:
    values = [results.all_passed("zoe"), results.all_passed("adam")]
    path = write_grades_csv(values, tmp_path / "grades.csv")
    first, second = rows(path)
    assert first == {
        "submission": "adam",
        "simple_cnn.SimpleCNN": "8",
        "simple_cnn.mnist_train": "5",
        "simple_cnn.own_architecture": "1",
        "simple_cnn.layers": "",
        "simple_cnn.confusion": "",
        "total": "14",
        "max": "13",
        "late": "",
        "final": "",
        "final_max": "",
        "grade": "",
        "notes": "",
    }
    assert second["submission"] == "zoe"
    assert [p.name for p in tmp_path.iterdir()] == ["grades.csv"]


def test_a_regrade_leaves_its_score_and_the_total_blank(tmp_path: Path) -> None:
    (row,) = rows(write_grades_csv([results.mixed()], tmp_path / "grades.csv"))
    assert row["simple_cnn.mnist_test"] == ""
    assert row["total"] == ""
    assert row["simple_cnn.SimpleCNN"] == "1"
    assert row["notes"].startswith("regrade simple_cnn.mnist_test; simple_cnn.mnist_train skipped")


def test_totals_are_copied_and_never_computed(tmp_path: Path) -> None:
    value = results.all_passed()
    value["score"] = 3.5
    (row,) = rows(write_grades_csv([value], tmp_path / "grades.csv"))
    assert row["total"] == "3.5"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝"])
def test_no_cell_begins_like_a_formula(start: str, tmp_path: Path) -> None:
    value = results.corrupt(f"{start}cmd|'/c calc'!A0")
    value["problems"][0]["name"] = f"{start}problem"
    path = write_grades_csv([value], tmp_path / "grades.csv")
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("calc" in cell for cell in cells)
    for cell in cells:
        assert not cell.strip().startswith(("=", "+", "-", "@", "＝"))


def test_hostile_names_survive_as_text(tmp_path: Path) -> None:
    (row,) = rows(write_grades_csv([hostile()], tmp_path / "grades.csv"))
    assert row["submission"].startswith("'=HYPERLINK(")
    assert "\\x00\\x07\\x1b[31m\\u202eevil" in row["submission"]


def test_the_table_shows_scores_words_and_regrades() -> None:
    text = printed([results.all_passed(), results.mixed(), results.corrupt()])
    assert "Deep Learning, Assignment 2" in text
    alice, bob, carol = (
        next(line for line in text.splitlines() if f" {name} " in line)
        for name in ("alice", "bob", "carol")
    )
    assert [cell.strip() for cell in alice.split("│")][1:-1] == [
        "alice", "8/8", "5/5", "+1", "", "14/13",
    ]  # fmt: skip
    assert [cell.strip() for cell in bob.split("│")][1:-1] == [
        "bob", "1/8", "skipped", "", "regrade", "needs a regrade",
    ]  # fmt: skip
    assert "error" in carol
    assert "0/2" in carol


def test_the_table_runs_no_markup_of_a_student() -> None:
    text = printed([results.corrupt("[red]name[/red] [link=http://x]y[/link]")])
    assert "[red]name[/red] [link=http://x]y[/link]" in text


def test_reading_a_run_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="holds no graded submission"):
        read_results(tmp_path)
    folder = files.store(results.all_passed(), tmp_path / "alice")
    assert [value["submission"]["name"] for value in read_results(tmp_path)] == ["alice"]
    for content, reason in (("{", "not valid JSON"), ('{"schema": 9}', "not a result of version")):
        (folder / "result.json").write_text(content)
        with pytest.raises(ReportError, match=reason):
            read_results(tmp_path)
    (folder / "result.json").write_bytes(b"\xff\xfe")
    with pytest.raises(ReportError, match="not valid JSON"):
        read_results(tmp_path)


def test_a_table_of_results_that_came_from_disk(tmp_path: Path) -> None:
    files.store(hostile(), tmp_path / "h")
    assert json.loads((tmp_path / "h" / "result.json").read_text())["schema"] == 1
    assert "\x1b" not in printed(read_results(tmp_path))


def many_questions(name: str) -> dict[str, object]:
    result = copy.deepcopy(results.all_passed(name))
    (problem, *_), question = result["problems"], result["problems"][0]["questions"][0]
    problem["questions"] = [{**question, "name": f"part_{i}"} for i in range(12)]
    result["problems"] = [problem]
    return result


def test_many_questions_of_few_submissions_are_rows():
    text = printed([many_questions("ann"), many_questions("bob")])
    assert [line for line in text.splitlines() if "ann" in line and "bob" in line]
    assert [line for line in text.splitlines() if "part_11" in line]


def test_many_questions_of_a_class_are_summed_up_by_problem():
    text = printed([many_questions(f"student{i:02d}") for i in range(30)])
    assert "part_11" not in text
    assert many_questions("x")["problems"][0]["name"] in text
    assert [line for line in text.splitlines() if "student29" in line]
