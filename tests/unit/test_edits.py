"""Small changes of a student's code: which ones are made, where, and in which order."""

from __future__ import annotations

import ast
import textwrap
import time

import pytest

from autograder.course import Edit as MistakeEdit
from autograder.course import Mistake
from autograder.diagnose.edits.code import Change, Code, combined, trimmed
from autograder.diagnose.edits.generate import edits
from autograder.diagnose.edits.neighbours import neighbours


def made(body: str, shapes: dict | None = None, mistakes=(), lines=range(1, 99)) -> list[str]:
    """Return the changed bodies of a function f(x, w, b, n) in the order in which they come."""
    code = code_of(body)
    every = edits({code.file: code}, {code.file: set(lines)}, shapes or {}, flat, mistakes)
    return [textwrap.dedent(code.changed(e.changes).split(":\n", 1)[1]).rstrip() for e in every]


def code_of(body: str) -> Code:
    inner = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return Code("m.py", f"import numpy as np\n\n\ndef f(x, w, b, n):\n{inner}\n")


def flat(file: str, start: int, end: int, statements: tuple[int, ...]) -> float:
    return 0.0


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("return x - w", "return x + w"),
        ("return x @ w / b @ n", "return x @ w + b @ n"),  # the chain is grouped anew
        ("return x * (w * b)", "return x * (w + b)"),
        ("return -x", "return x"),
        ("return x * w", "return x * (-w)"),
        ("return x.T @ w", "return x @ w"),
        ("return x @ w", "return x @ w.T"),
        ("return np.sum(x, axis=0)", "return np.sum(x, axis=1)"),
        ("return np.sum(x)", "return np.sum(x, axis=0)"),
        ("return x / x.sum(axis=1)", "return x / x.sum(axis=1, keepdims=True)"),
        ("return np.mean(x)", "return np.sum(x)"),
        ("return x[n]", "return x[n - 1]"),
        ("return x[3 - n] + w[0] * b[n]", "return x[3 - n] + w[0] * b[n] - b[n]"),
        ("y = x[-1]\nreturn w[0] + y", "y = x[-1]\nreturn w[0] * x[-1] + y"),
        ("return x[:n]", "return x[:n - 1]"),
        ("return x[1:]", "return x[:-1]"),
        ("return x[n, :]", "return x[n + 1, :]"),
        ("for t in range(n):\n    x[t] = 0", "for t in range(n - 1):\n    x[t] = 0"),
        ("for t in range(n):\n    x[t] = 0", "for t in reversed(range(n)):\n    x[t] = 0"),
        ("return x @ w", "return x @ b"),
        ("return np.dot(w, x)", "return np.dot(x, w)"),
        ("return np.pad(x, 1, w)", "return np.pad(x, w)"),
        ("return np.exp(x)", "return x"),
        ("return x", "return np.exp(x)"),
        ("return np.zeros(n)", "return np.ones(n)"),
        ("return x ** 3", "return x ** 2"),
        ("if x < n:\n    return b\nreturn w", "if x <= n:\n    return b\nreturn w"),
        ("if x:\n    return b\nreturn w", "if not x:\n    return b\nreturn w"),
        ("x = w\nb = x\nreturn b", "b = x\nx = w\nreturn b"),
        ("x = w\nreturn x", "x += w\nreturn x"),
        ("x += w\nreturn x", "x = w\nreturn x"),
        ("h = x\nreturn h", "h = x.copy()\nreturn h"),
        ("return x @ w + b + n", "return x @ w + b"),
        ("return x * w", "return x * w * w"),
        ("return x * w", "return x * (1 - w)"),
        ("return x", "return x * (1 - w ** 2)"),
        ("return x", "return x / len(w)"),
        ("return x * w", "return x * w[:, None]"),
        ("return x, w", "return w, x"),
        ("x *= 2\nfor t in n:\n    b = t\n    w += b\nreturn w",
         "x *= 2\nfor t in n:\n    b = t\nw += b\nreturn w"),
        ("d = x * w\nreturn b", "d = x * w\nb += d\nreturn b"),
        ("y = x[:n] - w[:n]\nreturn y", "y = x[:n - 1] - w[:n - 1]\nreturn y"),  # both places
        ("return x.T @ b / len(n), w / len(n)", "return x.T @ b, w"),
        ("return x.sum(axis=0) + w.max(axis=0)", "return x.sum(axis=1) + w.max(axis=1)"),
        ("return np.tanh(x + np.tanh(w))", "return x + np.tanh(np.tanh(w))"),
        ("return np.log(np.sum(x * w))", "return np.sum(x * np.log(w))"),
        ("return x * w * (1 - w)", "return x * (1 - w ** 2)"),
        ("return x * (1 - w ** 2)", "return x * w * (1 - w)"),
        ("return [x, w, b]", "return [w, b, x]"),
        ("return x * (w - b) * x", "return b * (w - x) * b"),
        ("x = w[0]\nb = n[0]\nreturn x, b", "x += w[0]\nb += n[0]\nreturn x, b"),
        ("for t in n:\n    x = w[t]\nreturn x", "for t in n:\n    x[t] = w[t]\nreturn x"),
        ("with np.errstate():\n    x = w\nreturn x", "if True:\n    x = w\nreturn x"),
        ("return x / 4", "return x // 4"),
        ("return x @ w.T", "return w @ x.T"),
        ("return x | w", "return x | (not w)"),
        ("return x and w", "return x and (not w)"),
        ("return x, None", "return x, w"),
        ("return x + np.log(w)", "return x + b"),
        ("return x, x", "return x, np.zeros_like(x)"),
        ("return x / w", "return (x @ b) / w"),  # nothing reads b
        ("return x + 0.1 * w * b", "return x + n * w * b"),  # nor n
    ],
)  # fmt: skip
def test_the_right_text_is_among_the_changes(wrong, right):
    shapes = {("f", "w"): (3, 3)}
    assert right in made(wrong, shapes)


