"""Functions that change their arguments in place get the same score under every grader."""

from __future__ import annotations

import pickle
import shutil
import sys
import types

import numpy as np
import otter.test_files
import pytest
import torch
from otter_scores import loaded, otter_scores

from autograder.course import default_course
from autograder.course.casefile import read_case_file
from autograder.diagnose import bank
from autograder.errors import CourseError
from autograder.examine import testfiles
from autograder.prove.sources import grade_sources
from autograder.release.public import public_version
from autograder.remote import proxies
from autograder.remote.local_session import LocalSession
from checking.cases import load_cases
from checking.students import arguments
from checks import expect_unchanged, run_beside, test_case
from checks.guarded import guarded, is_guarded

OVERWRITING = """

def _overwriting(function):
    def changed(*arguments, **keywords):
        result = function(*arguments, **keywords)
        for argument in arguments:
            if hasattr(argument, "fill_"):
                argument.fill_(1)
            elif hasattr(argument, "fill"):
                argument.fill(1)
        return result
    return changed
"""
QUESTIONS = {
    "backprop": ("delta_output", "grad_w"),  # delta_hidden may not
    "logistic_regression": ("negative_log_likelihood", "gradient"),
    "rnn_layers": ("temporal_softmax_loss",),
    "softmax_regions": ("class_probabilities", "intersection_point"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_right_answers_that_overwrite_their_arguments_get_full_points(name, tmp_path):
    course, questions = default_course(), QUESTIONS[name]
    problem = course.problem(name)
    texts = bank.reference(problem)
    texts[problem.modules[0]] += OVERWRITING + "\n".join(
        f"{function} = _overwriting({function})" for function in questions
    )
    points = {q: testfiles.load(problem.question(q).test_file).points for q in questions}
    result = grade_sources(course, problem, {"overwriting": texts}, list(questions))["overwriting"]
    ours = {q["name"]: q["score"] for q in result["problems"][0]["questions"]}
    assert ours == points
    assert otter_scores(problem, texts, tmp_path / "otter", questions) == points
    names = loaded(problem, texts, tmp_path / "local")
    for question in questions:
        public = public_version(read_case_file(problem.question(question).test_file))
        path = tmp_path / f"{question}.py"
        path.write_text(public)
        if (support := problem.folder / "questions" / "support.py").is_file():
            shutil.copy(support, tmp_path)
        for case in load_cases(path):
            case.function(
                **arguments(case.function, names, "the module", problem.question(question).objects)
            )


def test_a_helper_that_calls_twice_sees_the_change_under_both_graders(tmp_path):
    course = default_course()
    problem = course.problem("cross_attention")
    texts = bank.reference(problem)
    texts["cross_attention.py"] += OVERWRITING + "pick_digits = _overwriting(pick_digits)\n"
    result = grade_sources(course, problem, {"overwriting": texts}, ["pick_digits"])["overwriting"]
    (ours,) = (q["score"] for q in result["problems"][0]["questions"])
    theirs = otter_scores(problem, texts, tmp_path / "otter", ["pick_digits"])
    assert 0 < ours < testfiles.load(problem.question("pick_digits").test_file).points
    assert theirs == {"pick_digits": ours}


def test_nothing_is_gained_by_overwriting_the_inputs_of_a_case(tmp_path):
    """On inputs of zeros, the gradient is zero: an answer of zeros would be right."""
    problem = default_course().problem("logistic_regression")
    scores = []
    for line in ("", "X *= 0"):
        texts = bank.reference(problem)
        texts["logistic_regression.py"] += (
            f"\ndef gradient(w, X, t):\n    {line}\n    return 0 * w\n"
        )
        scores += [otter_scores(problem, texts, tmp_path / f"otter{len(scores)}", ["gradient"])]
    assert scores[0] == scores[1]
    assert scores[0]["gradient"] < 1


SOURCE = """
import torch

def doubled(x):
    x *= 2
    return x

def filled(values, numbers):
    values["a"] = 1
    return len(numbers)

class Counter:
    def __init__(self, start):
        self.counts = start
    def add(self, amounts):
        self.counts += amounts
        amounts[:] = 0
        return self.counts

class Net(torch.nn.Module):
    def forward(self, x):
        return x.mul_(2)
"""


@pytest.fixture(params=["wire", "guarded"])
def student(request, tmp_path):
    """Return a function that gives the student's objects as our grader or a local check would."""
    if request.param == "guarded":
        module = types.ModuleType("handed_in")
        exec(SOURCE, vars(module))
        return lambda name: guarded(getattr(module, name))
    (tmp_path / "handed_in.py").write_text(SOURCE)
    session = LocalSession(proxies.wrap, proxies.unwrap)
    session.request("load", str(tmp_path), ["handed_in.py"])
    return session.get


def beside(counter_class, doubled, amounts):
    counter = counter_class(doubled(amounts))
    return counter.add(amounts)


def test_functions_classes_and_modules_take_copies(student):
    x = np.ones(3)
    np.testing.assert_array_equal(student("doubled")(x), [2, 2, 2])
    counter = student("Counter")(x)
    np.testing.assert_array_equal(counter.add(x), [2, 2, 2])
    first = counter.counts
    np.testing.assert_array_equal(counter.add(x), [3, 3, 3])
    np.testing.assert_array_equal(first, [2, 2, 2])
    # inside a helper, the student's objects share what they are given
    assert run_beside(beside, student("Counter"), student("doubled"), x).tolist() == [0, 0, 0]
    np.testing.assert_array_equal(x, [1, 1, 1])
    inputs = torch.ones(3)
    assert student("Net")()(inputs).tolist() == [2, 2, 2]
    assert inputs.tolist() == [1, 1, 1]


def test_gradients_flow_through_copies(student):
    x = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf Variable"):
        student("doubled")(x)
    (student("Net")()(2 * x.detach()) * x).sum().backward()
    assert x.grad.tolist() == [4, 4, 4]


def test_a_change_in_place_is_named(student):
    expect_unchanged(student("Counter"), np.ones(2))
    with pytest.raises(AssertionError, match="the function changes its argument 1 in place"):
        expect_unchanged(student("doubled"), np.ones(2))
    with pytest.raises(AssertionError, match=r"changes the scores in place; .* leave the scores"):
        expect_unchanged(student("doubled"), torch.ones(2), names=["the scores"])
    with pytest.raises(AssertionError, match="changes values in place"):
        expect_unchanged(student("filled"), {"b": 1}, [1.0], names=["values", "numbers"])
    with pytest.raises(AssertionError, match="changes x in place"):
        expect_unchanged(student("Net")(), torch.ones(2), names=["x"])


def test_equal_numbers_count_as_unchanged(student):
    expect_unchanged(student("doubled"), np.array([0.0, np.nan, np.inf]))


def test_cases_made_by_otters_own_decorator_are_refused(tmp_path):
    path = tmp_path / "q.py"
    path.write_text(
        "from otter.test_files import test_case\nOK_FORMAT = False\nname = 'q'\n"
        "@test_case(points=1, hidden=False)\ndef is_right(f):\n    assert f() == 1\n"
    )
    with pytest.raises(CourseError, match=r"q.py:1: .*write `from checks import test_case`"):
        testfiles.load(path)
    with pytest.raises(CourseError, match=r"q.py:1: .*; write `from checks import test_case`"):
        read_case_file(path)


def test_cases_need_no_otter(monkeypatch):
    monkeypatch.delitem(sys.modules, "otter.test_files")
    case = test_case(points=1, hidden=True, failure_message="no")(print)
    assert (case.points, case.hidden, case.failure_message) == (1, True, "no")
    assert case.test_func is print


def test_otter_takes_a_case_to_another_process():
    case = test_case(points=1, hidden=True, failure_message="no")(print)
    copy = pickle.loads(pickle.dumps(case))
    assert type(copy) is otter.test_files.test_case
    assert (copy.points, copy.hidden, copy.failure_message) == (1, True, "no")
    assert not is_guarded(copy)
