"""Answers that only look right, and libraries bent from inside: no points for either."""

from __future__ import annotations

import pytest
from attacks import REFERENCE, in_call, on_import

FORWARD = ("affine_forward",)
AFFINE = ("affine_forward", "affine_backward")
LIAR = """
class Liar:
    shape, ndim, size, dtype = (3, 2), 2, 6, np.dtype(float)
    __array_interface__ = np.zeros((3, 2)).__array_interface__
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __array__(self, *_, **__): return np.zeros((3, 2))
    def __array_ufunc__(self, *_, **__): return np.array(True)
    def __array_function__(self, *_, **__): return True
    def __torch_function__(self, *_, **__): return True
    def __bool__(self): return True
    def __len__(self): return 3
    def __iter__(self): return iter([[0, 0]] * 3)
    def __getitem__(self, _): return 0
    def __float__(self): return 0.0
    def __sub__(self, _): return 0.0
    __rsub__ = __abs__ = __sub__
    def __getattr__(self, name): return self
    def __call__(self, *_, **__): return self
    def __hash__(self): return 0
    def __reduce__(self): return (print, ("unpickled",))
"""
LIES = {
    "an object that agrees with everything": ("Liar(), 1", "of type Liar"),
    "its class": ("Liar, 1", "of type type"),
    "a list of them": ("[[Liar(), Liar()]] * 3, 1", "an entry of out should hold numbers"),
    "an array of objects": ("np.full((3, 2), None), 1", "of type ndarray of dtype object"),
    "a kind of array": ("Array(np.zeros((3, 2))), 1", "of type Array"),
    "a masked array": ("np.ma.masked_all((3, 2)), 1", "of type MaskedArray"),
    "a kind of float": ("Float(3), 1", "of type Float"),
    "a kind of list": ("List([[0, 0]] * 3), 1", "of type List"),
    "a kind of tuple": ("Pair((np.zeros((3, 2)), 1))", "plain data"),
    "a kind of string": ("Text('x'), 1", "of type Text"),
    "a generator": ("(row for row in np.zeros((3, 2))), 1", "of type generator"),
    "a function": ("(lambda: 1), 1", "of type function"),
    "nothing": ("None", "TypeError: cannot unpack non-iterable NoneType"),
    "zeros": ("np.zeros((3, 2)), 1", "the largest error"),
    "not a number": ("np.full((3, 2), np.nan), 1", "6 of 6 entries that are NaN or infinite"),
    "infinity": ("np.full((3, 2), np.inf), 1", "NaN or infinite"),
    "truth": ("np.ones((3, 2), bool), 1", "the largest error"),
    "text that is a number": ("[['0', '0']] * 3, 1", "out should hold numbers"),
    "rows of different length": ("[[1], [1, 2], []], 1", "out is a ragged list"),
    "an empty array": ("np.zeros((0, 2)), 1", "out has shape (0, 2)"),
    "one number for all": ("np.float64(0), 1", "out has shape ()"),
    "a huge array": ("np.zeros((1 << 23,)), 1", "out has shape (8388608,)"),
}
KINDS = """
class Array(np.ndarray):
    def __new__(cls, data): return np.asarray(data).view(cls)
    def __array_ufunc__(self, *_, **__): return np.array(True)
    def tobytes(self, *_): return b""
class Float(float):
    def __sub__(self, _): return 0.0
class List(list):
    def __iter__(self): return iter([])
    def __len__(self): return 3
class Pair(tuple):
    def __eq__(self, _): return True
class Text(str):
    def __eq__(self, _): return True
    __hash__ = str.__hash__
"""


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_seen_through(name, attack):
    expression, detail = LIES[name]
    code = in_call(f"return {expression}", "affine_forward") + LIAR + KINDS
    run = attack(code, questions=FORWARD)
    hidden = run.question("affine_forward")["cases"][1]
    assert hidden["outcome"] == "failed"
    assert detail in hidden["detail"]
    assert run.scores()["affine_forward"] <= 1  # one public case looks at the shape alone
    assert "unpickled" not in run.question("affine_forward")["output"]


