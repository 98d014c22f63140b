"""A later function is judged with other functions in place of the student's own earlier ones."""

from __future__ import annotations

import types

import pytest

from autograder.remote import proxies
from autograder.remote.exceptions import StudentError
from autograder.remote.local_session import LocalSession, modules_restored
from checks import expect_own_or_replaced, replaced
from checks.guarded import guarded

SOURCE = """
class Base:
    def __init__(self):
        self.factor = 2

def earlier(x):
    raise ValueError("broken")

class Layer(Base):
    def ask(self, x):
        return self.factor * earlier(x)

def later(x):
    return earlier(x) + 1
"""


@pytest.fixture
def student():
    """Return a student's module as a case sees its names."""
    module = types.ModuleType("student")
    exec(SOURCE, vars(module))
    return types.SimpleNamespace(
        later=guarded(module.later), Layer=guarded(module.Layer), names=vars(module)
    )


def tripled(owner, factor=3):
    """Return a function in place of the earlier one, and one that the student does not have."""

    def earlier(x):
        return factor * x

    def unknown(x):
        return x

    return {"earlier": earlier, "unknown": unknown}


def test_only_names_that_the_module_has_are_replaced_and_put_back(student):
    before = dict(student.names)
    with replaced(student.later, tripled, 5):
        assert student.later(2) == 11
        assert student.Layer().ask(2) == 20
        assert "unknown" not in student.names
    assert student.names == before


def test_answers_of_replaced_functions_are_no_evidence(tmp_path):
    (tmp_path / "student.py").write_text(SOURCE)
    session = LocalSession(proxies.wrap, proxies.unwrap)
    with modules_restored():
        session.request("load", str(tmp_path), ["student.py"])
    later = session.get("later")
    with pytest.raises(StudentError):
        later(2)
    own = list(session.records)
    with replaced(later, tripled):
        assert later(2) == 7
    assert session.records == own


def test_a_class_is_judged_with_other_functions_too(student):
    with replaced(student.Layer, tripled):
        assert student.Layer().ask(2) == 12
    with pytest.raises(ValueError, match="broken"):
        student.Layer().ask(2)


def test_the_own_functions_are_back_after_a_failure(student):
    before = dict(student.names)
    with pytest.raises(ZeroDivisionError), replaced(student.later, tripled):
        student.later(1 / 0)
    assert student.names == before


@pytest.mark.parametrize("name", ["later", "Layer"])
def test_blocks_may_be_nested(student, name):
    before, owner = dict(student.names), getattr(student, name)
    with replaced(owner, tripled, 5):
        with replaced(owner, tripled, 7):
            assert student.later(2) == 15
        assert student.later(2) == 11
    assert student.names == before


def test_what_works_by_itself_is_not_judged_again(student):
    calls = []
    expect_own_or_replaced(lambda: calls.append(1), student.later, tripled)
    assert calls == [1]


def check(student, wanted):
    assert student.later(2) == wanted, "the result is wrong"


def test_an_error_of_the_later_function_is_found_with_right_earlier_ones(student):
    expect_own_or_replaced(lambda: check(student, 11), student.later, tripled, [(3,), (5,)])
    with pytest.raises(ValueError, match="broken"):  # the first failure is the student's own
        expect_own_or_replaced(lambda: check(student, 12), student.later, tripled, [(3,), (5,)])


def test_where_nothing_can_be_replaced_the_check_fails(student):
    def nothing(owner):
        return {"unknown": owner}

    with pytest.raises(ValueError, match="broken"):
        expect_own_or_replaced(lambda: check(student, 7), student.later, nothing)
