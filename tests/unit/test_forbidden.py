"""Uses of what has to be written alone are found under any alias, and nothing else is."""

from __future__ import annotations

import pytest

from autograder.course import Forbidden
from autograder.submission.forbidden import find

RULES = Forbidden(
    imports=("scipy",), names=("torch.nn.MultiheadAttention", "torch.nn.Transformer*")
)


@pytest.mark.parametrize(
    ("code", "use"),
    [
        ("import scipy", "line 1 uses scipy,"),
        ("import scipy.stats as s", "line 1 uses scipy.stats,"),
        ("from scipy import stats", "line 1 uses scipy.stats,"),
        ("import torch\nx = torch.nn.MultiheadAttention(2, 1)", "line 2 uses torch.nn.Multihead"),
        ("from torch import nn\n\nnn.TransformerEncoderLayer", "line 3 uses torch.nn.Transformer"),
        ("import torch.nn as layers\nlayers.Transformer", "line 2 uses torch.nn.Transformer,"),
        ("from torch.nn import MultiheadAttention as M", "line 1 uses torch.nn.MultiheadAtt"),
        ("from torch import nn\ngetattr(nn, 'MultiheadAttention')", "line 2 uses torch.nn.Multi"),
        ("import importlib\nimportlib.import_module('scipy.linalg')", "line 2 uses scipy.linalg,"),
        ("__import__('scipy')", "line 1 uses scipy,"),
        ("from torch.nn import *\nTransformer(8)", "line 2 uses torch.nn.Transformer,"),
    ],
)
def test_a_forbidden_use_is_found(code, use):
    sentence = find({"work.py": code}, RULES)
    assert sentence is not None
    assert sentence.startswith("work.py, " + use)


@pytest.mark.parametrize(
    "code",
    [
        "import scipyx",
        "# import scipy",
        "text = 'import scipy'",
        "from torch import nn\nnn.Linear(2, 2)",
        "class MultiheadAttention: pass\nMultiheadAttention()",
        "from torch.nn import *\nclass MultiheadAttention(Module): pass\nMultiheadAttention()",
        "def broken(:",
    ],
)
def test_other_code_is_left_alone(code):
    assert find({"work.py": code}, RULES) is None
