"""Stand-ins behave like the objects they stand for, and answer no more than that."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.remote import proxies
from autograder.remote.exceptions import StudentError
from autograder.remote.local_session import LocalSession
from checks import run_beside

SOURCE = """
import numpy as np
import torch
from torch import nn

def scale(x, factor=2):
    return factor * x

def detached(x):
    return x.detach() * 2

def pair(x):
    return {"twice": 2 * x, "indices": torch.arange(3)}, [x.sum()]

def change(x):
    x[0] = 100
    return x

class Liar:
    shape = (2, 3)
    def __eq__(self, other):
        return True

def liar():
    return Liar()

class Counter:
    def __init__(self):
        self.count = 0
    def add(self, n):
        self.count += n
        return self.count

class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, 2)
        self.drop = nn.Dropout(0.5)
    def forward(self, x):
        return self.drop(self.linear(x))

def fail(x):
    raise ValueError("too small")
"""


@pytest.fixture
def get(tmp_path):
    (tmp_path / "student_work.py").write_text(SOURCE)
    session = LocalSession(proxies.wrap, proxies.unwrap)
    session.request("load", str(tmp_path), ["student_work.py"])
    return lambda name: session.request("get", name)


def test_plain_values_come_back_as_values(get):
    assert get("scale")(4, factor=3) == 12
    array = get("scale")(np.arange(3.0))
    assert type(array) is np.ndarray
    np.testing.assert_array_equal(array, [0, 2, 4])


def test_arguments_are_copied(get):
    x = np.zeros(2)
    assert get("change")(x)[0] == 100
    assert x[0] == 0


def test_gradients_flow_through_a_call_as_often_as_asked(get):
    x = torch.randn(3, dtype=torch.float64, requires_grad=True)
    out = get("scale")(x)
    for _ in range(3):
        (gradient,) = torch.autograd.grad(out.sum(), x, retain_graph=True)
        assert torch.equal(gradient, torch.full_like(x, 2))
    assert torch.autograd.gradcheck(get("scale"), x)


def test_nested_results_keep_their_structure_and_gradients(get):
    x = torch.randn(3, requires_grad=True)
    named, (total,) = get("pair")(x)
    (named["twice"].sum() + total).backward()
    assert torch.equal(x.grad, torch.full_like(x, 3))
    assert not named["indices"].requires_grad


def test_a_detached_result_has_no_gradient(get):
    assert not get("detached")(torch.randn(3, requires_grad=True)).requires_grad


def test_an_object_cannot_answer_for_an_array(get):
    liar = get("liar")()
    with pytest.raises(AssertionError, match=r"plain data .* was expected"):
        _ = liar.shape
    for claim in (lambda: liar != 3, lambda: liar == 3, lambda: not liar, lambda: float(liar)):
        with pytest.raises(AssertionError, match="an object of type Liar"):
            claim()


def test_an_instance_made_by_the_test_answers_methods(get):
    counter = get("Counter")()
    assert counter.add(2) == 2
    assert counter.count == 2


def test_a_module_follows_its_local_parameters(get):
    net = get("Net")(3).eval()
    assert net.training is False
    parameters = dict(net.named_parameters())
    x = torch.randn(4, 3)
    net(x).sum().backward()
    assert torch.allclose(parameters["linear.bias"].grad, torch.full((2,), 4.0))
    torch.optim.SGD(net.parameters(), lr=1.0).step()
    expected = x @ parameters["linear.weight"].T + parameters["linear.bias"]
    assert torch.allclose(net(x), expected)
    assert torch.equal(net.state_dict()["linear.bias"], parameters["linear.bias"].detach())


def test_a_module_takes_over_a_state(get):
    net = get("Net")(3).eval()
    state = {key: torch.ones_like(value) for key, value in net.state_dict().items()}
    net.load_state_dict(state)
    assert torch.equal(net(torch.ones(1, 3)), torch.full((1, 2), 4.0))
    with pytest.raises(RuntimeError, match="size mismatch"):
        net.load_state_dict({key: value[:1] for key, value in state.items()})


def test_exceptions_keep_their_builtin_type_and_place(get):
    with pytest.raises(ValueError, match="too small") as caught:
        get("fail")(1)
    assert isinstance(caught.value, StudentError)
    assert caught.value.raised.frames[-1][1:] == (43, "fail")


def double_beside(scale, x):
    import numpy

    return numpy.asarray(scale(scale(x)))


def test_a_helper_runs_beside_the_students_code(get):
    assert run_beside(double_beside, get("scale"), 3) == 12
    assert run_beside(double_beside, lambda x: x + 1, 3) == 5


def test_only_plain_data_and_own_objects_cross(get):
    with pytest.raises(TypeError, match="only plain data"):
        get("scale")(object())
