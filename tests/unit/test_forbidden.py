"""Uses of what has to be written alone are found under any alias, and nothing else is."""

from __future__ import annotations

import pytest

from autograder.course import Forbidden
from autograder.submission.forbidden import notes, search

RULES = Forbidden(
    imports=("scipy",), names=("torch.nn.MultiheadAttention", "torch.nn.Transformer*")
)


USES = [
    ("import scipy\nscipy.stats", "line 2 uses scipy.stats,"),
    ("import scipy.stats as s\ns.norm()", "line 2 uses scipy.stats.norm,"),
    ("from scipy import stats\nstats.norm", "line 2 uses scipy.stats.norm,"),
    ("def f():\n    import scipy.special as s\n    return s", "line 3 uses scipy.special,"),
    ("import torch\nx = torch.nn.MultiheadAttention(2, 1)", "line 2 uses torch.nn.Multihead"),
    ("from torch import nn\n\nnn.TransformerEncoderLayer", "line 3 uses torch.nn.Transformer"),
    ("import torch.nn as layers\nlayers.Transformer", "line 2 uses torch.nn.Transformer,"),
    ("from torch.nn import MultiheadAttention as M\nM()", "line 2 uses torch.nn.MultiheadAtt"),
    ("from torch import nn\ngetattr(nn, 'MultiheadAttention')", "line 2 uses torch.nn.Multi"),
    ("import importlib\nimportlib.import_module('scipy.linalg')", "line 2 uses scipy.linalg,"),
    ("__import__('scipy')", "line 1 uses scipy,"),
    ("import sys\nsys.modules['scipy']", "line 2 uses scipy,"),
    ("from scipy import *", "line 1 uses scipy,"),
    ("from torch.nn import *\nTransformer(8)", "line 2 uses torch.nn.Transformer,"),
    (
        "import scipy as s; t = s.special\ndef f(x):\n    return t.e(x)",
        "line 1 uses scipy.special,",
    ),
]


@pytest.mark.parametrize(("code", "use"), USES)
def test_a_forbidden_use_is_found(code, use):
    sentence = search({"work.py": code}, RULES).used
    assert sentence is not None
    assert sentence.startswith("work.py, " + use)


@pytest.mark.parametrize(
    "code",
    [
        "import scipyx\nscipyx.f()",
        "# import scipy",
        "text = 'import scipy'",
        "from torch import nn\nnn.Linear(2, 2)",
        "class MultiheadAttention: pass\nMultiheadAttention()",
        "from torch.nn import *\nclass MultiheadAttention(Module): pass\nMultiheadAttention()",
        "def broken(:",
    ],
)
def test_other_code_is_left_alone(code):
    found = search({"work.py": code}, RULES)
    assert (found.used, found.unused) == (None, ())


def test_an_import_that_nothing_uses_costs_nothing_and_is_said_once():
    code = "import numpy as np\nimport scipy.stats\ndef f(x):\n    return np.exp(x)\n"
    found = search({"work.py": code}, RULES, ["f"])
    assert found.used is None
    assert notes([found, found]) == [
        "work.py, line 2 imports scipy.stats, which is not allowed here. Nothing that is graded "
        "uses it, so it costs nothing; remove the import."
    ]


TWO = """
import scipy

def helper(x):
    return scipy.special.expit(x)

class Scaler:
    def scale(self, x):
        return helper(x)

def means(x):
    return x.mean()
"""
FREE = {
    "the file started itself": "if __name__ == '__main__':\n    print(scipy.special)\n",
    "a value that nothing reads": "device = scipy.device('cpu')\n",
    "a function that nothing calls": "def plot():\n    return scipy.plot()\n",
}
RUN = {
    "a call": "scipy.seed(0)\n",
    "an attribute": "means.__code__ = scipy.f\n",
    "a decorator": "@patch\ndef g():\n    return scipy.f\n",
    "a class body": "class A:\n    means.x = scipy.f\n",
    "an assigned call": "x = globals().update(means=scipy.f)\n",
    "a block": "if True:\n    means.f = scipy.f\n",
    "hidden access": "def f(x):\n    return 1\nfor f in [globals()]:\n    pass\n",
}


def test_a_use_counts_for_the_questions_whose_code_reaches_it():
    assert "line 5 uses scipy" in str(search({"work.py": TWO}, RULES, ["Scaler"]).used)
    assert search({"work.py": TWO}, RULES, ["means"]).used is None
    assert search({"work.py": TWO}, RULES, ["means", "not_defined"]).used is not None
    assert notes([search({"work.py": TWO}, RULES, [n]) for n in ("Scaler", "means")]) == []


@pytest.mark.parametrize("case", FREE)
def test_what_grading_never_runs_is_free(case):
    assert search({"work.py": TWO + FREE[case]}, RULES, ["means"]).used is None


@pytest.mark.parametrize("case", RUN)
def test_what_an_import_runs_counts_for_every_question(case):
    assert search({"work.py": TWO + RUN[case]}, RULES, ["means"]).used is not None


def test_a_file_of_ones_own_counts_whole():
    code = {"work.py": "import mine\ndef means(x):\n    return 1\n"}
    beside = {"mine.py": b"import scipy\ndef f():\n    return scipy.f\n"}
    assert str(search(code, RULES, ["means"], beside).used).startswith("mine.py, line 3 uses")


TAKEN = {
    "import mine": True,
    "import mine as m": True,
    "from mine import *": True,
    "from mine import s": True,
    "from mine import g": False,
}


@pytest.mark.parametrize("line", TAKEN)
def test_a_forbidden_module_cannot_be_taken_from_a_file_that_imports_it(line):
    code = {"work.py": f"{line}\ndef means(x):\n    return 1\n"}
    beside = {"mine.py": b"import scipy as s\ndef g():\n    return 1\n"}
    found = search(code, RULES, ["means"], beside)
    assert (found.used is not None) == TAKEN[line]
    if not TAKEN[line]:
        assert found.unused == (("mine.py", 1, "scipy"),)
