"""Right answers that nobody here would have written get full points, whatever their style."""

from __future__ import annotations

import pytest

from autograder.course import default_course
from autograder.prove.sources import gate_grader, grade_text

COURSE = default_course()
TRAINED = ("training", "CustomCNN")


@pytest.mark.parametrize("name", COURSE.problem_names())
def test_right_answers_lose_no_points(name):
    problem = COURSE.problem(name)
    module = problem.modules[0]
    asked = [q for q in problem.questions if module in q.modules and q.name not in TRAINED]
    questions = [q.name for q in asked]
    answers = sorted((problem.folder / "right_answers").glob("*.py"))
    assert len(answers) >= 3
    lost = {}
    with gate_grader(COURSE, problem, seed=17) as grader:
        for path in answers:
            result = grade_text(grader, {module: path.read_text()}, questions)
            lost[path.stem] = [
                (case["name"], case["outcome"], case["message"], case["detail"])
                for question in result["problems"][0]["questions"]
                for case in question["cases"]
                if case["outcome"] != "passed"
            ]
    assert not any(lost.values()), {name: cases for name, cases in lost.items() if cases}


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
