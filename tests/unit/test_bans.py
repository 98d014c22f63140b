"""What the names that a question forbids mean for a worker."""

from __future__ import annotations

import os

from autograder.course import Forbidden
from autograder.remote.bans import ban
from autograder.wire import NO_BAN

ATTENTION = "torch.nn.functional.scaled_dot_product_attention"


def test_without_anything_forbidden_there_is_no_ban():
    assert ban(Forbidden()) == NO_BAN


def test_a_package_is_named_with_its_folder():
    found = ban(Forbidden(imports=("torch", "not_installed_here")))
    assert found.packages == ("torch", "not_installed_here")
    assert [os.path.basename(path) for path in found.paths] == ["torch"]


def test_a_function_that_is_an_operator_is_refused_in_the_dispatcher_too():
    found = ban(Forbidden(names=(ATTENTION,)))
    keys = {key for operator, key, _ in found.operators}
    assert {operator for operator, _, _ in found.operators} == {"scaled_dot_product_attention"}
    assert {"CompositeImplicitAutograd", "FuncTorchBatchedDecomposition"} <= keys
    assert {name for _, _, name in found.operators} == {ATTENTION}


def test_the_file_that_defines_it_is_hidden_but_never_that_of_a_package():
    found = ban(Forbidden(names=(ATTENTION, "torch.nn.Transformer*", "torch.nn.attention*")))
    parts = {path.partition("/torch/")[2] for path in found.paths}
    assert {"nn/functional.py", "nn/attention"} <= parts
    assert not any(part.endswith("__init__.py") for part in parts)


def test_a_pattern_for_all_that_is_private_is_for_the_scan_alone():
    """Torch's own softmax uses a private function of ``torch.nn.functional``."""
    assert ban(Forbidden(names=("torch.nn.functional._*", "torch._C*"))) == NO_BAN