def changed_module(text: str, lines=range(1, 99)) -> set[str]:
    code = Code("m.py", textwrap.dedent(text))
    every = edits({"m.py": code}, {"m.py": set(lines)}, {}, flat)
    return {code.changed(edit.changes) for edit in every}


LAYER = """
class Layer:
    def __init__(self, size, rate=0.1):
        self.q, self.k, self.v = make(size), make(size), make(size)
        self.drop = make({rate})
        self.norm = make(size)

    def forward(self, x, y):
        q, k, v = {three}
        return {out}
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"three": "self.q(x), self.q(y), self.q(y)"}, {}),  # copied, and nothing reads k and v
        ({"rate": "0.1"}, {}),  # the default of an argument
        ({"out": "self.norm(q @ k @ v)"}, {}),  # a layer that nothing calls
        ({"three": "self.q(x), self.k(y), self.k(y)"}, {}),
    ],
)
def test_a_layer_or_an_argument_that_nothing_reads_is_used(wrong, right):
    whole = {
        "three": "self.q(x), self.k(y), self.v(y)", "out": "self.norm(self.drop(q @ k @ v))",
        "rate": "rate",
    }  # fmt: skip
    assert LAYER.format(**whole | right) in changed_module(LAYER.format(**whole | wrong))


def test_the_same_is_done_to_every_call_of_one_function():
    text = "def f(x, w):\n    y = drop(norm(x + w))\n    return drop(norm(y + x))\n"
    both = "def f(x, w):\n    y = norm(x + drop(w))\n    return norm(y + drop(x))\n"
    assert both in changed_module(text)


def test_a_call_gets_the_arguments_that_it_leaves_out():
    text = "def g(x, w, b):\n    return x\n\n\ndef f(x, w, b):\n    return g(x) + w + b\n"
    assert text.replace("g(x) +", "g(x, w, b) +") in changed_module(text)


def test_two_edits_are_one_unless_they_touch():
    code = code_of("x = x - w\nreturn x * b")
    every = list(edits({"m.py": code}, {"m.py": {5, 6}}, {}, flat))
    one = next(edit for edit in every if edit.statements == (5,) and edit.kind == "operator")
    other = next(edit for edit in every if edit.statements == (6,) and edit.kind == "operator")
    both = combined(one, other)
    assert both is not None
    assert (both.statements, both.parts) == ((5, 6), ("operator", "operator"))
    assert "x + w" in code.changed(both.changes)
    assert "x + b" in code.changed(both.changes)
    assert combined(one, one) is None
    three = combined(both, next(e for e in every if e.kind == "transpose" and combined(both, e)))
    assert three is not None
    assert (three.kind, len(three.parts)) == ("several", 3)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n" + "".join(f"    a{i} = x\n" for i in range(700)) + "    return x\n",
        "def f(x):\n    return " + "+".join(["x"] * 900) + "\n",
        "def f(x):\n    return [" + ",".join(["x"] * 2_900) + "]\n",
        "class A:\n    def f(self):\n" + "".join(f"        self.a{i} = g(1)\n" for i in range(400)),
    ],
    ids=["names", "operators", "items", "attributes"],
)
def test_code_with_endless_possibilities_takes_no_longer_than_is_allowed(text):
    code, start = Code("m.py", text), time.thread_time()
    over = lambda: time.thread_time() > start + 0.3  # noqa: E731
    for _ in edits({"m.py": code}, {"m.py": set(range(1, 999))}, {}, flat, (), over):
        pass
    assert time.thread_time() - start < 1.5


def test_a_term_is_missing_inside_a_loop():
    shapes = {("f", "t"): (), ("f", "x"): (4, 3), ("f", "w"): (3, 3)}
    body = "for t in range(n):\n    b = w @ b\nreturn b"
    assert "for t in range(n):\n    b = w @ b + x[t]\nreturn b" in made(body, shapes)


@pytest.mark.parametrize(
    "body", ["return np.sum((x - w) * b[1:n], axis=0) / n", "x[n] = w\nreturn x"]
)
def test_changes_are_valid_all_different_and_come_in_one_order(body):
    found = made(body)
    assert found == made(body)
    assert len(set(found)) == len(found)
    assert body not in found
    for text in found:
        ast.parse(textwrap.indent(text, ""))


def test_cheap_changes_come_first_unless_the_place_says_otherwise():
    code = code_of("x = x - w\nreturn x * b")
    at = code.text.index("x * b")

    def weight(file: str, start: int, end: int, statements: tuple[int, ...]) -> float:
        return -9.0 if start >= at else 0.0

    every = list(edits({"m.py": code}, {"m.py": {5, 6}}, {}, weight))
    changed = [edit.changes[0].start >= at for edit in every]
    assert all(changed[: sum(changed)])


def test_only_lines_that_ran_are_changed():
    assert made("x = x - w\nreturn x * b", lines=[6])
    code = code_of("x = x - w\nreturn x * b")
    every = edits({"m.py": code}, {"m.py": {6}}, {}, flat)
    assert {edit.statements for edit in every} == {(6,)}
    assert made("return x", lines=[]) == []


def test_a_known_mistake_backwards_with_the_students_own_names():
    mistake = Mistake(
        name="m", title="t", explanation="e", block="f",
        edits=(MistakeEdit("da = dh * (1 - h**2)", "da = dh * (1 - h)"),),
    )  # fmt: skip
    found = made("g = x * (1 - w)\nreturn g", mistakes=[mistake])
    assert "g = x * (1 - w ** 2)\nreturn g" in found[:40]
    elsewhere = made("g = x * (1 - w) + b\nreturn g", mistakes=[mistake])
    assert len(elsewhere) == len(made("g = x * (1 - w) + b\nreturn g"))


def test_the_revision_is_the_changed_function_alone_and_keeps_its_lines():
    code = code_of("y = (x -\n     w)\nreturn y")
    edit = next(iter(edits({"m.py": code}, {"m.py": {5, 6}}, {}, flat)))
    ((_, first, text),) = code.revision(edit) or ()
    assert first == 4
    assert text.startswith("def f(x, w, b, n):")
    assert text.count("\n") == 3


def test_text_in_other_scripts_and_line_ends_keeps_its_positions():
    code = Code("m.py", "# höher\r\ndef f(x, ß):\r\n    return 'é', x - ß\r\n")
    every = edits({"m.py": code}, {"m.py": {3}}, {}, flat)
    found = {code.changed(edit.changes) for edit in every}
    assert "# höher\ndef f(x, ß):\n    return 'é', x + ß\n" in found


def test_a_change_is_trimmed_to_the_bytes_that_differ():
    raw = b"a * (b + c)"
    assert trimmed(raw, Change(0, 11, "a * (b - c)")) == (7, 8, "-")
    assert trimmed(raw, Change(0, 11, "a * (b + c)"))[2] == ""


LAYERS = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.first = nn.Linear(width, depth)
        self.last = nn.Linear(depth, 1)
        self.scale = 2.0

    def forward(self, x):
        return self.last(self.first(x).transpose(-2, -1)) * self.scale
"""


