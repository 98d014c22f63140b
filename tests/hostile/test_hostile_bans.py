"""What is forbidden is not there in a worker, and nothing else is missing."""

from __future__ import annotations

import pytest
from attacks import REFERENCE, on_import

from autograder.course import Forbidden
from autograder.remote import proxies
from autograder.remote.bans import ban
from autograder.remote.endpoint import Isolation
from autograder.remote.exceptions import StudentError
from autograder.remote.worker_session import WorkerSession

NUMPY_ALONE = Forbidden(imports=("torch", "not_installed_here"))
NO_LAYER = Forbidden(names=("torch.nn.Transformer*", "torch.nn.functional._*", "torch.ops*"))


@pytest.fixture
def worker(grader, tmp_path, ground):
    """Return a function that imports code in a worker for which something is forbidden."""
    tmp_path.chmod(0o711)
    (tmp_path / "work").mkdir()
    started: list[WorkerSession] = []

    def start(code: str, forbidden: Forbidden) -> WorkerSession:
        (tmp_path / "work" / "work.py").write_text(code)
        made = grader.zygote.spawn(str(tmp_path / "work"), ban=ban(forbidden))
        started.append(WorkerSession(proxies.wrap, proxies.unwrap, worker=made))
        started[-1].allow(5, 20)
        started[-1].request("load", made.submission, ["work.py"])
        return started[-1]

    yield start
    for session in started:
        session.end()


def call(session: WorkerSession, *arguments: object) -> object:
    return session.request("call", session.request("get", "f"), list(arguments), {})


UNUSED = """
import torch.nn.functional as F
import not_installed_here
from torch import nn

def f(x: "torch.Tensor" = None, y: F.Tensor | None = None):
    return isinstance(x, nn.Module), 1
"""


def test_an_import_that_nothing_uses_breaks_nothing(worker):
    assert call(worker(UNUSED, NUMPY_ALONE)) == (False, 1)


@pytest.mark.parametrize(
    ("use", "name"),
    [
        ("torch.ones(2)", "torch.ones"),
        ("torch.nn.functional.softmax(1)", "torch.nn.functional.softmax"),
        ("[1 for _ in torch.x]", "torch.x"),
        ("torch.pi + 1", "torch.pi"),
        ("type('A', (torch.nn.Module,), {})", "torch.nn.Module"),
    ],
)
def test_a_use_raises_with_the_name(use, name, worker):
    session = worker(f"import torch\ndef f():\n    {use}", NUMPY_ALONE)
    with pytest.raises(StudentError) as caught:
        call(session)
    assert caught.value.raised.types[0] in ("ForbiddenUse", "TypeError")
    if use.startswith(("torch.ones", "torch.nn", "[1")):
        assert caught.value.raised.message == name


def test_a_class_is_refused_to_who_imported_it_before(worker):
    code = "from torch.nn import TransformerEncoder as T\ndef f():\n    T(None, 1)"
    with pytest.raises(StudentError) as caught:
        call(worker(code, NO_LAYER))
    assert caught.value.raised.types[0] == "ForbiddenUse"


def test_the_rest_of_the_library_works(worker):
    code = (
        "import torch\nfrom torch import nn\n"
        "def f():\n"
        "    net = nn.Sequential(nn.Linear(3, 3), nn.LayerNorm(3), nn.Softmax(dim=-1))\n"
        "    step = torch.optim.Adam(net.parameters())\n"
        "    net(torch.ones(2, 3)).sum().backward()\n"
        "    step.step()\n"
        "    return nn.functional.softmax(torch.zeros(2), dim=0).tolist()\n"
    )
    assert call(worker(code, NO_LAYER)) == [0.5, 0.5]


def test_other_workers_keep_what_one_may_not_use(worker, attack):
    session = worker("def f(): pass", NO_LAYER)
    call(session)
    session.end()
    text = REFERENCE["attention"] + "\n\nlayer = nn.TransformerEncoderLayer(4, 2)\n"
    assert attack(attention=text, questions=("Gate",)).scores()["Gate"] == 5


HIDDEN = "text = open(__import__('numpy').__file__.replace('numpy', 'tor' + 'ch')).read()"


def test_with_landlock_alone_the_package_cannot_be_read(grader, attack, monkeypatch):
    if grader.zygote.probe()["landlock"] is not None:
        pytest.skip(f"Landlock: {grader.zygote.probe()['landlock']}")
    layers = ("limits", "landlock", "seccomp")
    monkeypatch.setattr(grader.zygote, "isolation", Isolation("auto", layers))
    assert attack(questions=("affine_forward", "affine_backward")).result["score"] == 5
    run = attack(on_import(HIDDEN), questions=("affine_forward",))
    assert "PermissionError" in run.sentence("affine_forward")


def test_what_claims_to_be_a_forbidden_use_tells_students_nothing(attack):
    """The exception's text is the student's: only an entry of the question's list is shown."""
    fake = "class ForbiddenUse(Exception): pass\nraise ForbiddenUse('torch.' + repr(x))"
    run = attack(on_import(f"def affine_forward(x, w, b):\n    {fake.replace(chr(10), chr(10) + '    ')}"),
                 questions=("affine_forward",))  # fmt: skip
    assert run.outcomes()["affine_forward"] == "forbidden"
    assert "array" not in run.hidden_messages("affine_forward")
    assert "uses torch " in run.hidden_messages("affine_forward")
