"""Hidden cases run apart from public ones, and own earlier functions apart from both."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.course import Course
from autograder.errors import IsolationError
from autograder.examine.examination import Examination
from autograder.prove.sources import gate_grader, grade_text
from checks import CannotJudge

REFERENCE = "def double(x):\n    return 2 * x\n\n\ndef quadruple(x):\n    return 4 * x\n"
CASES = {
    "double": """
from checks import expect_close, rng, test_case

OK_FORMAT = False
name = "double"


@test_case(points=1, hidden=True, failure_message="Wrong.")
def is_right_in_secret(double):
    x = rng("secret").normal(size=3)
    expect_close(double(x), 2 * x)


@test_case(points=1, hidden=False, failure_message="Wrong.")
def is_right_in_public(double):
    expect_close(double(rng("open").normal(size=3)), 2 * rng("open").normal(size=3))
""",
    "quadruple": """
from checks import expect_close, expect_right_or_following, rng, test_case

OK_FORMAT = False
name = "quadruple"


@test_case(points=1, hidden=True, failure_message="Wrong.")
def is_right_or_follows(quadruple, double):
    expect_right_or_following(
        quadruple, (rng("x").normal(size=3),), right=lambda x: 4 * x,
        follow=lambda own, x: own["double"](own["double"](x)), own={"double": double},
        compare=expect_close,
    )
""",
}


@pytest.fixture
def course(tmp_path) -> Course:
    folder = tmp_path / "solutions" / "twice"
    (folder / "questions").mkdir(parents=True)
    (tmp_path / "autograder" / "assignments").mkdir(parents=True)
    (folder / "twice.py").write_text(REFERENCE)
    (folder / "handout.md").write_text("# Twice\n\n{{ grading }}\n")
    questions = "".join(
        f'\n[[questions]]\nname = "{name}"\ntitle = "{name}"\njudged_by = "x"\n' for name in CASES
    )
    (folder / "problem.toml").write_text(
        f'title = "Twice"\nmodules = ["twice.py"]\n\n[limits]\ncpu_seconds = 0.5\n{questions}'
    )
    for name, text in CASES.items():
        (folder / "questions" / f"{name}.py").write_text(text)
    return Course(tmp_path)


def graded(course: Course, text: str) -> dict[str, dict]:
    problem = course.problem("twice")
    with gate_grader(course, problem) as grader:
        result = grade_text(grader, {"twice.py": text})
    return {question["name"]: question for question in result["problems"][0]["questions"]}


def test_what_a_hidden_case_asks_never_reaches_a_public_one(course):
    text = """
import builtins, os, tempfile
PLACE = os.path.join(tempfile.gettempdir(), "seen")
def double(x):
    seen = getattr(builtins, "seen", None) or (os.path.exists(PLACE) and open(PLACE).read())
    if seen:
        raise ValueError(seen)
    builtins.seen = repr(x)
    open(PLACE, "w").write(repr(x))
    return 2 * x
quadruple = double
"""
    cases = graded(course, text)["double"]["cases"]
    assert [case["outcome"] for case in cases] == ["passed", "passed"]


def test_an_own_function_is_asked_where_nothing_of_the_later_call_is_known(course):
    text = """
asked = []
def double(x):
    return x * 3 if asked else x * 2
def quadruple(x):
    asked.append(x)
    return 9 * x
"""
    assert graded(course, text)["quadruple"]["score"] == 0


def test_an_error_that_is_carried_forward_costs_once(course):
    text = "def double(x):\n    return 3 * x\ndef quadruple(x):\n    return 9 * x\n"
    found = graded(course, text)
    assert found["double"]["score"] == 0
    assert found["quadruple"]["score"] == 1


def test_noise_that_is_confirmed_later_earns_nothing(course):
    text = """
import numpy as np
def double(x):
    return np.random.default_rng(1).normal(size=3)
def quadruple(x):
    return np.random.default_rng(1).normal(size=3)
"""
    assert graded(course, text)["quadruple"]["score"] == 0


def test_a_function_that_is_missing_costs_only_its_own_question(course):
    found = graded(course, "def quadruple(x):\n    return 4 * x\n")
    assert found["double"]["score"] == 0
    assert found["quadruple"]["score"] == 1


def test_a_worker_that_cannot_be_started_for_evidence_is_our_fault():
    class NoneLeft:
        def earned(self, *_):
            return 1.0

        def open(self, *_):
            raise IsolationError("no worker starts")

    prepared = SimpleNamespace(problem=SimpleNamespace(questions=()), sources={})
    question = SimpleNamespace(forbidden=None)
    examination = Examination(NoneLeft(), prepared, question, None)
    with pytest.raises(CannotJudge, match="no worker starts"):
        examination._ask_elsewhere("f", 0.5)
