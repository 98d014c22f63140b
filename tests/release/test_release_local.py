"""Comfort of the local check: `--watch`, long output cut, shapes in the letters of a docstring."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from test_release_check import MEANS_HOLE, check, solve

from checking.shapes import in_letters, plain_error

STEP = '''
import numpy as np
import torch

def step(x, h, W, b):
    """Compute a step.

    Args:
        x: the input,
            of shape `(N, D)`.
        h: the state, of shape `(N, H)`.
        W: weights, of shape `(D, H)`.
        b: biases, of shape `(H,)`.
    """
    BODY
'''


def sentence(tmp_path: Path, body: str, sizes: tuple[int, int, int] = (3, 4, 5)) -> str | None:
    path = tmp_path / "step.py"
    path.write_text(STEP.replace("BODY", body))
    spec = importlib.util.spec_from_file_location("step", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    n, d, h = sizes
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any error of numpy
        module.step(np.ones((n, d)), np.ones((n, h)), np.ones((d, h)), np.ones(h))
    return in_letters(caught.value, {str(path): None})


SAID = {
    "x + h": "Here N = 3, D = 4, H = 5: the shapes are (N, D) and (N, H).",
    "x.dot(h)": "Here N = 3, D = 4, H = 5: the shapes are (N, D) and (N, H).",
    "x + b": "Here N = 3, D = 4, H = 5: the shapes are (N, D) and (H,).",
    "W @ x": "Here N = 3, D = 4, H = 5: N is different from H.",
    "x.T @ h.T": "Here N = 3, D = 4, H = 5: H is different from N.",
    "torch.add(*map(torch.from_numpy, (x, h)))": "Here N = 3, D = 4, H = 5: D is different from H.",
    "torch.from_numpy(h) @ torch.from_numpy(W)": "Here N = 3, D = 4, H = 5: H is different from D.",
    "torch.nn.functional.cross_entropy(torch.ones(3, 4), torch.zeros(5).long())": (
        "Here N = 3, D = 4, H = 5: N is different from H."
    ),
    "torch.ones(4).expand(3, 5)": "Here N = 3, D = 4, H = 5: H is different from D.",
    "np.ones((7, 2)) + x": "Here N = 3, D = 4, H = 5.",  # 7 and 2 have no letter
    "raise ValueError('no')": None,
    "raise KeyError('(3,4)')": None,
}


@pytest.mark.parametrize("body", SAID)
def test_shapes_are_said_in_letters(body: str, tmp_path: Path) -> None:
    assert sentence(tmp_path, body) == SAID[body]


def test_numpy_s_product_is_said_in_plain_words() -> None:
    with pytest.raises(ValueError, match="gufunc") as caught:
        np.ones((2, 3)) @ np.ones((4, 5))
    assert plain_error(str(caught.value)) == (
        "matmul: the inner sizes of the product are 3 and 4, but they must be equal"
    )
    assert plain_error("another text (size 4 is different from 3)").startswith("another text")


def test_a_size_of_two_letters_is_not_guessed(tmp_path: Path) -> None:
    assert sentence(tmp_path, "x + h", (3, 4, 3)) == "Here N = 3, D = 4, H = 3."


@pytest.mark.parametrize(
    "body",
    [
        "x = x.T; h = h.T; W = W.T; b = b[:2]; return x + W",  # nothing is as it was given
        "h.shape = (5, 3); x + h",  # the docstring no longer holds: N would be 3 and 5
    ],
)
def test_changed_arguments_say_nothing(body: str, tmp_path: Path) -> None:
    assert sentence(tmp_path, body) is None


def test_what_a_loop_prints_is_cut(package: Path) -> None:
    lines = "for i in range(9000): print('row', i)\n    return x.mean(axis=0)"
    solve(package, MEANS_HOLE, lines)
    status, text = check(package, "column_means")
    assert status == 0
    assert "row 0\n" in text
    assert "row 8999" not in text
    assert "more characters that your code printed are not shown]" in text
    assert len(text) < 6000
    assert "2 of 2" in text or "passed" in text


def test_watch_checks_again_after_a_change(package: Path) -> None:
    command = [sys.executable, "-u", str(package / "check.py"), "column_means", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        guard = threading.Timer(60, process.kill)  # if it waits for ever
        guard.start()
        first = list(
            iter(process.stdout.readline, "Waiting for a file to change; Ctrl-C ends this.\n")
        )
        solve(package, MEANS_HOLE, "return x.mean(axis=0)")
        second = list(
            iter(process.stdout.readline, "Waiting for a file to change; Ctrl-C ends this.\n")
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        guard.cancel()
    assert "is still open" in "".join(first)
    assert "columns.py changed.\n" in "".join(second)
    assert "passed" in "".join(second)


def test_watch_refuses_a_name_that_does_not_exist(package: Path) -> None:
    status, text = check(package, "column_mean", "--watch")
    assert status == 2
    assert "did you mean column_means?" in text
