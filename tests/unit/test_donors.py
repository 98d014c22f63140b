"""Statements of right solutions that the search puts in place of a student's own."""

from __future__ import annotations

import ast

import pytest

from autograder.course import default_course
from autograder.diagnose import bank
from autograder.diagnose.edits.code import Code
from autograder.diagnose.edits.donors import donors

NUMPY = "import numpy as np\n\n\n"
RIGHT = """
import numpy as np


def scores(x, w, b):
    z = x @ w
    total = z + b
    for row in range(len(total)):
        total[row] = total[row] / np.abs(total[row]).sum()
    return np.tanh(total)
"""


def texts(wrong: str, right: str = RIGHT) -> list[str]:
    code = Code("m.py", wrong)
    top = code.tops()[0][0]
    return [code.changed(edit.changes) for edit in donors(code, top, [ast.parse(right)])]


def same(one: str, other: str) -> bool:
    return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))


def test_a_formula_is_written_in_the_names_of_the_student():
    wrong = (
        "import numpy\n\n\ndef scores(data, weights, bias):\n    products = data @ weights\n"
        "    every = products * bias\n    return numpy.tanh(every)\n"
    )
    wanted = wrong.replace("products * bias", "products + bias")
    assert any(same(found, wanted) for found in texts(wrong))


def test_what_the_student_has_no_name_for_is_written_out():
    wrong = (
        "import numpy as np\n\n\ndef scores(x, w, b):\n    y = x @ w * b\n    return np.tanh(y)\n"
    )
    assert any(same(found, wrong.replace("x @ w * b", "x @ w + b")) for found in texts(wrong))


def test_a_missing_statement_is_added_where_its_neighbours_are():
    right = "def f(x, seen):\n    y = x + 1\n    seen.append(y)\n    return y\n"
    wrong = "def f(x, seen):\n    y = x + 1\n    return y\n"
    assert any(same(found, right) for found in texts(wrong, right))


@pytest.mark.parametrize(
    "wrong",
    [
        # The wrong line would be gone round: nothing would read z any more.
        f"{NUMPY}def scores(x, w, b):\n    z = x @ w * w\n    return z\n",
        # It reads z itself, so z stays in use; what is returned would not depend on it.
        f"{NUMPY}def scores(x, w, b):\n    z = x @ w\n    z = z - w\n    return z\n",
        # The student has no module of that name.
        "def scores(x, w, b):\n    return abs(x)\n",
    ],
)
def test_nothing_goes_round_a_line_or_uses_an_unknown_name(wrong):
    right = f"{NUMPY}def scores(x, w, b):\n    return np.abs(x @ w)\n"
    assert not any("return np" in found for found in texts(wrong, right))


def test_what_the_student_computes_is_not_overwritten_but_may_be_changed_further():
    wrong = "def f(x, w):\n    y = 2 * x @ w\n    y = y - w\n    return y\n"
    right = "def f(x, w):\n    y = x @ w\n    return y\n"
    assert not any(found.count("y = ") > 2 for found in texts(wrong, right))
    lost = "def f(x, w):\n    y = x @ w\n    return y\n"
    whole = "def f(x, w):\n    y = x @ w\n    y = y - w\n    return y\n"
    assert any(same(found, whole) for found in texts(lost, whole))


def test_another_way_is_no_repair():
    """It would be right on one line alone, and hide that the line after it lacks a division."""
    right = (
        f"{NUMPY}def f(a):\n    p = 1 / np.exp(a[None, :] - a[:, None]).sum(axis=1)\n    return p\n"
    )
    wrong = f"{NUMPY}def f(a):\n    p = np.exp(a - a.max())\n    return p\n"
    assert texts(wrong, right) == []


def test_a_layer_of_another_class_is_not_used():
    right = "class A:\n    def f(self, x):\n        return self.norm(self.layer(x))\n"
    wrong = "class A:\n    def f(self, x):\n        return self.layer(x)\n"
    assert texts(wrong, right) == []


def test_right_solutions_are_the_reference_and_the_answers_in_other_styles():
    found = bank.right_texts(default_course().problem("backprop"))
    assert {each.name for each in found} >= {"", "loops.py"}
    assert {each.module for each in found} == {"backprop.py"}
