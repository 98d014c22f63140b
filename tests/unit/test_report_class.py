"""The class report: its numbers, worked by hand, and its PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
from report_hostile import hostile

from autograder.report import ReportError, write_class_reports
from autograder.report.class_report import class_view
from autograder.text import cleaned


def scored(name: str, points: float, outcome: str = "failed", accuracy: float = 0.5) -> Any:
    """A submission with one question of ten points and an optional one with an accuracy."""
    case = results.case("c", outcome, points=points, max_points=10.0)
    bonus = results.question(
        "own", [results.case("d")], optional=True, max_score=0.0, score=0.0,
        metrics={"test_accuracy": accuracy, "loss": accuracy},
    )  # fmt: skip
    value = results.result(name, [results.question("q", [case], outcome), bonus], [])
    assert (value["score"], value["max_score"]) == (points, 10)
    return value


def test_the_numbers_leave_out_what_needs_a_regrade() -> None:
    values = [
        scored("a", 10.0, "passed"),
        scored("b", 4.0),
        scored("c", 0.0, "timeout"),
        scored("d", 0.0, "grader_error"),
    ]
    view = class_view(values)
    assert view["summary"] == [
        ["Submissions", "4"],
        ["Full score", "10"],
        ["Mean", "4.667"],
        ["Median", "4"],
        ["Range", "0 to 10"],
    ]
    assert [entry["count"] for entry in view["histogram"]] == [1, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    question = view["problems"][0]["questions"][0]
    assert question["mean"] == "4.667/10"
    assert question["parts"] == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3])
    assert question["outcomes"] == "passed 33%, failed 33%, time limit 33%"
    assert view["regrade"] == [["d", "simple_cnn.q"]]


def test_scores_on_the_edges_of_the_histogram() -> None:
    view = class_view([scored(str(i), float(i)) for i in range(11)])
    assert [entry["count"] for entry in view["histogram"]] == [1] * 9 + [2]


def test_cases_that_nobody_has_attempted_are_not_among_those_that_pass_least() -> None:
    values = [scored("a", 0.0, "not_attempted"), scored("b", 0.0, "not_attempted")]
    assert class_view(values)["hardest"] == []
    assert [row[0] for row in class_view([*values, scored("c", 4.0)])["hardest"]] == ["0%"]


def test_a_class_of_regrades_has_no_mean() -> None:
    view = class_view([scored("a", 0.0, "grader_error")])
    assert dict(view["summary"])["Mean"] == "–"
    assert view["problems"][0]["questions"][0]["fraction"] is None


def test_grades_are_counted_best_first() -> None:
    values = [scored(name, 5.0) for name in "abcd"]
    totals = [{"grade": "FAIL"}, {"grade": "EXCELLENT"}, {"grade": "EXCELLENT"}, {"grade": None}]
    shown = "2 EXCELLENT, 0 PASS, 1 FAIL; 1 not marked completely"
    assert class_view(values, totals)["grades"] == shown
    assert class_view(values)["grades"] == ""


def diagnosis(mistake: str, question: str | None = None) -> dict[str, Any]:
    explanation = f"About {mistake}."
    return {"mistake": mistake, "explanation": explanation, "explains": 1, "failed": 1,
            "question": question}  # fmt: skip


def test_a_mistake_counts_once_per_submission() -> None:
    def with_mistakes(name: str, *mistakes: str) -> Any:
        value = scored(name, 0.0)
        value["problems"][0]["questions"][0]["cases"] = [
            results.case(
                f"c{i}",
                "failed",
                diagnosis=diagnosis(m),
            )
            for i, m in enumerate(mistakes)
        ]
        return value

    view = class_view(
        [with_mistakes("a", "relu", "relu", "no_grad"), with_mistakes("b", "relu"), scored("c", 1)]
    )
    assert [(item["mistake"], item["count"]) for item in view["mistakes"]] == [
        ("Relu", "2"),
        ("No grad", "1"),
    ]
    assert view["mistakes"][0]["explanation"] == "About relu."


def test_a_mistake_that_explains_a_later_question_too_is_counted_where_it_belongs() -> None:
    value = scored("a", 0.0)
    question = value["problems"][0]["questions"][0]
    cases = [results.case("c", "failed", diagnosis=diagnosis("m"))]
    later = [results.case("d", "failed", diagnosis=diagnosis("m", question["title"]))]
    value["problems"][0]["questions"] = [
        question | {"cases": cases},
        question | {"name": "later", "title": "Later", "cases": later},
    ]
    (item,) = class_view([value])["mistakes"]
    assert (item["count"], item["question"]) == ("1", question["title"])


def test_the_leaderboard_ranks_costs_upwards_and_shares_places() -> None:
    values = [
        scored("a", 1, accuracy=0.8),
        scored("b", 1, accuracy=0.9),
        scored("c", 1, accuracy=0.8),
    ]
    values.append(scored("d", 1, accuracy=float("nan")))
    accuracy, loss = class_view(values)["leaderboards"]
    assert accuracy["rows"] == [["1.", "b", "0.9000"], ["2.", "a", "0.8000"], ["2.", "c", "0.8000"]]
    assert loss["rows"] == [["1.", "a", "0.8000"], ["1.", "c", "0.8000"], ["3.", "b", "0.9000"]]


def test_the_pdf_of_a_class(tmp_path: Path) -> None:
    samples = (results.all_passed(), results.mixed(), results.corrupt(), hostile())
    for number, value in enumerate(samples):
        files.store(value, tmp_path / str(number))
    _, path = write_class_reports(tmp_path)
    first = path.read_bytes()
    write_class_reports(tmp_path)
    assert path.read_bytes() == first
    text = files.text_of(path)
    for words in (
        "Class report",
        "Most frequent known mistakes",
        "Your network uses ReLU",
        "Leaderboard: An architecture of your own, test accuracy",
        "0.9025",
        "Submissions that need a regrade bob",
    ):
        assert words.lower() in text.lower(), words
    squeezed = text.replace(" ", "")
    assert '=HYPERLINK("http://x")#import"@preview/x:1.0.0"' in squeezed


def test_a_run_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="holds no graded submission"):
        write_class_reports(tmp_path)


def test_a_large_class_stays_readable() -> None:
    values = [cleaned(scored(f"s{i:03d}", i % 11, accuracy=i / 300)) for i in range(300)]
    board = class_view(values)["leaderboards"][0]
    assert len(board["rows"]) == 20
    assert board["rows"][0] == ["1.", "s299", "0.9967"]
    assert board["left_out"] == "… and 280 more."
