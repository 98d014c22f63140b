"""What a grading process imports before it can grade, and that nothing depends on the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from autograder.course import default_course
from autograder.examine import testfiles
from autograder.remote import proxies
from autograder.remote.worker_session import WorkerSession
from autograder.remote.workers import Zygote

ROOT = Path(__file__).parents[2]
KINDS = "autograder.grade.opening", "autograder.run", "autograder.worker.zygote"


def python(code: str) -> str:
    """Return what ``code`` prints in a new process."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", KINDS)
def test_no_process_imports_otter_or_torch_to_start(module: str) -> None:
    heavy = "{'otter', 'torch', 'nbformat'}"
    assert python(f"import sys, {module}; print({heavy} & {{*sys.modules}})") == "set()\n"


def test_an_examiner_of_a_problem_in_numpy_alone_has_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from autograder.grade.opening import open_judge; from autograder.grade.settings import "
        "Settings\n"
        "course = Path('tests/courses/small')\n"
        "judge = open_judge(Settings(course, 'affine', 1, 'none'))\n"
        "grader = judge.grader\n"
        "result = grader.grade(course / 'solutions/affine/affine.py', Path(sys.argv[1]))\n"
        "judge.close()\n"
        "print(result['score'] == result['max_score'], 'torch' in sys.modules)"
    )
    assert python(f"import sys, tempfile; sys.argv = ['', tempfile.mkdtemp()]\n{code}") == (
        "True False\n"
    )


@pytest.mark.parametrize("name", default_course().problem_names())
def test_cases_are_the_ones_that_otter_reads(name: str) -> None:
    for question in default_course().problem(name).questions:
        ours, otters = testfiles.load(question.test_file), testfiles.parse(question.test_file)
        assert otters.name == question.name
        assert ours.all_or_nothing == otters.all_or_nothing
        assert [
            (case.function.__code__, case.points, case.hidden, case.failure_message)
            for case in ours.cases
        ] == [
            (case.body.test_func.__code__, case.points, case.hidden, case.failure_message)
            for case in otters.test_cases
        ]


TRAINING = """
import sys, torch
from autograder.warm.compiler import put_off_compiler
put_off_compiler()
layer = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(layer.parameters())
torch.optim.lr_scheduler.StepLR(optimizer, 1)
layer(torch.ones(3, 2)).backward(torch.ones(3, 1))
torch.autograd.grad(layer(torch.ones(3, 2)), layer.weight, torch.ones(3, 1))
try:
    layer(torch.ones(3, 2)).backward(torch.ones(2, 1))
except RuntimeError as error:
    assert "Mismatch in shape" in str(error), error
else:
    raise AssertionError("a gradient of another shape was taken")
optimizer.step()
optimizer.zero_grad()
optimizer.load_state_dict(optimizer.state_dict())
import torchvision
print("torch._dynamo.symbolic_convert" in sys.modules or "sympy" in sys.modules)
"""


USES = {
    "compiled": "print(torch.compile(lambda x: 2 * x, backend='eager')(torch.ones(1)).item())",
    "module": "import torch._dynamo.config as c; print(2.0 if c.cache_size_limit else 0)",
    "shapes": "import torch.fx.experimental.symbolic_shapes as s; print(2.0 if s.ShapeEnv() else 0)"
    "; torch._dynamo.reset",
    "unknown": "import importlib.util as u; print(2.0 if u.find_spec('torch._dynamo.no') is None "
    "else 0)",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_the_compiler_is_imported_when_it_is_used_and_not_before(use: str) -> None:
    asked = (
        "\nwrapped = torch.optim.Optimizer.zero_grad.__wrapped__\nassert vars(wrapped)\n"
        f"{use}\nassert not vars(wrapped), 'the compiler must see it'\n"
        "names = 'torch._dynamo', 'torch._dynamo.utils'\n"
        "assert all(sys.modules[name].__spec__.origin for name in names)\n"
        "assert torch._dynamo is sys.modules['torch._dynamo']\n"
        "assert sys.modules['torch.fx.experimental.symbolic_shapes'].__spec__.origin\n"
    )
    assert python(TRAINING + asked) == "False\n2.0\n"


COMPILED = """
import torch

def doubled(x):
    return torch.compile(lambda value: 2 * value, backend="eager")(x)
"""


def test_a_confined_worker_can_still_import_the_compiler(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "compiled.py").write_text(COMPILED)
    with Zygote(["torch"]) as zygote:
        session = WorkerSession(proxies.wrap, proxies.unwrap, worker=zygote.spawn(str(tmp_path)))
        session.allow(60, 120)
        session.request("load", session.worker.submission, ["compiled.py"])
        assert session.get("doubled")(torch.ones(1)).item() == 2
        session.end()
