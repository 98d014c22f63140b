"""Repairs that only go round the faulty line give way to the one that repairs it."""

from __future__ import annotations

import pytest

from autograder.diagnose.edits.code import Change, Code, Edit
from autograder.diagnose.search.found import Candidate, candidate
from autograder.diagnose.search.plausible import most_plausible

TEXT = "def f(x, y):\n    a = x.sum(1)\n    b = a\n    return b\n"


def made(
    old: str, new: str, *lines: int, mends: tuple[str, ...] = (), text: str = TEXT
) -> Candidate:
    start = text.index(old)
    edit = Edit("m.py", "name", 1, (Change(start, start + len(old), new),), lines[0], lines)
    return candidate(Code("m.py", text), edit, mends)


def best(*found: Candidate, text: str = TEXT) -> list[tuple[int, ...]]:
    return [c.edit.statements for c in most_plausible(found, {"m.py": Code("m.py", text)})]


def test_the_line_that_is_gone_round_is_the_faulty_one():
    assert best(made("return b", "return x", 4), made("x.sum(1)", "x.sum(0)", 2)) == [(2,)]


def test_a_change_that_goes_round_is_kept_where_nothing_else_helps():
    assert best(made("return b", "return x", 4)) == [(4,)]
    helps = made("return b", "return x", 4, mends=("other",))
    assert best(helps, made("x.sum(1)", "x.sum(0)", 2)) == [(4,), (2,)]


def test_more_lines_are_outdone_by_some_of_them():
    one, both = made("x.sum(1)", "y.sum(1)", 2), made("x.sum(1)", "y.sum(1)", 2, 3)
    assert best(both, one) == [(2,)]


@pytest.mark.parametrize("order", [1, -1])
def test_what_takes_too_much_away_outdoes_what_makes_up_for_it(order):
    text = "def f(x):\n    a = x + 1\n    return (a + 1).T\n"
    found = made("(a + 1).T", "a + 1", 3, text=text), made("x + 1", "(x + 1).T", 2, text=text)
    assert best(*found[::order], text=text) == [(3,)]


def test_two_places_that_are_as_plausible_both_stay():
    text = "def f(x):\n    a = x + 1\n    return a + 2\n"
    found = made("x + 1", "x * 1", 2, text=text), made("a + 2", "a * 2", 3, text=text)
    assert best(*found, text=text) == [(2,), (3,)]
