"""Check grading on a GPU, on a machine that has one: ``make gpu-check``.

Every line says what holds, what does not, or what this machine could not show. The exit status is
0 if nothing failed, 1 if something did, 2 if there is no GPU, so that nothing could be checked.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.backends.doctor import inspect_machine
from autograder.course import Course, default_course
from autograder.examine import outcomes
from autograder.examine.outcomes import Sources
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings
from autograder.remote import proxies
from autograder.remote.cards import visible_cards
from autograder.remote.exceptions import StudentError
from autograder.remote.worker_session import WorkerSession
from autograder.remote.workers import Zygote

SMALL = Path(__file__).parent / "courses" / "small"
MEMORY_MB = 16_384  # of the host; CUDA itself keeps a few hundred MB of it
MODULE = """
import torch

def has_gpu():
    return torch.cuda.is_available()

def product(a, b, device):
    return a.to(device) @ b.to(device)

def losses(device):
    layers = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8 * 900, 10)
    ).to(device)
    optimizer = torch.optim.Adam(layers.parameters(), lr=1e-2)
    images = torch.randn(64, 3, 32, 32, device=device)
    labels = torch.arange(64, device=device) % 10
    found = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(layers(images), labels)
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found

def too_much(device):
    return torch.empty(2**44, device=device).sum().item()

def free():
    return torch.cuda.mem_get_info()[0]

def fill():
    return torch.ones(2**28, device="cuda").sum().item()
"""


class NotChecked(Exception):
    """Raised where this machine cannot show something; the text says why."""


@dataclass
class Bench:
    """A zygote, a module for its workers, and the device they are asked to compute on."""

    zygote: Zygote
    folder: Path
    device: str = "cuda"

    @contextlib.contextmanager
    def worker(self, gpu: bool = True) -> Iterator[WorkerSession]:
        """Yield a session with a confined worker that has imported the module."""
        process = self.zygote.spawn(str(self.folder), memory_mb=MEMORY_MB, gpu=gpu)
        session = WorkerSession(proxies.wrap, proxies.unwrap, worker=process)
        try:
            session.allow(60, 120)
            session.seed(3)
            session.request("load", session.worker.submission, ["on_gpu.py"])
            yield session
        finally:
            session.end()


@contextlib.contextmanager
def bench(device: str = "cuda", card: str = "") -> Iterator[Bench]:
    """Yield a bench; its zygote has ``card``."""
    with tempfile.TemporaryDirectory() as root, Zygote(["numpy", "torch"], card=card) as zygote:
        os.chmod(root, 0o755)
        (Path(root) / "on_gpu.py").write_text(MODULE, encoding="utf-8")
        yield Bench(zygote, Path(root), device)


def only_who_asks_has_it(bench: Bench) -> str:
    """Workers that ask for a GPU have one, and others have none"""
    with bench.worker() as asking, bench.worker(gpu=False) as other:
        assert asking.get("has_gpu")() is (bench.device == "cuda")
        assert other.get("has_gpu")() is False
    return f"layers: {', '.join(bench.zygote.isolation.layers)}"


def products_are_precise(bench: Bench) -> str:
    """Products of float32 on the GPU have the precision of float32, without TF32"""
    import torch

    a, b = torch.randn(512, 512), torch.randn(512, 512)
    with bench.worker() as session:
        found = session.get("product")(a, b, bench.device)
    exact = a.double() @ b.double()
    error = float((found.double() - exact).abs().max() / exact.abs().max())
    assert error < 1e-5, f"relative error {error:.1e}"
    return f"relative error {error:.1e}"


def training_repeats(bench: Bench) -> str:
    """Two workers with the same seed train to exactly the same losses"""
    found: list[Any] = []
    for _ in range(2):
        with bench.worker() as session:
            session.seed(5)
            found.append(session.get("losses")(bench.device))
    assert found[0] == found[1], f"{found[0][-1]} and {found[1][-1]}"
    assert found[0][-1] < found[0][0]
    return f"loss {found[0][0]:.3f} to {found[0][-1]:.3f}"


def workers_share_it(bench: Bench) -> str:
    """Two workers use the GPU at the same time"""
    with bench.worker() as first, bench.worker() as second:
        found = [session.get("losses")(bench.device)[-1] for session in (first, second, first)]
    assert max(found) < 2, found
    return "three trainings in turns"


def lack_of_memory_is_told(bench: Bench) -> str:
    """Code that uses up the GPU's memory is told so in a sentence of its own"""
    with bench.worker() as session:
        try:
            session.get("too_much")(bench.device)
        except StudentError as error:
            verdict = outcomes.of_student_error(error, Sources({"on_gpu.py": MODULE}), MEMORY_MB)
            assert verdict.outcome == "out_of_memory", verdict
            assert "memory of the GPU" in (verdict.message or ""), verdict
            return verdict.message or ""
    raise AssertionError("64 TiB were allocated")


