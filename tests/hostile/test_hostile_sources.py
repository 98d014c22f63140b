"""Source files that are no proper Python, or that are made to break who reads them."""

from __future__ import annotations

import sys

import pytest
from attacks import REFERENCE, on_import

from autograder.course import Forbidden
from autograder.kit.checking import uses
from autograder.submission.forbidden import search
from autograder.submission.source import SOURCE_LIMIT, student_source

AFFINE = REFERENCE["affine"]
TOO_HARD = "affine.py has a line or an expression too long for Python's parser; split it."
NO_SOURCE = {
    "a syntax error": (
        AFFINE.replace("x, w = cache", "x, w = = cache"),
        "affine.py, line 17 is not valid Python (invalid syntax): `x, w = = cache`",
    ),
    "wrong indentation": (
        AFFINE.replace("    x, w = cache", "  x, w = cache"),
        "affine.py, line 17 is not valid Python (unindent does not match",
    ),
    "null bytes": (AFFINE + "\0", "affine.py contains null bytes; save it as plain text."),
    "Latin-1": (
        AFFINE.encode() + b"# caf\xe9", "affine.py is not UTF-8 text; save it as UTF-8.",
    ),
    "UTF-16": (AFFINE.encode("utf-16"), "affine.py is not UTF-8 text; save it as UTF-8."),
    "a notebook": ('{"cells": []}\n{', "affine.py, line 2 is not valid Python ('{' was never"),
    "an unknown encoding": (
        "# coding: klingon\n" + AFFINE, "affine.py declares an encoding in its first lines;",
    ),
    "a megabyte": (AFFINE + "#" * 2**20, "affine.py is larger than 256 KB; hand in only source"),
    "deep parentheses": ("x = " + "(" * 5000, "(too many nested parentheses)"),
    "deep minuses": ("x = " + "-" * 30_000 + "1", TOO_HARD),
    "deep attributes": ("x = a" + ".a" * 15_000, TOO_HARD),
    "deep calls": ("x = f" + "()" * 15_000, TOO_HARD),
    "a long chain of additions": ("x = 1" + "+1" * 15_000, TOO_HARD),
    "a number of 10,000 digits": ("x = " + "9" * 10_000, "Exceeds the limit (4300 digits)"),
    # Read without limits, this one takes 4 GB of memory.
    "an import of a long path": ("import " + "a." * 65_000 + "a", TOO_HARD),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_SOURCE)
def test_what_is_no_source_gets_a_sentence_and_the_other_problem_its_points(name, attack):
    text, sentence = NO_SOURCE[name]
    run = attack(text, questions=("affine_forward", "affine_backward", "Gate"))
    for question in ("affine_forward", "affine_backward"):
        assert run.outcomes()[question] == "error"
        assert sentence in run.sentence(question)
    assert run.scores()["Gate"] == 5
    assert run.seconds < 8


def test_a_file_that_is_missing_is_not_attempted(attack, graded, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "attention.py").write_text(REFERENCE["attention"])
    run = graded(tmp_path / "work")
    assert run.outcomes()["affine_forward"] == "not_attempted"
    assert run.sentence("affine_forward") == (
        "affine.py is not in the submission; it contains attention.py."
    )
    assert run.scores()["Gate"] == 5


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "class Gate",
            "class gate",
            "There is no `Gate` in attention.py. Did you mean `gate`? Then rename it.",
        ),
        ("class Gate", "class Door", "There is no `Gate` in attention.py; add it or restore its"),
        ("class Gate(nn.Module):", "Gate = 3\nclass Other(nn.Module):", "but it is of type int"),
    ],
)
def test_a_wrong_name_is_pointed_out(old, new, sentence, attack):
    run = attack(attention=REFERENCE["attention"].replace(old, new))
    assert run.outcomes()["Gate"] in ("error", "failed")
    assert run.scores() == {"affine_forward": 3, "affine_backward": 2, "attention": 5, "Gate": 0}
    shown = [case["message"] + (case["detail"] or "") for case in run.question("Gate")["cases"]]
    assert sentence in shown[0]


