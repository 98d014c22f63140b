"""Totals, grades, overrides and penalties, worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import report_results as results

from autograder.marks import Entry, Key, MarksError, read_total, total_of, write_total
from autograder.marks.entries import Entries
from autograder.marks.totals import grade_of

SCALE = {"FAIL": 0.0, "PASS": 0.5, "EXCELLENT": 0.85}


def marks(name: str = "alice", **points: float) -> Entries:
    """Full marks for both written questions but for ``points``, such as ``layers_2=0.5``."""
    entries = {
        Key(name, f"simple_cnn.{question}", number): Entry(1.0)
        for question in ("layers", "confusion")
        for number in ("1", "2")
    }
    for place, value in points.items():
        question, _, number = place.rpartition("_")
        entries[Key(name, f"simple_cnn.{question}", number)] = Entry(value)
    return entries


def test_a_total_is_autograded_points_and_marks() -> None:
    total = total_of(results.all_passed(), marks(layers_2=0.5))
    assert (total.earned, total.total, total.max) == (17.5, 17.5, 17.0)  # 14 with bonus, 3.5
    assert total.grade == "EXCELLENT"
    assert {q.name: q.score for q in total.questions}["simple_cnn.layers"] == 1.5


def test_a_question_that_does_not_count_adds_nothing() -> None:
    result = results.all_passed()
    before = total_of(result, marks())
    question = next(q for q in result["problems"][0]["questions"] if q["score"])
    question["counted"] = False
    assert total_of(result, marks()).earned == before.earned - question["score"]


def test_an_open_question_leaves_the_total_open() -> None:
    entries = marks()
    del entries[Key("alice", "simple_cnn.layers", "2")]
    total = total_of(results.all_passed(), entries)
    assert (total.total, total.grade, total.open) == (None, None, ["simple_cnn.layers"])
    assert total.earned == 16.0


def test_a_question_that_needs_a_regrade_is_open_until_a_person_decides() -> None:
    label = "simple_cnn.mnist_test"
    entries: Entries = {Key("bob", "simple_cnn.layers", n): Entry(0.0) for n in ("1", "2")}
    assert total_of(results.mixed(), entries).open == [label]
    entries[Key("bob", label, "override")] = Entry(2.0, "read by hand")
    total = total_of(results.mixed(), entries)
    assert (total.open, total.total) == ([], 3.0)
    assert {q.name: q.override for q in total.questions}[label] == "read by hand"


def test_lateness_is_deducted_from_what_was_earned_and_never_below_zero() -> None:
    late = {Key("alice", "total", "late percent"): Entry(10.0, "one day")}
    total = total_of(results.all_passed(), marks() | late)
    assert (total.late, total.total, total.late_reason) == (1.8, 16.2, "one day")
    late[Key("alice", "total", "late")] = Entry(99.0)
    total = total_of(results.all_passed(), marks() | late)
    assert (total.late, total.total) == (18.0, 0.0)
    assert total.grade == "FAIL"


def test_an_override_of_the_total_replaces_everything() -> None:
    entries = {
        Key("alice", "total", "override"): Entry(9.0, "oral exam"),
        Key("alice", "total", "late"): Entry(5.0),
    }
    total = total_of(results.all_passed(), entries)
    assert (total.total, total.open, total.override, total.grade) == (9.0, [], "oral exam", "PASS")


def test_marks_of_other_submissions_do_not_count() -> None:
    assert total_of(results.all_passed(), marks("zoe")).earned == 14.0


@pytest.mark.parametrize(
    ("total", "most", "grade"),
    [(0, 10, "FAIL"), (4.999, 10, "FAIL"), (5, 10, "PASS"), (0.1 + 0.2 + 8.2, 10, "EXCELLENT"),
     (8.499, 10, "PASS"), (12, 10, "EXCELLENT"), (0, 0, "FAIL")],
)  # fmt: skip
def test_a_grade_is_the_highest_one_whose_share_is_reached(
    total: float, most: float, grade: str
) -> None:
    assert grade_of(total, most, SCALE) == grade


def test_without_a_scale_or_below_it_there_is_no_grade() -> None:
    assert grade_of(10, 10, {}) is None
    assert grade_of(1, 10, {"PASS": 0.5}) is None


def test_a_total_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_total(tmp_path) is None
    content = write_total(tmp_path, total_of(results.all_passed(), marks()))
    assert read_total(tmp_path) == content
    (tmp_path / "total.json").write_text('{"total": "much"}')
    with pytest.raises(MarksError, match=r"total\.json cannot be read; delete it"):
        read_total(tmp_path)


def test_a_total_that_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    """A thousand files that are replaced take most of the time of a run that changes nothing."""
    write_total(tmp_path, total_of(results.all_passed(), marks()))
    before = (tmp_path / "total.json").stat().st_ino
    write_total(tmp_path, total_of(results.all_passed(), marks()))
    assert (tmp_path / "total.json").stat().st_ino == before
    write_total(tmp_path, total_of(results.all_passed(), marks(layers_2=0.5)))
    assert (tmp_path / "total.json").stat().st_ino != before
    (tmp_path / "total.json").write_text("{")
    content = write_total(tmp_path, total_of(results.all_passed(), marks()))
    assert read_total(tmp_path) == content
