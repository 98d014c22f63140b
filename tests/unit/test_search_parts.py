"""Parts of the search for the faulty line: evidence, order, progress, evasion, trials."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.diagnose.edits.code import Change, Code, Edit
from autograder.diagnose.search.evasion import evades
from autograder.diagnose.search.order import Evidence
from autograder.diagnose.search.progress import Progress
from autograder.diagnose.search.suspects import (
    differing,
    disturbances,
    has_no_number,
    joined,
    made_of_uses,
    raised_at,
)
from autograder.remote import proxies
from autograder.remote.exceptions import Alone, Raised
from autograder.remote.local_session import LocalSession, modules_restored
from autograder.remote.sessions import Record

RAISED = Raised(("ValueError", "Exception"), "no", ())


def record(value: object) -> Record:
    return Record("call", frozenset({"f"}), value)


def edit(start: int, *lines: int) -> Edit:
    return Edit("m.py", "sign", 1, (Change(start, start + 1, "-"),), lines[0], lines)


def zeros(*wrong: int) -> np.ndarray:
    made = np.zeros(4)
    made[list(wrong)] = 1.0
    return made


def test_what_makes_more_right_is_returned_first_and_once():
    right = [record((np.arange(4.0), np.ones(3)))]
    progress = Progress(right)
    progress.start([record((np.full(4, 9.0), np.full(3, 9.0)))])
    half, whole, case, nothing = (edit(i, i) for i in range(1, 5))
    progress.note(nothing, 0, [record((np.full(4, 9.0), np.full(3, 9.0)))])
    progress.note(half, 0, [record((np.array([0, 1, 9.0, 9.0]), np.full(3, 9.0)))])
    progress.note(case, 1, [])
    progress.note(whole, 0, [record((np.arange(4.0), np.full(3, 9.0)))])
    found = [progress.best() for _ in range(4)]
    assert [each and each[0] for each in found] == [case, whole, half, None]


def test_an_answer_is_better_than_an_exception_and_a_close_one_better_than_a_far_one():
    right = [record(np.array([[1.0, 2.0], [3.0, 4.0]]))]
    progress = Progress(right)
    progress.start([record(RAISED)])
    far, close = edit(1, 1), edit(2, 2)
    progress.note(far, 0, [record(np.array([[9.0, 9.0], [9.0, 9.0]]))])
    progress.note(close, 0, [record(np.array([[1.1, 2.1], [3.1, 4.1]]))])
    progress.note(edit(3, 3), 0, [record(RAISED)])
    found = [progress.best() for _ in range(3)]
    assert [each and each[0] for each in found] == [close, far, None]


@pytest.mark.parametrize("odd", [10**450, [10**450], np.array(["a"]), object(), 1e400, "x" * 9])
def test_a_value_that_no_check_could_use_is_wrong_and_no_more(odd):
    progress = Progress([record(np.ones(3))])
    progress.start([record(odd)])
    progress.note(edit(1, 1), 0, [record(odd)])
    assert progress.best() is None
    assert all(entries.all() for entries in differing([record(odd)], [record(1.0)]).values())


def test_a_second_change_must_gain_more_than_the_first():
    progress = Progress([record(np.arange(4.0))])
    progress.start([record(np.full(4, 9.0))])
    progress.note(edit(1, 1), 0, [record(np.array([0, 1, 9.0, 9.0]))], above=0.9)
    assert progress.best() is None


@pytest.mark.parametrize(
    ("found", "is_evasion"),
    [
        ([2.5], False),
        ([RAISED], True),  # it refuses, and the case takes that for an option left out
        ([["dot"]], True),
        ([["dot", "scaled"]], False),  # as the reference
        ([["dot", "other"]], False),  # as the unchanged code
        ([np.ones(3)], False),
    ],
)
def test_a_change_that_only_avoids_a_case_is_recognised(found, is_evasion):
    value = found[0]
    kind = type(value)
    right = {float: 1.0, list: ["dot", "scaled"], np.ndarray: np.zeros(3)}.get(kind, 1.0)
    own = {float: 2.0, list: ["dot", "other"], np.ndarray: np.ones(2)}.get(kind, 2.0)
    assert evades([record(value)], [record(right)], [record(own)]) is is_evasion


def test_values_of_one_statement_explain_together_what_none_explains_alone():
    wrong = differing([record((zeros(0, 1, 2, 3), zeros()))], [record((zeros(), zeros()))])
    first, second, harmless = (
        differing([record((zeros(*entries), other))], [record((zeros(), zeros()))])
        for entries, other in (((0, 1), zeros()), ((2, 3), zeros()), ((), zeros(0, 1, 2)))
    )
    assert joined([first], wrong) == pytest.approx(0.5)
    assert joined([first, second, harmless], wrong) == pytest.approx(1.0)
    assert joined([harmless], wrong) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.ones(3), False), (np.array([1.0, np.nan]), True), ((1.0, [np.inf]), True),
        (np.arange(3), False), ("nan", False), (RAISED, False), (10**450, False),
    ],
)  # fmt: skip
def test_answers_that_are_no_numbers_are_recognised(value, expected):
    assert has_no_number([record(value)]) is expected


def test_functions_that_are_asked_for_are_disturbed_first():
    code = Code("m.py", "def g(x):\n    return x\n\n\ndef f(x):\n    return g(x)\n")
    found = disturbances(code, frozenset({2, 6}), {"f"})
    assert found[0].line == 6
    assert {edit.line for edit in found} == {2, 6}


def test_a_value_that_looks_untouched_in_a_statement_that_matters_is_not_innocent():
    code = Code("m.py", "def f(x):\n    return x.argmax()\n\n\ndef g(x):\n    return x.argmax()\n")
    spots = {("m.py", *span): 0.0 for span in ((21, 31), (54, 64))}
    known = {("m.py", 2): 1.0, ("m.py", 6): 0.0}
    evidence = Evidence({"m.py": code}, set(), spots, known, {"f", "g"}, set())
    alive, dead = (evidence.weight("m.py", at, at + 3, (line,)) for at, line in ((21, 2), (54, 6)))
    assert alive < dead


def test_a_disturbance_is_no_shift_and_no_factor():
    code = Code("m.py", "def f(x):\n    return x\n")
    (made,) = disturbances(code, frozenset({2}))
    names: dict[str, object] = {}
    exec(code.changed(made.changes), names)
    found = names["f"](np.array([1.0, 2.0, 4.0]))  # type: ignore[operator]
    steps = np.diff(found) / np.array([1.0, 2.0])
    assert not np.isclose(steps[0], steps[1])


def test_a_layer_is_as_suspicious_as_the_lines_that_use_it():
    text = "class A:\n    def __init__(self):\n        self.a, self.b = 1, 2\n\n"
    code = Code("m.py", f"{text}    def f(self, x):\n        y = self.a * x\n        return y\n")
    known = {("m.py", 6): 0.8}
    made_of_uses(code, known)
    assert known == {("m.py", 6): 0.8, ("m.py", 3): 0.8}


def test_lines_that_are_wrong_together_come_before_one_that_explains_less():
    code = Code("m.py", "def f(x):\n    a = x\n    b = x\n    return a, b\n")
    evidence = Evidence(
        {"m.py": code}, set(), {}, {("m.py", 2): 0.5, ("m.py", 3): 0.5}, {"f"}, set()
    )
    both, one = (evidence.weight("m.py", 0, 1, lines) for lines in ((2, 3), (2,)))
    assert both < one
    raised = Evidence({"m.py": code}, {("m.py", 3)}, {}, {}, {"f"}, set())
    assert raised.weight("m.py", 0, 1, (3,)) < raised.weight("m.py", 0, 1, (2,))


def test_alone_a_case_gets_no_excuse(tmp_path: Path):
    (tmp_path / "work.py").write_text("def f(x):\n    return x\n")
    session = LocalSession(proxies.wrap, proxies.unwrap)
    with modules_restored():
        session.request("load", str(tmp_path), ["work.py"])
    session.is_alone = True
    with pytest.raises(Alone), session.unrecorded():
        pass
    session.is_alone = False
    with session.unrecorded():
        pass


def test_several_functions_are_revised_at_once(tmp_path: Path):
    (tmp_path / "work.py").write_text("def f(x):\n    return x\n\n\ndef g(x):\n    return f(x)\n")
    session = LocalSession(proxies.wrap, proxies.unwrap)
    revised = [
        ["work.py", 1, "def f(x):\n    return 2 * x\n"],
        ["work.py", 5, "def g(x):\n    return f(x) + 1\n"],
    ]
    with modules_restored():
        session.request("load", str(tmp_path), ["work.py"], *revised)
        assert session.get("g")(3) == 7
        session.request("load", str(tmp_path), ["work.py"])
        session._found.clear()
        assert session.get("g")(3) == 3


def test_an_exception_in_a_function_that_passes_comes_from_what_it_was_given():
    text = "def right(x):\n    return x @ x\n\n\ndef asked(x):\n    return right(x.T)\n"
    codes = {"m.py": Code("m.py", text)}
    frames = (("/s/m.py", 6, "asked"), ("/s/m.py", 2, "right"))
    records = [record(Raised(("ValueError", "Exception"), "no", frames))]
    assert raised_at(records, codes) == ("m.py", 2)
    assert raised_at(records, codes, {"right"}) == ("m.py", 6)
    assert raised_at(records, codes, {"right", "asked"}) == ("m.py", 2)