def a_killed_worker_frees_its_memory(bench: Bench) -> str:
    """A worker that is killed leaves no memory of the GPU in use"""
    with bench.worker() as watching:
        before = after = watching.get("free")()
        with bench.worker() as filling:
            filling.get("fill")()
            filling.worker.kill()
        for _ in range(50):
            after = watching.get("free")()
            if before - after < 2**28:
                break
            time.sleep(0.1)
    assert before - after < 2**28, f"{(before - after) >> 20} MiB are still in use"
    return f"{after >> 20} of {before >> 20} MiB are free again"


def references_keep_their_marks(bench: Bench) -> str:
    """References get full marks with --device cuda, as on the CPU"""
    told = []
    for course, target in ((Course(SMALL), "attention"), (default_course(), "simple_cnn")):
        settings = Settings(course.root, target, 7, "auto", device=bench.device)
        with tempfile.TemporaryDirectory() as folder:
            handed_in = Path(folder) / "reference"
            handed_in.mkdir()
            for name in course.problem(target).modules:
                shutil.copy(course.problem(target).folder / name, handed_in)
            grader = open_grader(settings)
            with grader.zygote:
                result = grader.grade(handed_in, Path(folder) / "result")
        assert result["score"] == result["max_score"], f"{target}: {result['score']} points"
        told.append(f"{target}: {result['score']:g} points")
    return ", ".join(told)


def every_card_has_its_workers(bench: Bench) -> str:
    """Each of several GPUs serves its own workers"""
    cards = visible_cards()
    if len(cards) < 2:
        raise NotChecked("this machine has one GPU")
    for card in cards:
        with Zygote(["torch"], card=card) as zygote:
            products_are_precise(Bench(zygote, bench.folder))
    return ", ".join(cards)


def mig_devices_work(bench: Bench) -> str:
    """Parts of a GPU (MIG) serve workers"""
    if not any(card.startswith("MIG-") for card in visible_cards()):
        raise NotChecked("CUDA_VISIBLE_DEVICES names no MIG device")
    return products_are_precise(bench)


CHECKS: tuple[Callable[[Bench], str], ...] = (
    only_who_asks_has_it, products_are_precise, training_repeats, workers_share_it,
    lack_of_memory_is_told, a_killed_worker_frees_its_memory, references_keep_their_marks,
    every_card_has_its_workers, mig_devices_work,
)  # fmt: skip


def run(checks: tuple[Callable[[Bench], str], ...], given: Bench) -> int:
    """Run ``checks`` and print a line for each; return how many failed."""
    failed = 0
    for check in checks:
        what = (check.__doc__ or "").strip()
        try:
            print(f"ok           {what} ({check(given)})", flush=True)
        except NotChecked as error:
            print(f"not checked  {what}: {error}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAILED       {what}: {type(error).__name__}: {error}", flush=True)
    return failed


def main() -> int:
    """Check everything that this machine can show."""
    for finding in inspect_machine():
        if finding.part in ("machine", "device"):
            print(f"{finding.name}: {finding.what}")
    if not (cards := visible_cards()):
        print("No GPU that may be used is on this machine, so nothing was checked:")
        for check in CHECKS:
            print(f"not checked  {(check.__doc__ or '').strip()}")
        return 2
    with bench(card=cards[0]) as given:
        failed = run(CHECKS, given)
    print("not checked  GPUs in containers and on Slurm: tests check what these are asked for")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
