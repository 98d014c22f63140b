"""An early error that is carried forward loses its points once, in the question it was made in."""

from __future__ import annotations

import pytest

from autograder.course import default_course
from autograder.diagnose import bank
from autograder.prove.sources import gate_grader, grade_text

COURSE = default_course()


@pytest.fixture(scope="module")
def backprop():
    with gate_grader(COURSE, COURSE.problem("backprop"), seed=5, diagnose=True) as grader:
        yield grader


@pytest.fixture(scope="module")
def softmax_regions():
    with gate_grader(COURSE, COURSE.problem("softmax_regions"), seed=5, diagnose=True) as grader:
        yield grader


def graded(grader, *edits):
    """Grade the reference with edits (old, new); return the questions by name."""
    ((module, text),) = bank.reference(grader.assignment.entries[0].problem).items()
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    result = grade_text(grader, {module: text})
    return {question["name"]: question for question in result["problems"][0]["questions"]}


def lost(questions):
    """Return the questions that lost points."""
    return {name for name, q in questions.items() if q["score"] < q["max_score"]}


def cases(question):
    return {case["name"]: case for case in question["cases"]}


@pytest.mark.parametrize(
    ("question", "old", "new", "layers"),
    [
        ("delta_output", "return y - t", "return t - y", "123"),
        ("delta_output", "return y - t", "return 2 * (y - t)", "123"),
        ("delta_hidden", "return z * (1 - z) * (", "return (", "12"),
        ("delta_hidden", "(W.T @ delta_above)", "W[0] * delta_above[0]", "1"),
        ("grad_w", "np.outer(delta_above, z)", "np.outer(delta_above, z * (1 - z))", "123"),
    ],
)
def test_an_early_error_loses_its_points_once(backprop, question, old, new, layers):
    questions = graded(backprop, (old, new))
    assert lost(questions) == {question}
    note = cases(questions["gradients"])["carries_no_error_forward"]
    assert note["outcome"] == "failed"
    assert note["max_points"] == 0
    assert "carried forward" in note["message"]
    said = [part.partition(" ")[0] for part in note["detail"].split("; ")]
    assert said == [f"w^({layer})" for layer in layers]
    assert note["detail"].count(f"carries forward what {question} gives") == len(layers)


def test_two_early_errors_are_each_carried_forward(backprop):
    questions = graded(
        backprop,
        ("return y - t", "return t - y"),
        ("return z * (1 - z) * (", "return z * ("),
    )
    assert lost(questions) == {"delta_output", "delta_hidden"}
    detail = cases(questions["gradients"])["carries_no_error_forward"]["detail"]
    assert "w^(3) carries forward what delta_output gives" in detail
    assert "w^(1) carries forward what delta_output and delta_hidden gives" in detail


def test_an_early_error_that_the_last_answer_does_not_have_costs_it_nothing(backprop):
    inline = ("delta = delta_output(outputs[-1], t)", "delta = outputs[-1] - t")
    questions = graded(backprop, ("return y - t", "return t - y"), inline)
    assert lost(questions) == {"delta_output"}
    assert questions["gradients"]["outcome"] == "passed"


def test_an_error_of_its_own_is_not_carried_forward(backprop):
    questions = graded(
        backprop,
        ("return y - t", "return t - y"),
        (
            "weights[layer + 1], outputs[layer + 1])",
            "weights[layer + 1], outputs[layer + 1]) / 2",
        ),
    )
    assert lost(questions) == {"delta_output", "gradients"}
    found = cases(questions["gradients"])
    assert {name for name, case in found.items() if case["points"] < case["max_points"]} == {
        "is_right_or_consistent_between_the_hidden_layers",
        "is_right_or_consistent_for_the_weights_from_the_inputs",
        "works_with_one_hidden_layer",
        "works_with_three_hidden_layers",
    }
    assert (
        "w^(2) is wrong and follows from no earlier answer"
        in (found["carries_no_error_forward"]["detail"])
    )


ZEROS = ("return np.outer(delta_above, z)", "return np.zeros((len(delta_above), len(z)))")


def test_constants_are_no_error_carried_forward(backprop):
    constant = ("    return found\n", "    return [0 * W for W in weights]\n")
    questions = graded(backprop, ZEROS, constant)
    gradients = questions["gradients"]
    assert gradients["score"] == 0.75  # the shapes
    assert (
        "follows from no earlier answer" in (cases(gradients)["carries_no_error_forward"]["detail"])
    )


def test_code_that_is_right_with_right_earlier_functions_loses_nothing(backprop):
    questions = graded(backprop, ZEROS)
    assert lost(questions) == {"grad_w"}
    note = cases(questions["gradients"])["carries_no_error_forward"]
    assert "follows from no earlier answer" in note["detail"]


def test_a_wrong_red_line_is_carried_forward_to_the_middle(softmax_regions):
    questions = graded(softmax_regions, ("[-second, first]", "[second, first]"))
    assert lost(questions) == {"boundary_direction"}
    middle = cases(questions["region_direction"])["halves_the_angle_between_the_red_lines"]
    note = cases(questions["region_direction"])["is_right_for_the_regions_of_the_handout"]
    assert middle["outcome"] == "passed"
    assert "carried forward from boundary_direction" in note["detail"]


def test_an_overflowing_softmax_is_carried_forward_to_the_ray(softmax_regions):
    questions = graded(softmax_regions, ("np.exp(a - a.max(axis=-1, keepdims=True))", "np.exp(a)"))
    assert lost(questions) == {"class_probabilities"}
    found = cases(questions["probabilities_along"])
    note = found["is_right_without_anything_carried_forward"]
    assert note["outcome"] == "failed"
    assert "carried forward" in note["detail"]
