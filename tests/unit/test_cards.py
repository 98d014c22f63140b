"""GPUs without a GPU: names, files, slots, and what a worker gets of them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from click.testing import CliRunner

from autograder.cli import main
from autograder.course import Course
from autograder.errors import KitError
from autograder.grade.opening import card_of, prepare_examiner
from autograder.grade.settings import Settings
from autograder.remote import proxies, workers
from autograder.remote.cards import card_paths, visible_cards
from autograder.remote.worker_session import WorkerSession
from autograder.remote.workers import Zygote


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """A folder like /dev on a machine with two GPUs, one of them divided by MIG."""
    (tmp_path / "dev" / "nvidia-caps").mkdir(parents=True)
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "nvidia-caps/nvidia-cap1", "sda"):
        (tmp_path / "dev" / name).touch()
    return tmp_path / "dev"


def test_the_gpus_of_a_machine(devices: Path, tmp_path: Path) -> None:
    assert visible_cards(None, devices) == ("0", "1")
    assert visible_cards("1", devices) == ("1",)
    assert visible_cards(" MIG-aaaa/1/0, GPU-bb ", devices) == ("MIG-aaaa/1/0", "GPU-bb")
    assert visible_cards("", devices) == visible_cards("-1", devices) == ()
    assert visible_cards("0,1", tmp_path) == ()  # named, as on a cluster, and not there


def test_the_files_of_a_gpu(devices: Path, tmp_path: Path) -> None:
    names = ("nvidia-caps/nvidia-cap1", "nvidia-uvm", "nvidia0", "nvidia1", "nvidiactl")
    driver = str(tmp_path), "/no/such/folder"
    assert card_paths(devices, driver) == (*(f"{devices}/{name}" for name in names), str(tmp_path))


def test_a_process_takes_the_gpu_of_its_slot(small: Course) -> None:
    assignment = small.target("small")
    settings = Settings(small.root, "small", 1, "auto", device="cuda")
    slots = [card_of(assignment, replace(settings, slot=slot), ("0", "1")) for slot in range(4)]
    assert slots == ["0", "1", "0", "1"]  # several processes share a GPU
    assert card_of(assignment, replace(settings, device="cpu"), ("0",)) == ""
    assert card_of(assignment, replace(settings, device=None), ("0",)) == ""


def asking(small: Course, device: str) -> SimpleNamespace:
    """Return an assignment of which the first question wants a device."""
    problem = small.problem("affine")
    first, *others = problem.questions
    first = replace(first, limits=replace(first.limits, device=device))
    entry = SimpleNamespace(problem=replace(problem, questions=(first, *others)))
    return SimpleNamespace(entries=[entry])


def test_a_question_may_ask_for_a_gpu(small: Course) -> None:
    settings = Settings(small.root, "affine", 1, "auto")
    assert card_of(asking(small, "cuda"), settings, ("0",)) == "0"
    assert card_of(asking(small, "cpu"), settings, ("0",)) == ""
    with pytest.raises(KitError) as caught:
        card_of(asking(small, "cuda"), settings, ())
    assert str(caught.value) == (
        "affine_forward is to be graded on a GPU, and this machine has none that may be used; "
        "grade where there is one, or on the CPU with --device cpu."
    )


def test_the_command_refuses_a_gpu_that_is_not_there(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grade.opening.visible_cards", lambda: ())
    affine = small.solutions / "affine" / "affine.py"
    done = CliRunner().invoke(
        main,
        ["--course", str(small.root), "grade", "affine", str(affine), "--out", str(tmp_path / "r"),
         "--device", "cuda", "--jobs", "1", "--json"],
    )  # fmt: skip
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: This run is to be graded on a GPU, and this machine has")


def test_the_examiner_computes_on_the_cpu_and_keeps_its_precision() -> None:
    prepare_examiner()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.allow_tf32
    assert not torch.backends.cuda.matmul.allow_tf32


MODULE = """
import fcntl, os

def card():
    return os.environ["CUDA_VISIBLE_DEVICES"]

def control(path):
    try:
        with open(path, "r+b", buffering=0) as device:
            fcntl.ioctl(device, 0x4600)
    except OSError as error:
        return type(error).__name__, error.errno
    return "done"
"""
DEVICE = "/dev/full"  # a device that every machine has, in place of a GPU's
NO_SUCH_CONTROL = ("OSError", 25)  # the device itself has answered


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    os.chmod(tmp_path, 0o755)
    (tmp_path / "asked.py").write_text(MODULE)
    return tmp_path


@pytest.mark.parametrize(
    ("card", "for_all", "asks", "sees"),
    [
        ("MIG-1", False, True, "MIG-1"),
        ("1", True, False, "1"),
        ("1", False, False, ""),
        ("", False, True, ""),
    ],
)
def test_a_worker_gets_a_gpu_only_where_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, card: str, for_all: bool, asks: bool, sees: str
) -> None:
    monkeypatch.setattr(workers, "card_paths", lambda: (DEVICE, "/proc/sys"))
    with Zygote(["numpy"], card=card, card_for_all=for_all) as zygote:
        session = WorkerSession(
            proxies.wrap, proxies.unwrap, worker=zygote.spawn(str(folder), gpu=asks)
        )
        session.allow(10, 60)
        session.request("load", session.worker.submission, ["asked.py"])
        assert session.get("card")() == sees
        answer = session.get("control")(DEVICE)
        if sees:
            assert answer == NO_SUCH_CONTROL
        else:
            assert answer[0] in ("FileNotFoundError", "PermissionError")
        session.end()
