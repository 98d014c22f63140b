"""Right answers that nobody here would have written get full points, whatever their style."""

from __future__ import annotations

import pytest

from autograder.course import default_course
from autograder.prove.sources import gate_grader, grade_text

COURSE = default_course()
TRAINED = ("training", "CustomCNN")


@pytest.mark.slow  # five epochs each, or sixty on little data
@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("simple_cnn", ["functional_style", "sequential"]),
        ("image_captioning", ["caption_by_caption", "star_imports", "without_layers"]),
        ("translation", ["own_attention"]),
    ],
)
def test_right_answers_reach_the_threshold(name, answers):
    problem = COURSE.problem(name)
    with gate_grader(COURSE, problem, seed=18) as grader:
        for answer in answers:
            text = (problem.folder / "right_answers" / f"{answer}.py").read_text()
            result = grade_text(grader, {problem.modules[0]: text}, ["training"])
            assert result["score"] == result["max_score"], answer
