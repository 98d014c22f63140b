"""vanishing_gradients: the reference on several seeds, its script and its points."""

from __future__ import annotations

import importlib
import itertools
import subprocess
import sys

import numpy as np
import pytest
import torch

from autograder.course import default_course
from autograder.examine import testfiles

PROBLEM = default_course().problem("vanishing_gradients")
MODULES = ("vanishing_gradients", "drawings")


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch):
    """The reference module, gone again afterwards."""
    monkeypatch.syspath_prepend(str(PROBLEM.folder))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module("vanishing_gradients")
    for name in MODULES:
        sys.modules.pop(name, None)


def test_patterns_of_real_networks_say_where_autograd_finds_zeros(module):
    rng = np.random.default_rng(7)
    blocked = 0
    for _ in range(40):
        sizes = [2, *rng.integers(1, 4, 3), 1]
        weights = [rng.normal(size=(m, n)) for n, m in itertools.pairwise(sizes)]
        biases = [rng.normal(size=m) for m in sizes[1:]]
        x = rng.normal(size=2)
        tensors = [torch.from_numpy(weight).requires_grad_() for weight in weights]
        z = torch.from_numpy(x)
        for weight, bias in zip(tensors[:-1], biases[:-1], strict=True):
            z = torch.relu(weight @ z + torch.from_numpy(bias))
        error = ((tensors[-1] @ z + torch.from_numpy(biases[-1]) - 9) ** 2).sum() / 2
        gradients = torch.autograd.grad(error, tensors)
        found = module.zero_in_bipartite(module.pattern(x, weights, biases))
        for zero, gradient in zip(found, gradients, strict=True):
            np.testing.assert_array_equal(zero, (gradient == 0).numpy())
        blocked += bool(found[0].all())
    assert 0 < blocked < 40


def test_all_points_are_those_of_the_assignment():
    assert (
        sum(testfiles.load(q.test_file).points for q in PROBLEM.questions)
        + sum(written.points for written in PROBLEM.written)
        == 40
    )


def test_the_script_writes_its_figures(tmp_path):
    done = subprocess.run(
        [sys.executable, str(PROBLEM.folder / "vanishing_gradients.py"), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in tmp_path.glob("*.png")} == {
        "chain", "bipartite", "gradient_norms",
    }  # fmt: skip
    rows = [line for line in done.stdout.splitlines() if line.startswith("logistic")]
    assert all(float(row.split()[-1]) < 1e-4 for row in rows)


def test_the_drawings_of_the_handout_are_those_that_the_script_writes(module, tmp_path):
    sys.modules["drawings"].write_drawings(tmp_path)
    for name in ("chain.svg", "bipartite.svg"):
        drawn, kept = (folder / name for folder in (tmp_path, PROBLEM.folder))
        assert drawn.read_text().count("<path") == kept.read_text().count("<path")
        assert f"]({name})" in (PROBLEM.folder / "handout.md").read_text(encoding="utf-8")
