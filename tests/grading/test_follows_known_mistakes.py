"""What follows correctly from a known mistake of an earlier question costs nothing there."""

from __future__ import annotations

import pytest

from autograder.course import default_course
from autograder.diagnose import bank
from autograder.prove.sources import gate_grader, grade_text

COURSE = default_course()
LSTM = ("lstm_step_forward", "lstm_step_backward", "lstm_forward", "lstm_backward")
RNN = ("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward")
ORDER = ("a_f, a_i, a_c, a_o = np.split", "a_i, a_f, a_o, a_c = np.split")
NO_BIASES = ("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx + prev_h @ Wh)")
NO_TANH = ("np.tanh(x @ Wx + prev_h @ Wh + b)", "x @ Wx + prev_h @ Wh + b")
MINUS_B = ("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx + prev_h @ Wh - b)")
MINUS = ("next_c = f * prev_c + i * c", "next_c = f * prev_c - i * c")
FROM_ZERO = ("    h = h0\n", "    h = np.zeros_like(h0)\n")
NO_CACHE = ("return next_h, (x, prev_h, Wx, Wh, next_h)", "return next_h, None")
FIRST_STEP_FIRST = (
    "for t in reversed(range(len(dh))):\n        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn",
    "for t in range(len(dh)):\n        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn",
)
STEP_BACKWARD = "return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)"


@pytest.fixture(scope="module")
def grader():
    with gate_grader(COURSE, COURSE.problem("rnn_layers"), seed=7, diagnose=True) as grader:
        yield grader


def graded(grader, questions, *edits):
    """Grade the reference with edits (old, new); return the questions by name."""
    texts = bank.reference(COURSE.problem("rnn_layers"))
    for old, new in edits:
        assert texts["rnn_layers.py"].count(old) == 1
        texts["rnn_layers.py"] = texts["rnn_layers.py"].replace(old, new)
    result = grade_text(grader, texts, questions)
    return {question["name"]: question for question in result["problems"][0]["questions"]}


def lost(questions):
    return {name for name, q in questions.items() if q["score"] < q["max_score"]}


@pytest.mark.slow  # diagnoses every submission
@pytest.mark.parametrize(
    ("questions", "edit"),
    [
        (LSTM, ORDER),
        (LSTM, MINUS),
        (RNN, NO_BIASES),
        (RNN, NO_TANH),
        (RNN, MINUS_B),
        (RNN, FROM_ZERO),
    ],
)
def test_a_known_mistake_costs_points_in_its_question_only(grader, questions, edit):
    found = graded(grader, questions, edit)
    wrong = questions[2] if edit is FROM_ZERO else questions[0]
    assert lost(found) == {wrong}


def test_an_accepted_case_names_the_earlier_question(grader):
    found = graded(grader, RNN, NO_TANH)["rnn_step_backward"]
    case = next(c for c in found["cases"] if c["name"] == "matches_autograd")
    assert case["outcome"] == "passed"
    assert case["message"] == "Accepted, since it follows from the error in rnn_step_forward."


@pytest.mark.parametrize(
    "answer",
    [
        "return 2 * da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)",
        "return 0 * x, 0 * prev_h, 0 * Wx, 0 * Wh, 0 * Wh[0]",
        "return x, prev_h, Wx, Wh, Wh[0]",
        "return None",
        "raise ValueError",
    ],
)
def test_an_error_of_the_later_question_itself_costs_points_there(grader, answer):
    found = graded(grader, RNN[:2], NO_BIASES, (STEP_BACKWARD, answer))
    right = graded(grader, RNN[:2], (STEP_BACKWARD, answer))
    assert lost(found) == {"rnn_step_forward", "rnn_step_backward"}
    assert found["rnn_step_backward"]["score"] <= right["rnn_step_backward"]["score"]


def test_a_failure_that_an_earlier_mistake_explains_names_the_earlier_question(grader):
    """An exception is no answer that could be accepted, but the student learns where it is from."""
    found = graded(grader, RNN, NO_CACHE)
    failed = [case for case in found["rnn_backward"]["cases"] if case["outcome"] != "passed"]
    assert failed
    assert {
        case["diagnosis"] and (case["diagnosis"]["mistake"], case["diagnosis"]["question"])
        for case in failed
    } == {("rnn_step_forward_returns_no_cache", found["rnn_step_backward"]["title"])}


def test_a_second_mistake_of_a_later_question_is_named_beside_the_first(grader):
    not_transposed = STEP_BACKWARD, STEP_BACKWARD.replace("Wh.T", "Wh")
    found = graded(grader, RNN, not_transposed, FIRST_STEP_FIRST)
    named = {
        case["diagnosis"]["mistake"]
        for case in found["rnn_backward"]["cases"]
        if case["diagnosis"] and case["diagnosis"]["question"] is None
    }
    assert named == {"rnn_goes_back_from_the_first_step"}