def test_names_that_the_module_hides_or_floods_are_no_hint(attack):
    flood = "\n".join(
        ["import sys", "for i in range(3000): globals()['affine_forwar%d' % i] = 1",
         "globals()['affine_forwar\\n<b>'] = 1", "del affine_forward"]
    )  # fmt: skip
    run = attack(on_import(flood))
    assert run.sentence("affine_forward").startswith("There is no `affine_forward` in affine.py")


def test_a_warning_in_the_source_is_the_student_s_affair(attack, recwarn):
    run = attack(on_import("pattern = '\\d'\nassert pattern is not '\\d' or True"))
    assert run.result["score"] == 15
    assert not recwarn.list


TRICKS = {
    "a file of one's own": ("import helper", {"helper.py": "import torch"}, "helper.py, line 1"),
    "two files away": (
        "from tools.first import f",
        {"tools/__init__.py": "", "tools/first.py": "from . import second\nimport second\nf = 1",
         "second.py": "x = 1\nimport torch.nn"},
        "second.py, line 2",
    ),
    "a star": ("from torch import *", {}, "affine.py, line 22"),
    "the table of modules": ("import sys\nt = sys.modules['torch']", {}, "affine.py, line 23"),
    "the same, asked politely": ("import sys as s\nt = s.modules.get('torch')", {}, "line 23"),
    "by text": ("import importlib as i\nt = i.import_module('torch')", {}, "line 23"),
    "a file that cannot be read": (
        "import helper", {"helper.py": b"# coding: latin-1\nname = '\xe9'\nimport torch"},
        "helper.py is not UTF-8 text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_what_is_forbidden_is_found_behind(name, attack):
    code, beside, sentence = TRICKS[name]
    run = attack(on_import(code), beside=beside, questions=("affine_forward", "affine_backward"))
    assert run.outcomes()["affine_forward"] == "forbidden"
    assert sentence in run.sentence("affine_forward")
    assert run.scores()["affine_forward"] == run.scores()["affine_backward"] == 0


def test_an_encoding_cannot_hide_what_is_forbidden(attack):
    hidden = b"# coding: utf-7\n" + AFFINE.encode() + b"\n+AGkAbQBwAG8AcgB0ACAAdABvAHIAYwBo-\n"
    for raw in (hidden, b"\r" + hidden, hidden.replace(b"\n", b"\r\n")):
        run = attack(raw, questions=("affine_forward",))
        assert run.outcomes()["affine_forward"] == "error"
        assert "declares an encoding" in run.sentence("affine_forward")


def test_files_that_are_not_imported_may_use_what_they_like(attack):
    run = attack(
        on_import("import helper"), beside={"helper.py": "x = 1", "check.py": "import torch"}
    )
    assert run.result["score"] == 15


def repeated(line, head=""):
    """Return a quarter of the largest file; ``line`` makes line after line."""
    lines, size, number = [head], len(head), 0
    while (size := size + len(line(number))) < SOURCE_LIMIT // 4:
        lines.append(line(number))
        number += 1
    return "".join(lines)


COSTLY = {
    "long chains of attributes": repeated(lambda i: f"x = torch{'.a' * 900}\n", "import torch\n"),
    "a name that grows": repeated(lambda i: "x=x.b\n", "import torch as x\n"),
    "stars and names": repeated(lambda i: f"from m{i} import *\nn{i};k{i};o{i}\n"),
    "functions in a chain": repeated(lambda i: f"def f{i}():f{i + 1}\n", "import torch\n"),
    "many names": repeated(lambda i: f"torch.a{i}\n", "import torch\n"),
    "a long condition": repeated(lambda i: f"if a{'.a' * 900}:pass\n"),
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_file_makes_its_search_costly(name):
    """The work for a byte of the file is counted, for a clock depends on what else runs."""
    forbidden = Forbidden(names=[f"torch.nn.Layer{i}*" for i in range(30)])
    text = student_source("work.py", COSTLY[name].encode())
    found, calls = counted(lambda: search({"work.py": text}, forbidden, ["f0"]))
    assert found.used is None
    names = [name for piece in uses.pieces_of(text) for _, name in (*piece.imports, *piece.uses)]
    assert calls + sum(map(len, names)) < 200 * len(text)


def counted(function):
    """Return what ``function()`` returns, and how many functions of Python and C were called."""
    calls = 0

    def note(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        found = function()
    finally:
        sys.setprofile(None)
    return found, calls