def test_nothing_is_computed_with_layers_or_the_sizes_that_they_are_made_from():
    code = Code("m.py", LAYERS)
    every = edits({"m.py": code}, {"m.py": set(range(1, 99))}, {}, flat)
    made = {line for e in every for line in code.changed(e.changes).splitlines()}
    junk = ("nn.Linear(width, depth).T", "-nn.Linear", "* self.first", "/ self.last", "width.T",
            "torch.exp(width)", "width.sum", "self.first +=", "(-2).detach", "0.5, -1")  # fmt: skip
    assert [line for line in made for text in junk if text in line] == []
    assert "        self.first = nn.Linear(depth, width)" in made
    assert "        return self.first(self.first(x).transpose(-2, -1)) * self.scale" in made
    assert "        return self.last(self.first(x).transpose(-2, -2)) * self.scale" in made


def test_an_accumulation_needs_a_value_from_before():
    assert "y += x" not in "\n".join(made("y = x\nreturn y"))
    assert "y = w\ny += x\nreturn y" in made("y = w\ny = x\nreturn y")
    assert "x += w\nreturn x" in made("x = w\nreturn x")


def test_beside_a_statement_is_what_makes_its_names_uses_them_calls_or_is_called():
    code = Code(
        "m.py",
        "def g(a):\n    b = 2 * a\n    return -b\n\n\n"
        "def f(x):\n    y = 3\n    z = g(x)\n    u = y + z\n    v = x\n    return u\n",
    )
    assert neighbours(code, [9]) == {7, 8, 11}
    assert neighbours(code, [8]) == {3, 9}
    assert neighbours(code, [3]) == {2, 8}


def test_nothing_is_stored_in_a_library():
    found = made("x.scale = w\nreturn x.scale")
    assert "w.scale = w\nreturn x.scale" in found
    assert "x.scale = w\nreturn np.scale" in found
    assert not [text for text in found if text.startswith("np.scale")]


def test_an_index_may_lack_another_whole_number():
    found = made("return x[3 - n]", {("f", "n"): (), ("f", "b"): ()})
    assert "return x[3 - n - b]" in found
