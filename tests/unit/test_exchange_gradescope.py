"""Gradescope's results: what students see, what they never see, and what is not final."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import report_results as results
from report_hostile import hostile

from autograder.exchange import gradescope_results

NUMBER = {"type": "number"}
TEXT = {"type": "string"}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": NUMBER,
        "max_score": NUMBER,
        "status": {"enum": ["passed", "failed"]},
        "name": TEXT,
        "name_format": FORMAT,
        "number": TEXT,
        "output": TEXT,
        "output_format": FORMAT,
        "tags": {"type": "array", "items": TEXT},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
}
# The keys and values that Gradescope's autograder specification names.
GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": NUMBER,
        "execution_time": NUMBER,
        "output": TEXT,
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
        "leaderboard": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "value"],
                "properties": {
                    "name": TEXT,
                    "value": {"type": ["number", "string"]},
                    "order": {"enum": ["asc", "desc"]},
                },
            },
        },
    },
}


@pytest.mark.parametrize("sample", [results.all_passed, results.mixed, results.corrupt, hostile])
def test_the_format_is_gradescopes(sample: Any) -> None:
    shown = gradescope_results(sample())
    jsonschema.Draft202012Validator(GRADESCOPE).validate(shown)
    json.dumps(shown, allow_nan=False).encode()


def test_scores_are_copied_and_never_computed() -> None:
    result = results.all_passed()
    result["score"] = 18.25  # on purpose not the sum of the cases
    shown = gradescope_results(result)
    assert shown["score"] == 18.25
    cases = [c for q in result["problems"][0]["questions"] for c in q["cases"]]
    assert [(t["score"], t["max_score"]) for t in shown["tests"]] == [
        (case["points"], case["max_points"]) for case in cases
    ]
    assert [t["number"] for t in shown["tests"]][7:10] == ["1.8", "2.1", "2.2"]


def test_a_hidden_case_never_shows_its_detail_whatever_its_visibility() -> None:
    for visibility in ("hidden", "after_due_date", "after_published", "visible"):
        result = results.mixed()
        secret = "expected 0.123456789"
        diagnosis = {
            "mistake": "relu_for_sigmoid",
            "explanation": "You used ReLU.",
            "explains": 1,
            "failed": 1,
            "question": None,
        }
        case = results.case("c", "failed", visibility=visibility, detail=secret)
        case |= {"message": "Look at the activation.", "diagnosis": diagnosis}
        result["problems"][0]["questions"] = [results.question("q", [case], "failed")]
        shown = gradescope_results(result)
        assert secret not in json.dumps(shown)
        assert "0.123456789" not in json.dumps(shown)
        (test,) = shown["tests"]
        assert test["visibility"] == visibility
        assert "Look at the activation." in test["output"]
        assert "Known mistake: You used ReLU." in test["output"]
        assert "You used ReLU." not in shown["output"]


def test_a_mistake_of_another_question_says_so() -> None:
    diagnosis = {"mistake": "m", "explanation": "You used ReLU.", "explains": 1, "failed": 1}
    case = results.case("c", "failed", diagnosis=diagnosis | {"question": "The network"})
    result = results.mixed()
    result["problems"][0]["questions"] = [results.question("q", [case], "failed")]
    (test,) = gradescope_results(result)["tests"]
    assert "The cause belongs to “The network”. You used ReLU." in test["output"]


def test_a_public_case_shows_its_detail() -> None:
    shown = gradescope_results(results.mixed())
    by_name = {test["name"]: test for test in shown["tests"]}
    assert "expected 0.25" in by_name["The network: Shows the outcome error"]["output"]
    assert "expected 0.25" not in by_name["The network: Shows the outcome failed"]["output"]


def test_a_grader_error_asks_for_a_regrade_and_gives_no_final_score() -> None:
    result = results.mixed()
    shown = gradescope_results(result)
    assert "score" not in shown
    assert shown["output"].startswith("This submission needs a regrade")
    assert shown["extra_data"]["needs_regrade"] == ["simple_cnn.mnist_test"]
    broken = [t for t in shown["tests"] if t["name"] == "Accuracy: Is graded again"]
    assert len(broken) == 1
    assert "needs a regrade" in broken[0]["output"].lower()
    assert "score" not in broken[0]
    assert "max_score" not in broken[0]
    assert all("score" in test for test in shown["tests"] if test is not broken[0])


def test_a_whole_question_without_cases_is_still_listed() -> None:
    result = results.corrupt()
    question = result["problems"][0]["questions"][0]
    question |= {"cases": [], "max_score": 3.0}
    first = gradescope_results(result)["tests"][0]
    assert (first["score"], first["max_score"], first["status"]) == (0, 3.0, "failed")
    assert first["output"] == question["message"]


def test_notes_and_messages_stand_on_top_and_captured_output_and_seed_nowhere() -> None:
    result = results.corrupt()
    result["problems"][0]["questions"][0]["output"] = "printed: the hidden input"
    result["seed"] = 987654321
    shown = gradescope_results(result)
    assert shown["output"].startswith("The archive is damaged")
    assert "not included in this score: Interpret (2 points)." in shown["output"]
    assert "hidden input" not in json.dumps(shown)
    assert "987654321" not in json.dumps(shown)
    assert shown["stdout_visibility"] == "hidden"


def test_the_leaderboard_has_the_finite_metrics_of_optional_questions() -> None:
    result = results.all_passed()
    optional = result["problems"][0]["questions"][2]
    optional["metrics"] |= {"diverged": float("nan"), "endless": float("inf")}
    assert gradescope_results(result)["leaderboard"] == [
        {"name": "Test accuracy", "value": 0.9025, "order": "desc"},
        {"name": "Test loss", "value": 0.31, "order": "asc"},
    ]
    optional["cases"][0]["outcome"] = "grader_error"
    assert gradescope_results(result)["leaderboard"] == []


def test_student_text_stays_text() -> None:
    shown = gradescope_results(hostile())
    assert shown["output_format"] == shown["test_output_format"] == "text"
    assert shown["test_name_format"] == "text"
    everything = json.dumps(shown, ensure_ascii=False)
    assert "\u202e" not in everything
    assert "\x1b" not in everything
    assert "\\u202e".replace("\\", "\\\\") in everything
