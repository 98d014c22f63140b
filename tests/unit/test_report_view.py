"""What a report shows of a result: words, totals, facts, and each thing once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import report_results as results

from autograder.report.view import View


def data(value: results.Result, folder: Path) -> dict[str, Any]:
    return View(value, folder).data


def test_the_cover_copies_scores_and_never_computes_them(tmp_path: Path) -> None:
    value = results.all_passed()
    value["score"], value["problems"][0]["score"] = 3.25, 7.5
    cover = data(value, tmp_path)
    assert (cover["score"], cover["max"], cover["fraction"]) == ("3.25", "13", 0.25)
    assert cover["problems"][0]["total"] == "7.5 of 13 points"
    assert cover["regrade"] == []


def test_a_grader_error_leaves_no_score_to_read(tmp_path: Path) -> None:
    cover = data(results.mixed(), tmp_path)
    assert cover["regrade"] == ["simple_cnn.mnist_test"]
    (problem,) = cover["problems"]
    assert problem["total"] == "needs a regrade"
    question = problem["questions"][1]
    assert (question["settled"], question["word"]) == (False, "needs a regrade")
    assert [case["points"] for case in question["cases"]] == ["1 / 1", "– / 1"]


def test_full_points_are_not_called_failed(tmp_path: Path) -> None:
    value = results.all_passed()
    question = value["problems"][0]["questions"][0]
    question["outcome"] = question["cases"][0]["outcome"] = "failed"  # a case without points
    shown = data(value, tmp_path)["problems"][0]["questions"][0]
    assert (shown["outcome"], shown["word"], shown["passed"]) == ("passed", "full points", False)
    question["score"] -= 0.5
    shown = data(value, tmp_path)["problems"][0]["questions"][0]
    assert (shown["outcome"], shown["word"]) == ("failed", "failed")


def test_facts_name_what_a_regrade_needs(tmp_path: Path) -> None:
    facts = dict(data(results.all_passed(), tmp_path)["facts"])
    assert facts["Seed"] == "20221014"
    assert facts["Grades"] == (
        "FAIL from 0%, PASS from 50%, EXCELLENT from 85% of all points, including written questions"
    )
    assert facts["Data"] == "fashion_mnist (12k)"
    value = results.corrupt()
    value["grades"], value["problems"][0]["data"] = {}, {}
    facts = dict(data(value, tmp_path)["facts"])
    assert "Grades" not in facts
    assert (facts["Files"], facts["Data"]) == ("no file of the assignment", "none")


def test_a_message_of_the_question_is_not_repeated_in_its_cases(tmp_path: Path) -> None:
    value = results.corrupt()
    question = data(value, tmp_path)["problems"][0]["questions"][0]
    assert "damaged" in question["message"]
    assert question["cases"] == []  # they say nothing else
    value["problems"][0]["questions"][0]["cases"][0]["detail"] = "more"
    question = data(value, tmp_path)["problems"][0]["questions"][0]
    assert [(case["message"], case["detail"]) for case in question["cases"]] == [(None, "more")]


def test_long_code_and_long_answers_say_what_is_left_out(tmp_path: Path) -> None:
    value = results.all_passed()
    problem = value["problems"][0]
    problem["questions"][0]["code"][0]["source"] = "x = 1\n" * 1000
    problem["written"][0]["answer"] = "a" * 20_500
    shown = data(value, tmp_path)["problems"][0]
    (code,) = shown["questions"][0]["code"]
    assert code["lines"] == "lines 31 to 1030"
    assert code["source"].endswith("[… 700 lines left out …]")
    left_out = shown["written"][0]["answer"]["left_out"]
    assert left_out == "[… 500 characters left out; see the submission …]"


def test_texts_are_filled_for_the_course_and_the_student_apart(tmp_path: Path) -> None:
    view = View(results.all_passed(), tmp_path)
    for text, _ in view.texts:
        text.nodes = ["converted"]
    view.fill(ours=True, theirs=False)
    entry = view.data["problems"][0]["written"][0]
    assert entry["answer"]["nodes"] is None
    assert entry["prompt"]["nodes"] == entry["model"]["nodes"] == ["converted"]
    assert all(criterion["text"]["nodes"] for criterion in entry["criteria"])
