"""Right answers that nobody here would have written get full points, whatever their style."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import default_course
from autograder.grade.gate import gate_grader, grade_text

FOLDER = Path(__file__).resolve().parents[1] / "unit" / "right_answers"
COURSE = default_course()
TRAINED = ("training", "CustomCNN")


@pytest.mark.parametrize("name", [path.name for path in sorted(FOLDER.iterdir()) if path.is_dir()])
def test_right_answers_lose_no_points(name):
    problem = COURSE.problem(name)
    questions = [q.name for q in problem.questions if q.name not in TRAINED]
    answers = sorted((FOLDER / name).glob("*.py"))
    assert len(answers) >= 5
    lost = {}
    with gate_grader(COURSE, problem, seed=17) as grader:
        for path in answers:
            result = grade_text(grader, {f"{name}.py": path.read_text()}, questions)
            lost[path.stem] = [
                (case["name"], case["outcome"], case["message"], case["detail"])
                for question in result["problems"][0]["questions"]
                for case in question["cases"]
                if case["outcome"] != "passed"
            ]
    assert not any(lost.values()), {name: cases for name, cases in lost.items() if cases}


@pytest.mark.slow  # five epochs each
def test_right_answers_reach_the_bar():
    problem = COURSE.problem("simple_cnn")
    answers = [FOLDER / "simple_cnn" / name for name in ("functional_style.py", "sequential.py")]
    with gate_grader(COURSE, problem, seed=18) as grader:
        for path in answers:
            result = grade_text(grader, {"simple_cnn.py": path.read_text()}, ["training"])
            assert result["score"] == result["max_score"], path.stem
