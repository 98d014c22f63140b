"""What is said of a repair: students read what is allowed, and no contradiction."""

from __future__ import annotations

import pytest

from autograder.course import RepairFeedback, default_course, load_mistakes
from autograder.diagnose import bank
from autograder.diagnose.edits.code import Change, Code, Edit
from autograder.diagnose.edits.generate import edits
from autograder.diagnose.replay import Found
from autograder.diagnose.search.found import Candidate, Search, candidate
from autograder.diagnose.search.words import _KINDS, told
from autograder.grade.repairs import repair_of

TEXT = "def delta_hidden(z, W):\n    a = z + W\n    return a\n"


def made(line: int = 2, mends: tuple[str, ...] = ()) -> Candidate:
    start = TEXT.index("+") if line == 2 else TEXT.index("a\n", 45)
    change = Change(start, start + 1, "-" if line == 2 else "z")
    edit = Edit("m.py", "operator", 1, (change,), line, (line,))
    return candidate(Code("m.py", TEXT), edit, mends)


def search(*found: Candidate) -> Search:
    return Search(found, 10, len(found), ("c",), False)


@pytest.fixture(scope="module")
def mistakes():
    found = load_mistakes(default_course().problem("backprop"))
    here = next(m for m in found if m.block == "delta_hidden")
    return here, next(m for m in found if m.block not in (None, "delta_hidden"))


@pytest.mark.parametrize(
    ("allowed", "sentence"),
    [
        ("nothing", None),
        ("function", "Your failed case comes right when `delta_hidden` alone is changed."),
        ("line", "Your failed case comes right when line 2 of m.py alone is changed; "
                 "look at `z + W`."),
        ("kind", "Your failed case comes right when line 2 of m.py alone is changed; "
                 "look at `z + W`. It is about an operator."),
    ],
)  # fmt: skip
def test_students_read_what_is_allowed(allowed: RepairFeedback, sentence):
    assert told(made(), 1, allowed) == sentence


def test_of_places_that_compete_students_read_nothing_and_staff_both():
    repair = repair_of(search(made(2), made(3)), {}, "kind")
    assert repair.told is None
    assert [each.lines for each in repair.candidates] == [[2], [3]]
    assert repair_of(search(made(2, ("other",)), made(3)), {}, "line").told is not None


@pytest.mark.parametrize(
    ("is_elsewhere", "explains", "is_told", "outweighs"),
    [
        (False, 2, True, False),  # mistake and repair agree on the function
        (True, 2, False, False),  # the mistake explains all failed cases
        (True, 1, True, True),  # the repair mends all, the mistake explains some
    ],
)
def test_a_repair_and_a_known_mistake_do_not_contradict_each_other(
    mistakes, is_elsewhere, explains, is_told, outweighs
):
    found = {"c": Found(mistakes[is_elsewhere], explains, 2)}
    repair = repair_of(search(made()), found, "line")
    assert (repair.told is not None, repair.outweighs) == (is_told, outweighs)
    assert len(repair.candidates) == 1


@pytest.mark.parametrize("name", ["rnn_layers", "encoder_layer", "simple_cnn"])
def test_every_kind_of_change_has_words(name):
    problem = default_course().problem(name)
    right: dict[str, list] = {}
    for each in bank.right_texts(problem):
        right.setdefault(each.module, []).append(each.tree)
    codes = {n: Code(n, t) for n, t in bank.reference(problem).items() if n in problem.modules}
    lines = {n: set(range(1, code.text.count("\n") + 1)) for n, code in codes.items()}
    stream = edits(codes, lines, {}, lambda *_: 0.0, load_mistakes(problem), right=right)
    kinds = {edit.kind for edit, _ in zip(stream, range(4_000), strict=False)}
    assert len(kinds) > 15
    assert kinds <= set(_KINDS)
