"""marks.csv, the stored marks, the totals and the gradebook agree."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import report_files as files
import report_results as results

from autograder.marking import settle, stored_entries
from autograder.marking.likeness import order_by_likeness
from autograder.marks import Entry, Key, MarksError, Store

LAYERS = "simple_cnn.layers"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of two submissions, each with two written questions."""
    for name in ("adam", "zoe"):
        files.store(results.all_passed(name), tmp_path / name)
    return tmp_path


def settled(run: Path) -> dict[str, results.Result]:
    return settle(run, [results.all_passed("adam"), results.all_passed("zoe")])


def fill(run: Path, **points: str) -> None:
    """Write ``points`` into every row of a submission, as a person with a spreadsheet."""
    with (run / "marks.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        row[3] = points.get(row[0], row[3])
    with (run / "marks.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def grades(run: Path) -> dict[str, dict[str, str]]:
    with (run / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_points_from_a_spreadsheet_reach_totals_and_gradebook(run: Path) -> None:
    assert settled(run)["adam"]["total"] is None
    assert grades(run)["adam"]["final"] == ""
    fill(run, adam="1")
    totals = settled(run)
    assert (totals["adam"]["total"], totals["adam"]["grade"]) == (18.0, "EXCELLENT")
    assert totals["zoe"]["total"] is None
    row = grades(run)["adam"]
    assert (row[LAYERS], row["total"], row["final"], row["final_max"]) == ("2", "14", "18", "17")
    assert row["grade"] == "EXCELLENT"


def test_marks_of_the_page_and_of_the_table_both_stay(run: Path) -> None:
    settled(run)
    store = Store(run)
    store.save(Key("zoe", LAYERS, "1"), Entry(0.5, "page"), 0, "ann")
    store.close()
    fill(run, adam="1")
    settled(run)
    entries = stored_entries(run)
    assert entries[Key("zoe", LAYERS, "1")] == Entry(0.5, "page")
    assert entries[Key("adam", LAYERS, "1")] == Entry(1.0)
    assert "page" in (run / "marks.csv").read_text()


def test_an_override_and_a_penalty_reach_the_gradebook_with_their_reasons(run: Path) -> None:
    settled(run)
    fill(run, adam="1", zoe="1")
    with (run / "marks.csv").open("a", encoding="utf-8") as file:
        file.write("adam,total,late percent,50,a day late\n")
        file.write("zoe,simple_cnn.SimpleCNN,override,2,copied\n")
    settled(run)
    adam, zoe = grades(run)["adam"], grades(run)["zoe"]
    assert (adam["late"], adam["final"], adam["grade"]) == ("9", "9", "PASS")
    assert "late: a day late" in adam["notes"]
    assert (zoe["simple_cnn.SimpleCNN"], zoe["final"]) == ("2", "12")
    assert "simple_cnn.SimpleCNN: copied" in zoe["notes"]


def test_a_faulty_table_changes_nothing(run: Path) -> None:
    settled(run)
    fill(run, adam="7")
    before = (run / "marks.csv").read_text()
    with pytest.raises(MarksError, match=r"marks\.csv:2: 7 points are not between 0 and 1"):
        settled(run)
    assert (run / "marks.csv").read_text() == before
    assert stored_entries(run) == {}


def test_a_run_without_marks_has_none(tmp_path: Path) -> None:
    assert stored_entries(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_like_answers_are_neighbours_and_empty_ones_come_first() -> None:
    answers = [
        "the loss falls in every epoch", "shirts look like coats", None,
        "in every epoch the loss falls too", "coats and shirts look alike", "",
    ]  # fmt: skip
    order = order_by_likeness(answers)
    assert order[:2] == [2, 5]
    places = {answer: order.index(answer) for answer in (0, 1, 3, 4)}
    assert abs(places[0] - places[3]) == 1
    assert abs(places[1] - places[4]) == 1
    assert order_by_likeness([]) == []
    assert order_by_likeness(["same"] * 3) == [0, 1, 2]
