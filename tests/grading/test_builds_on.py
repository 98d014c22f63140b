"""A problem that builds on another: the student's module below, or ours where that fails."""

from __future__ import annotations

import shutil
import textwrap

import pytest

from autograder.course import Course
from autograder.errors import CourseError
from autograder.prove.sources import gate_grader, grade_text

PROBLEM = """
title = "A network of two layers"
modules = ["network.py", "counting.py"]
builds_on = ["affine"]
preload = ["numpy"]

[limits]
cpu_seconds = 2
memory_mb = 512

[[questions]]
name = "network"
title = "Two layers"
modules = ["network.py"]

[[questions]]
name = "count"
title = "Parameters"
modules = ["counting.py"]
"""
NETWORK = """
import numpy as np
from affine import affine_forward


def network(x, w1, b1, w2, b2):
    hidden, _ = affine_forward(x, w1, b1)
    return affine_forward(np.maximum(hidden, 0), w2, b2)[0]
"""
COUNTING = "def count(*arrays):\n    return sum(array.size for array in arrays)\n"
STAND_IN = "def affine_forward(x, w, b):\n    return (w.T @ x.T).T + b, None\n"
NETWORK_CASES = '''
"""Cases."""
import numpy as np
from checks import test_case
from checks import expect_close, rng

OK_FORMAT = False
name = "network"


@test_case(points=2, hidden=True, failure_message="The outputs are wrong.")
def is_right(network):
    arrays = [rng(str(i)).normal(size=s) for i, s in enumerate([(4, 3), (3, 5), 5, (5, 2), 2])]
    x, w1, b1, w2, b2 = arrays
    expect_close(network(*arrays), np.maximum(x @ w1 + b1, 0) @ w2 + b2)
'''
COUNT_CASES = '''
"""Cases."""
import numpy as np
from checks import test_case

OK_FORMAT = False
name = "count"


@test_case(points=1, hidden=True, failure_message="The number is wrong.")
def counts(count):
    assert count(np.zeros((2, 3)), np.zeros(4)) == 10
'''
AFFINE = "def affine_forward(x, w, b):\n    return x @ w + b, None\n"


@pytest.fixture
def course(small, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(small.root, root)
    for path, text in {
        "solutions/network/problem.toml": PROBLEM,
        "solutions/network/network.py": NETWORK,
        "solutions/network/counting.py": COUNTING,
        "solutions/affine/stand_in.py": STAND_IN,
        "solutions/network/questions/network.py": NETWORK_CASES,
        "solutions/network/questions/count.py": COUNT_CASES,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(textwrap.dedent(text))
    settings = root / "solutions" / "affine" / "problem.toml"
    stand_ins = '\n[stand_ins]\n"affine.py" = "stand_in.py"\n\n[limits]'
    settings.write_text(settings.read_text().replace("\n[limits]", stand_ins, 1))
    return Course(root)


@pytest.fixture
def graded(course):
    """Grade files of the network's problem; return outcome, score and message by question."""

    def grade(**texts: str):
        with gate_grader(course, course.problem("network")) as grader:
            result = grade_text(grader, {f"{name}.py": text for name, text in texts.items()})
        return {
            q["name"]: (q["outcome"], q["score"], q["message"] or "")
            for q in result["problems"][0]["questions"]
        }

    return grade


def test_the_student_s_own_module_below_is_used(graded):
    spoken = AFFINE.replace("    return", "    print('mine')\n    return")
    found = graded(network=NETWORK, counting=COUNTING, affine=spoken)
    assert found == {"network": ("passed", 2, ""), "count": ("passed", 1, "")}


def test_without_it_ours_stands_in(graded):
    assert graded(network=NETWORK, counting=COUNTING)["network"] == ("passed", 2, "")


@pytest.mark.parametrize(
    "below",
    [
        AFFINE.replace("+ b", "- b"),
        "raise ValueError('broken')",
        "def affine_forward(x, w, b):\n    raise NotImplementedError",
        "def affine_forward(x, w, b):\n    while True: pass",
    ],
    ids=["wrong", "broken", "not written", "endless"],
)
def test_an_error_below_loses_its_points_only_there(graded, below):
    outcome, score, message = graded(network=NETWORK, counting=COUNTING, affine=below)["network"]
    assert (outcome, score) == ("passed", 2)
    assert message.startswith("Graded with the grader's own affine.py: an error in yours is")


def test_an_error_above_stays_an_error(graded):
    wrong = NETWORK.replace("np.maximum(hidden, 0)", "hidden")
    assert graded(network=wrong, counting=COUNTING, affine=AFFINE)["network"][:2] == ("failed", 0)
    both = graded(network=wrong, counting=COUNTING, affine=AFFINE.replace("+ b", "- b"))
    assert both["network"] == ("failed", 0, "")


def test_a_missing_or_broken_module_concerns_its_own_questions_only(graded):
    found = graded(network=NETWORK)
    assert found["network"][0] == "passed"
    assert found["count"][0] == "not_attempted"
    assert "counting.py is not in the submission" in found["count"][2]
    found = graded(network="def network(:", counting=COUNTING)
    assert (found["network"][0], found["count"][0]) == ("error", "passed")


def test_an_assignment_lists_what_its_problems_build_on(course):
    (course.assignments / "odd.toml").write_text('title = "x"\n[[problems]]\nname = "network"')
    with pytest.raises(CourseError, match="'network' builds on affine; list that problem too"):
        course.assignment("odd")
