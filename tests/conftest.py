"""What several test rooms share: the small course, and submissions to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grade.grader import Grader
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings

SMALL = Path(__file__).parent / "courses" / "small"
LONGEST = "tests/problems/test_bank.py"  # each of its tests takes minutes


@pytest.fixture(scope="session")
def small() -> Course:
    """A course of two small problems, one in numpy and one in torch."""
    return Course(SMALL)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """A grader for the small course with every layer of confinement that is to be had."""
    made = open_grader(Settings(SMALL, "small", seed=7, level="auto"))
    with made.zygote:
        yield made


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Compute with one thread, as the grader does, and leave torch as it was."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def hand_in(tmp_path: Path, small: Course) -> Callable[..., Path]:
    """Return a function that makes a submission folder from edits of the references.

    An edit of None leaves a problem's file out.
    """

    def make(name: str = "alice", **edits: Callable[[str], str] | None) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for problem in small.problem_names():
            text = (small.solutions / problem / f"{problem}.py").read_text()
            edit = edits.get(problem, str)
            if edit is not None:
                (folder / f"{problem}.py").write_text(edit(text))
        return folder

    return make


SWEEP, STEP = 8, 4


@pytest.hookimpl(tryfirst=True)  # before -m is applied
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave every fourth case of a long sweep to the fast suite; the others count as slow.

    The longest tests come first, so that at the end no process waits for one of them.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    sweeps: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.Function):
            sweeps.setdefault((item.path, item.originalname), []).append(item)
    for sweep in sweeps.values():
        for number, item in enumerate(sweep if len(sweep) > SWEEP else ()):
            if number % STEP:
                item.add_marker(pytest.mark.slow)
