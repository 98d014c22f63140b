"""Where students choose among optional questions, the best of them count."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Choice, Entry, default_course
from autograder.grade.results import problem_result
from autograder.report.wording import score_in_words
from autograder.result import GradedProblem, GradedQuestion

PROBLEM = default_course().problem("finetune_resnet")
OPTIONAL = [question.name for question in PROBLEM.questions if question.optional]


def graded(scores: dict[str, float], choice: Choice | None) -> GradedProblem:
    entry = Entry(PROBLEM, 30, choice=choice)
    questions = [
        GradedQuestion(
            name=question.name,
            title=question.title,
            outcome="passed",
            score=scores.get(question.name, 0.0),
            max_score=0.0 if question.optional else entry.points.of(question.name),
            optional=question.optional,
            counted=True,
            message=None,
            cases=[],
            code=[],
            figures=[],
            metrics={},
            output="",
            repair=None,
        )
        for question in PROBLEM.questions
    ]
    return problem_result(entry, questions, {}, {}, Path())


@pytest.mark.parametrize(
    ("scores", "counted", "score"),
    [
        ({"unfreezing": 4.0, "augmentation": 7.0}, ["augmentation", "unfreezing"], 11),
        (dict.fromkeys(OPTIONAL, 5.0), OPTIONAL[:2], 10),
        ({"l2_penalty": 10.0}, ["html_table", "l2_penalty"], 10),
        ({}, ["html_table", "best_checkpoint"], 0),
    ],
)  # fmt: skip
def test_the_best_count(scores: dict[str, float], counted: list[str], score: float) -> None:
    result = graded(scores, Choice(2, 10))
    optional = [question for question in result.questions if question.optional]
    assert [question.name for question in optional if question.counted] == counted
    assert result.score == score
    written = sum(answer.max_points for answer in result.written)
    assert result.max_score + written == 30
    for question in optional:
        assert question.max_score == (10 if question.counted else 0)
        assert question.score == scores.get(question.name, 0)
        said = "Not counted: the best 2 of these questions count."
        assert question.message == (said if question.score and not question.counted else None)


def test_without_a_choice_all_of_them_are_extra() -> None:
    result = graded(dict.fromkeys(OPTIONAL, 2.0), None)
    assert result.score == 16
    assert all(question.counted for question in result.questions)
    assert all(question.max_score == 0 for question in result.questions if question.optional)


def test_a_score_that_does_not_count_is_in_brackets() -> None:
    first = {"score": 4.0, "max_score": 10.0, "counted": True}
    assert score_in_words(first) == "4/10"
    assert score_in_words(first | {"max_score": 0.0}) == "+4"
    assert score_in_words(first | {"max_score": 0.0, "counted": False}) == "(4)"
