"""Attacks on a small course with short limits, and what every one of them must leave: nothing."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from attacks import ALL, REFERENCE, SMALL, TYPES, Graded

from autograder.course import Limits
from autograder.grade.grader import Grader
from autograder.grade.judging import Judge
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings
from autograder.wire import memory_groups


@pytest.fixture(scope="session")
def short_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with less time and memory: what runs into a limit is soon there."""
    root = tmp_path_factory.mktemp("course") / "short"
    shutil.copytree(SMALL, root)
    for file in root.glob("solutions/*/problem.toml"):
        text = file.read_text()
        for most, less in (
            ("cpu_seconds = 2", "cpu_seconds = 1"),
            ("import_seconds = 5", "import_seconds = 2"),
            ("memory_mb = 512", "memory_mb = 256"),
        ):
            assert most in text
            text = text.replace(most, less)
        file.write_text(text)
    return root


@pytest.fixture(scope="session")
def ground_folder() -> Iterator[Path]:
    """A folder of its own for what attacks leave, so that it can be told apart."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def ground(ground_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put everything temporary into that folder during one test; other tests leave theirs."""
    monkeypatch.setattr(tempfile, "tempdir", str(ground_folder))
    return ground_folder


@pytest.fixture(scope="session")
def grader(short_course: Path, ground_folder: Path) -> Iterator[Grader]:
    """One grader for all attacks: what one of them does must not be felt by the next."""
    if not sys.platform.startswith("linux"):
        pytest.skip("confinement needs Linux")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(ground_folder))
        made = open_grader(Settings(short_course, "small", seed=11, level="auto"))
    with made.zygote:
        yield made
    assert _left(ground_folder) == set()


@pytest.fixture
def graded(
    grader: Grader, tmp_path: Path, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Graded]]:
    """Grade a path, all ``questions`` or some; afterwards no process, file, control group or descriptor may be left."""
    monkeypatch.setattr(Limits, "wall_seconds", property(lambda limits: 10 * limits.cpu_seconds))
    runs: list[Graded] = []
    judge = Judge(grader, lambda: pytest.fail("the judging process died"))
    gc.collect()  # what others left to be collected may hold descriptors
    before = _descriptors()

    def grade(path: Path, questions: tuple[str, ...] = ALL) -> Graded:
        monkeypatch.setattr(grader, "only", lambda problem, question: question.name in questions)
        folder = tmp_path / f"result-{len(runs)}"
        start = time.monotonic()
        result = judge.grade(path, folder, "mallory")
        judge.end()  # the next one asks for other questions
        assert not (folder / "grader_error.txt").exists(), (folder / "grader_error.txt").read_text()
        runs.append(Graded(result, time.monotonic() - start, folder))
        _sound(runs[-1])
        return runs[-1]

    yield grade
    gc.collect()
    _eventually(lambda: _descriptors() == before, "a descriptor is left")
    zygotes = [grader.zygote, *grader.zygote._others.values()]
    assert _left(ground) == {Path(zygote._folder).name for zygote in zygotes}
    for zygote in zygotes:
        pid = zygote._process.pid
        assert os.listdir(zygote._folder) == ["zygote.log"]
        _eventually(lambda: len(_children(pid)) <= 1, "a process is left")  # noqa: B023
        _eventually(lambda: len(_groups(pid)) <= 1, "a control group is left")  # noqa: B023


@pytest.fixture
def attack(graded: Callable[..., Graded], tmp_path: Path) -> Callable[..., Graded]:
    """Grade a submission whose files are the references but for what is given."""

    def grade(
        affine: str | bytes = REFERENCE["affine"],
        attention: str | bytes = REFERENCE["attention"],
        beside: Mapping[str, str | bytes] | None = None,
        questions: tuple[str, ...] = ALL,
    ) -> Graded:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        for name, content in {
            "affine.py": affine, "attention.py": attention, **(beside or {})
        }.items():  # fmt: skip
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            raw = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(raw)
        return graded(folder, questions)

    return grade


def _sound(run: Graded) -> None:
    """Fail unless each question has an outcome of the student's and one sentence that says why."""
    for question in run._questions():
        assert question["outcome"] in TYPES, question
        for case in question["cases"]:
            assert case["outcome"] in TYPES, case
            assert (case["points"] == case["max_points"]) is (case["outcome"] == "passed")
            if case["outcome"] != "passed":
                _is_one_sentence(case["message"])
    for note in run.result["submission"]["notes"]:
        _is_one_sentence(note)


def _is_one_sentence(text: str) -> None:
    assert text, "a sentence is missing"
    assert text[0].isupper() or text.split()[0].rstrip(",").endswith((".py", ".gz")), text
    assert text[-1] in ".`)", text
    assert len(text) < 600, text
    assert text.isprintable(), repr(text)
    assert "Traceback" not in text


def _eventually(condition: Callable[[], bool], what: str, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.004)


def _left(ground: Path) -> set[str]:
    """Return what lies in ``ground`` except what torch and multiprocessing put there."""
    libraries = ("torchinductor_", "pymp-")
    return {path.name for path in ground.iterdir() if not path.name.startswith(libraries)}


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _groups(zygote: int) -> list[Path]:
    """Return the control groups of workers; one may belong to the worker that waits for work."""
    return list(memory_groups._group_root().glob(f"worker-{zygote}-*"))
