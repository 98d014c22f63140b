"""Files that a student's code has written and the student hands in are judged as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from autograder.course import default_course
from autograder.course.problems import read_problem
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.grade.grader import Grader
from autograder.prove.sources import gate_grader, grade_text
from data import dataset, review_sentences

PROBLEM = default_course().problem("text_classification")
FILE = "predictions.csv"


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with gate_grader(default_course(), PROBLEM) as grader:
        yield grader


def judged(grader: Grader, texts: Mapping[str, str]) -> Mapping[str, object]:
    result = grade_text(grader, texts, ["predictions"])
    (question,) = [q for q in result["problems"][0]["questions"] if q["name"] == "predictions"]
    return question


def with_rows(rows: list[str]) -> dict[str, str]:
    return {**bank.reference(PROBLEM), FILE: "\n".join(["id,label", *rows]) + "\n"}


def right_rows() -> list[str]:
    labels = dataset("review_sentences").held_out.unlabelled_labels()
    return [f"{i},{label}" for i, label in enumerate(labels)]


def test_a_file_that_is_not_handed_in_is_not_attempted(grader: Grader) -> None:
    texts = {name: text for name, text in bank.reference(PROBLEM).items() if name != FILE}
    question = judged(grader, texts)
    assert (question["outcome"], question["score"]) == ("not_attempted", 0)
    assert "There is no predictions.csv beside text_classification.py" in str(question)


def test_all_labels_right_is_full_marks(grader: Grader) -> None:
    question = judged(grader, with_rows(right_rows()))
    assert question["score"] == question["max_score"]
    assert "accuracy_of_predictions_csv" in str(question)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows[:-1], "1 of 400 ids are missing, the first one is 399"),
        (lambda rows: [*rows, "0,1"], "line 402 repeats the id 0"),
        (lambda rows: [*rows, "400,1"], "line 402 of the file of predictions has an id"),
        (lambda rows: ["0,positive", *rows[1:]], "line 2 has a label that is neither 0 nor 1"),
        (lambda rows: rows[::-1], "are not in order"),
        (lambda rows: [], "400 of 400 ids are missing"),
    ],
)
def test_a_malformed_file_gets_one_sentence(grader, change, sentence) -> None:
    question = judged(grader, with_rows(change(right_rows())))
    assert question["score"] == 0
    assert sentence in str(question)


def test_guessed_labels_get_no_points_for_accuracy(grader: Grader) -> None:
    rows = [f"{i},1" for i in range(review_sentences.UNLABELLED)]
    question = judged(grader, with_rows(rows))
    assert 0 < question["score"] < question["max_score"]


def test_an_output_of_the_reference_that_is_missing_is_told(tmp_path) -> None:
    (tmp_path / "problem.toml").write_text('title = "T"\noutputs = ["found.csv"]\n')
    with pytest.raises(CourseError, match=r"found\.csv does not exist; write it"):
        read_problem(tmp_path, lambda name: PROBLEM, [], ())
