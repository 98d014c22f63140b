"""Functions that compute nothing earn what their shapes are worth, and nothing else."""

from __future__ import annotations

import os
import re
import sys

import pytest

from autograder.course import Problem, default_course
from autograder.diagnose import bank
from autograder.prove.answers import is_long
from autograder.prove.sources import Graders, grade_text
from autograder.release.skeleton import skeleton_of

PROVE = "PROVE" in os.environ
COURSE = default_course()
ARRAYS = "[v for k, v in locals().items() if k != 'self' and hasattr(v, 'shape')]"
BODIES = {
    "None": "return None",
    "zero": "return 0.0",
    "the first argument": "return next((v for k, v in locals().items() if k != 'self'), None)",
    "all arguments": "return tuple(v for k, v in locals().items() if k != 'self')",
    "zeros": f"return 0.0 * ({ARRAYS} or [1])[0]",
    "twice the first array": f"return 2 * ({ARRAYS} or [1])[0]",
    "a number of the first array": f"return ({ARRAYS} or [1])[0] * 0 + ({ARRAYS} or [1])[0].sum()",
}
SHAPES = {  # cases that look at a shape, a range, or at what happens to an argument that is used
    "backprop": {"leaves_its_arguments_unchanged"},
    "logistic_regression": {"has_one_number_for_each_weight"},
    "simple_cnn": {"returns_a_number_between_zero_and_one"},
    "simple_lstm": {"leaves_the_vectors_alone"},
    "style_transfer": {"leaves_the_feature_maps_alone", "leaves_the_feature_map_alone"},
    "text_classification": {"returns_a_number_between_zero_and_one"},
    "vae": {"returns_a_z_for_each_row", "arguments_stay_the_same", "total_is_one_number"},
    "vanishing_gradients": {"has_a_gradient_for_each_weight"},
}
QUICK = ("backprop", "encoder_layer", "rnn_layers", "softmax_regions", "tweet_sentiment", "vae")


@pytest.fixture(scope="module")
def graders():
    if not sys.platform.startswith("linux"):
        pytest.skip("confinement needs Linux")
    with Graders(COURSE, seed=7) as made:
        yield made


def emptied(problem: Problem, body: str) -> dict[str, str]:
    """Return the skeleton with ``body`` in each hole."""
    texts = {}
    for name in problem.modules:
        text = skeleton_of(bank.reference(problem)[name], problem.folder / name)
        texts[name] = re.sub(r"raise NotImplementedError\([^)]*\)", lambda _: body, text)
    return texts


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("name", COURSE.problem_names() if PROVE else QUICK)
def test_a_function_that_computes_nothing_earns_nothing(graders, name, body):
    problem = COURSE.problem(name)
    questions = [question.name for question in problem.questions if not is_long(question)]
    result = grade_text(graders.of(problem), emptied(problem, BODIES[body]), questions)
    earned = {
        case["name"]: case["points"]
        for question in result["problems"][0]["questions"]
        for case in question["cases"]
        if case["points"] > 0
    }
    assert earned.keys() <= SHAPES.get(name, set()), earned
    outcomes = {c["outcome"] for q in result["problems"][0]["questions"] for c in q["cases"]}
    assert "grader_error" not in outcomes