TOO_MUCH = {
    "100 MB": ("np.zeros(100 << 17), 1", "a value takes more than 64 MiB"),
    "a million parts": ("[0] * 10**6, 1", "has too many parts"),
    "a list in itself": ("endless(), 1", "nested too deeply"),
    "10,000 objects": ("[object() for _ in range(10000)], 1", "that are not plain data"),
    "a number of 100,000 digits": ("10**100000, 1", "binary digits"),
    "a text of 20 MB": ("'x' * (20 << 20), 1", "a value takes more than 64 MiB"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_is_said(name, attack):
    expression, sentence = TOO_MUCH[name]
    helper = "\ndef endless():\n    found = []\n    found.append(found)\n    return found\n"
    run = attack(in_call(f"return {expression}", "affine_forward") + helper, questions=FORWARD)
    assert run.outcomes()["affine_forward"] == "error"
    told = run.sentence("affine_forward")
    assert told.startswith("The grader cannot read the value that your code returned: ")
    assert sentence in told


def test_a_cache_of_any_kind_may_pass_through(attack):
    """What a test only hands back need not be plain data."""
    text = REFERENCE["affine"].replace(
        "return out, (x, w)",
        "return out, {object(): x, 'w': w, frozenset('a'): 1, np.int64(3): {np.float64(1): 2}}",
    ).replace(
        "x, w = cache", "x = next(v for k, v in cache.items() if type(k) is object)\n    w = cache['w']"
    )  # fmt: skip
    assert attack(text, questions=AFFINE).result["score"] == 5


BENT = {
    "numpy's comparisons": (
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None\n"
        "np.abs = lambda *a, **k: np.zeros(())\n"
    ),
    "the assertion": "import builtins\nbuiltins.AssertionError = KeyError\n",
    "the wire's encoder": (
        "from autograder.wire import values\n"
        "values.Encoder.encode = lambda self, value, depth=0: ['t', ['l', ['l', 0, 0]] * 1, 1]\n"
    ),
    "the wire's decoder": (
        "from autograder.wire import values\n"
        "values.Decoder.decode = lambda self, tree, depth=0: [lambda *a: (0, 0), [], {}]\n"
    ),
    "msgpack": "import msgpack\nmsgpack.packb = lambda *a, **k: b'\\x90'\n",
    "the objects' answers": (
        "from autograder.wire.objects import Objects\n"
        "Objects._do_call = lambda *a: (np.zeros((3, 2)), 1)\n"
    ),
    "the limits": (
        "from autograder import wire\nfrom autograder.wire import frames, values\n"
        "values.NODE_LIMIT = values.DEPTH_LIMIT = 10**9\n"
        "frames.LIMITS = wire.FrameLimits(2**40, 2**40)\n"
        "def affine_forward(x, w, b): return np.zeros(9 << 20), 1\n"
    ),
    "the seeds": "import random\nrandom.seed = np.random.seed = lambda *a: None\n",
    "exit": "import os\nos._exit = lambda *a: None\n",
}


@pytest.mark.parametrize("name", BENT)
def test_a_bent_library_does_not_help_a_wrong_answer(name, attack):
    run = attack(
        in_call("return np.zeros((3, 2)), 1", "affine_forward") + "\n" + BENT[name],
        questions=AFFINE,
    )
    assert run.question("affine_forward")["cases"][1]["outcome"] in ("failed", "error")
    assert run.scores()["affine_forward"] <= 1
    assert run.scores()["affine_backward"] == 0


def test_the_examiner_s_libraries_stay_straight(attack):
    attack(on_import(BENT["numpy's comparisons"]))
    wrong = attack(in_call("return np.zeros((3, 2)), 1", "affine_forward"), questions=FORWARD)
    assert wrong.scores()["affine_forward"] <= 1
    assert attack().result["score"] == 15


TENSORS = {
    "zeros": "torch.zeros_like(q)",
    "a tensor with a torch function": "Tensor(q)",
    "a parameter": "nn.Parameter(torch.zeros_like(q))",
    "a sparse tensor": "torch.zeros_like(q).to_sparse()",
    "a tensor without data": "torch.zeros_like(q, device='meta')",
    "a module": "nn.Linear(2, 2)",
    "numbers": "q.tolist()",
    "an array": "q.detach().numpy()",
    "nothing": "None",
    "a view into itself": "torch.zeros(1).expand(q.shape)",
    "another dtype": "torch.zeros_like(q).to(torch.complex64)",
    "quantized": "torch.quantize_per_tensor(q.detach().float(), 0.1, 0, torch.qint8)",
}


@pytest.mark.parametrize("name", TENSORS)
def test_a_wrong_tensor_does_not_match(name, attack):
    text = REFERENCE["attention"].replace(
        "    scores =", f"    return {TENSORS[name]}\n    scores ="
    )
    text += """

class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_, **__): return True
    def __new__(cls, data): return torch.Tensor._make_subclass(cls, data.detach())
"""
    run = attack(attention=text, questions=("attention",))
    matches = run.question("attention")["cases"][1]
    assert matches["outcome"] in ("failed", "error")
    assert matches["points"] == 0


GATES = {
    "parameters that are no tensors": (
        "def named_parameters(self, *a, **k): return iter([('w', Fake()), ('b', 3)])",
        "class Fake:\n    def detach(self): return self",
    ),
    "parameters without an end": (
        "def named_parameters(self, *a, **k):\n        while True: yield 'w', torch.zeros(1)", "",
    ),
    "names that are no names": (
        "def named_parameters(self, *a, **k): return iter([(3, torch.ones(1)), ((), 1)])", "",
    ),
    "a forward that detaches": ("def __call__(self, x): return x.detach() * 0.5", ""),
    "a gradient of another shape": (
        "def __call__(self, x): return Bad.apply(x, *self.linear.parameters())",
        "class Bad(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x, w, b): "
        "return x * 1\n    @staticmethod\n    def backward(ctx, g): return g, g, g",
    ),
    "torch's gradients bent": (
        "pass", "torch.autograd.grad = lambda outputs, inputs, *a, **k: ['x' for _ in inputs]",
    ),
    "torch's gradients too few": ("pass", "torch.autograd.grad = lambda *a, **k: []"),
    "gradients of ones": (
        "pass",
        "torch.autograd.grad = lambda o, inputs, *a, **k: [torch.ones_like(i) for i in inputs]",
    ),
    "gradients of another shape": (
        "pass", "torch.autograd.grad = lambda o, inputs, *a, **k: [torch.ones(7) for i in inputs]",
    ),
}  # fmt: skip


LONG = {"parameters without an end": pytest.mark.slow}  # until the time or the memory is used up


@pytest.mark.parametrize("name", [pytest.param(n, marks=LONG.get(n, ())) for n in GATES])
def test_a_lying_module_earns_no_gradient_points(name, attack):
    method, code = GATES[name]
    run = attack(
        attention=REFERENCE["attention"] + f"\n    {method}\n\n\n{code}\n", questions=("Gate",)
    )
    gradients = run.question("Gate")["cases"][1]
    assert gradients["outcome"] in ("failed", "error", "timeout")
    assert gradients["points"] == 0


def test_two_unequal_objects_are_no_difference(grader, tmp_path, short_course):
    """``assert first != second`` on a student's objects must not pass."""
    from autograder.remote import proxies
    from autograder.remote.local_session import LocalSession

    (tmp_path / "work.py").write_text("import torch\ndef make(): return object()\n"
                                      "def net(): return torch.nn.Linear(1, 1)\n")  # fmt: skip
    session = LocalSession(proxies.wrap, proxies.unwrap)
    session.request("load", str(tmp_path), ["work.py"])
    for name in ("make", "net"):
        make = session.request("get", name)
        first, second = make(), make()
        for claim in (lambda: first != second, lambda: first == second, lambda: bool(first)):  # noqa: B023
            with pytest.raises(AssertionError, match="plain data"):
                claim()
        assert len({first, second}) == 2
