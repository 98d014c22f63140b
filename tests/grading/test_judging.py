"""Each submission is judged in a process of its own, whose death costs that submission alone."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grade.attempts import attempts
from autograder.grade.grader import Grader
from autograder.grade.judging import Bounds, Judge
from autograder.grade.opening import open_judge
from autograder.grade.settings import Settings
from autograder.run import grade_run

LETHAL = """
import os, signal, time
import numpy as np
from checks import test_case

OK_FORMAT = False
name = "affine_forward"


@test_case(points=2, hidden=True, failure_message="Wrong.")
def does_not_harm_the_judge(affine_forward):
    what = affine_forward(np.zeros((2, 3)), np.zeros((3, 4)), np.zeros(4))
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "grow":
        np.empty(2**31)  # 16 GiB
    if what == "work":
        while True:
            pass
    if what == "sleep":
        time.sleep(1000)
    if what == "leave":
        open(os.path.join(__import__("tempfile").gettempdir(), "left"), "w").close()
        os._exit(3)
"""
SMALL_BOUNDS = Bounds(cpu_seconds=2, memory_mb=1024, wall_seconds=8.0)


def outcomes(result: dict) -> set[str]:
    """Return the outcomes of affine_forward, or of all questions if the grader failed."""
    found = {q["outcome"] for problem in result["problems"] for q in problem["questions"]}
    return found if "grader_error" in found else {result["problems"][0]["questions"][0]["outcome"]}


@pytest.fixture(scope="module")
def lethal(small: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with a question whose case can harm the process that judges."""
    root = tmp_path_factory.mktemp("lethal") / "course"
    shutil.copytree(small.root, root)
    (root / "solutions/affine/questions/affine_forward.py").write_text(LETHAL)
    return root


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    """A folder of its own for everything temporary, so that leftovers can be told apart."""
    before = tempfile.tempdir
    folder = Path(tempfile.mkdtemp(prefix="judged-"))
    folder.chmod(0o711)
    tempfile.tempdir = str(folder)
    yield folder
    tempfile.tempdir = before
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def judge(lethal: Path, ground: Path) -> Iterator[Judge]:
    made = open_judge(Settings(lethal, "affine", seed=1, level="auto"))
    made._bounds = SMALL_BOUNDS
    yield made
    made.close()


@pytest.fixture
def answering(tmp_path: Path) -> Callable[[str], Path]:
    """A submission whose function returns ``text``."""

    def make(text: str) -> Path:
        folder = tmp_path / f"hand_in_{text}"
        folder.mkdir()
        (folder / "affine.py").write_text(f"def affine_forward(x, w, b):\n    return {text!r}\n")
        return folder

    return make


@pytest.mark.slow  # waits until the limits are reached
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("die", "was killed from outside, perhaps because this machine ran out of memory"),
        ("work", "used more than 2 seconds of CPU time"),
        ("sleep", "took longer than 8 seconds"),
        ("leave", "ended with the exit code 3"),
    ],
)
def test_what_harms_the_judge_is_a_grader_error_of_one_submission(
    judge: Judge,
    answering: Callable[[str], Path],
    tmp_path: Path,
    ground: Path,
    text: str,
    words: str,
) -> None:
    result = judge.grade(answering(text), tmp_path / text, text)
    assert outcomes(result) == {"grader_error"}
    assert (
        tmp_path / text / "grader_error.txt"
    ).read_text() == f"Judging this submission {words}.\n"
    assert result == json.loads((tmp_path / text / "result.json").read_text())
    ours = ("judging-", "submission-", "tmp")
    assert [path for path in ground.iterdir() if path.name.startswith(ours)] == []
    after = judge.grade(answering("harmless"), tmp_path / "after", "after")
    assert outcomes(after) == {"passed"}


def test_memory_of_the_judge_is_limited(
    judge: Judge, answering: Callable[[str], Path], tmp_path: Path
) -> None:
    result = judge.grade(answering("grow"), tmp_path / "out", "grow")
    (case,) = result["problems"][0]["questions"][0]["cases"]
    assert case["outcome"] == "grader_error"
    assert case["detail"] == "Judging this answer needs more memory than the grader may use."


def test_the_result_is_that_of_the_grader_itself(
    grader: Grader, hand_in: Callable[..., Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made = Judge(grader, lambda: pytest.fail("the judging process died"))
    request.addfinalizer(made.end)
    wrong = hand_in("wrong", affine=lambda text: text.replace("x @ w + b", "x @ w"))
    alone = grader.grade(wrong, tmp_path / "alone", "wrong")
    for number in range(3):
        found = made.grade(wrong, tmp_path / f"{number}", "wrong")
        assert {**found, "times": {}} == {**alone, "times": {}}


def test_one_process_judges_until_it_dies_or_keeps_too_much(
    judge: Judge, answering: Callable[[str], Path], tmp_path: Path
) -> None:
    """What it has read and replayed serves the next submission too."""
    harmless = answering("harmless")

    def process() -> int:
        judge.grade(harmless, tmp_path / "out", "harmless")
        assert judge._fork is not None
        return judge._fork._process

    first = process()
    assert process() == first
    judge.grade(answering("leave"), tmp_path / "left", "leave")
    second = process()
    assert second != first
    judge._bounds = replace(SMALL_BOUNDS, kept_mb=-1)
    judge.grade(harmless, tmp_path / "out", "harmless")
    assert judge._fork is None
    judge._bounds = SMALL_BOUNDS


def test_a_fault_of_the_grader_is_a_grader_error(
    grader: Grader, hand_in: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Grader, "_questions", fail)
    made = Judge(grader, lambda: pytest.fail("died"))
    result = made.grade(hand_in(), tmp_path / "out", "alice")
    made.end()
    assert outcomes(result) == {"grader_error"}
    assert result["max_score"] == 15
    assert (tmp_path / "out" / "grader_error.txt").read_text().endswith("OSError: disk full\n")


def test_an_error_may_have_a_long_text(
    grader: Grader, hand_in: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("x" * 10**7)

    monkeypatch.setattr(Grader, "_questions", fail)
    made = Judge(grader, lambda: pytest.fail("died"))
    result = made.grade(hand_in(), tmp_path / "out", "alice")
    made.end()
    assert outcomes(result) == {"grader_error"}
    assert result["submission"]["notes"][0].startswith("The grader failed: ValueError: xxx")
    assert (tmp_path / "out" / "result.json").stat().st_size < 10**6


def test_attempts_count_for_the_same_files_only(
    lethal: Path, answering: Callable[[str], Path], tmp_path: Path
) -> None:
    path, run = answering("harmless"), tmp_path / "run"
    for text in ("harmless", "other", "another", "leave"):
        (path / "affine.py").write_text(f"def affine_forward(x, w, b):\n    return {text!r}\n")
        (result,) = grade_run(
            Course(lethal), "affine", [path], run, processes=1, pdf=False, progress=False
        )
        assert attempts(run / path.name) == 1
    assert outcomes(result) == {"grader_error"}


def test_a_dead_zygote_is_replaced(
    small: Course, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    made = open_judge(Settings(small.root, "affine", seed=5, level="auto"))
    try:
        made.grader.zygote._process.send_signal(signal.SIGKILL)
        made.grader.zygote._process.wait()
        result = made.grade(hand_in(), tmp_path / "out", "alice")
        assert outcomes(result) == {"passed"}
    finally:
        made.close()


def test_no_process_is_left_when_the_grader_is_killed(
    lethal: Path, answering: Callable[[str], Path], tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from autograder.run import grade_run; "
        "from autograder.course import Course; course, path, run = map(Path, sys.argv[1:]); "
        "grade_run(Course(course), 'affine', [path], run, processes=1, pdf=False, progress=False)"
    )
    arguments = [str(path) for path in (lethal, answering("sleep"), tmp_path / "run")]
    grading = subprocess.Popen([sys.executable, "-c", program, *arguments], start_new_session=True)

    def alive() -> int:
        stats = (_stat(path) for path in Path("/proc").glob("[0-9]*"))
        return sum(fields[3:4] == [str(grading.pid)] and fields[0] != "Z" for fields in stats)

    attempted = tmp_path / "run" / "hand_in_sleep" / "attempts.json"
    _wait_until(lambda: attempted.exists() and alive() >= 4)  # grader, judge, zygote, worker
    grading.kill()
    grading.wait()
    _wait_until(lambda: alive() == 0)


def _stat(path: Path) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; the fourth is the session."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return [""]


def _wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_run_survives_what_kills_its_judge_and_stops_trying_it(
    lethal: Path, answering: Callable[[str], Path], tmp_path: Path
) -> None:
    paths = [answering("leave"), answering("harmless")]
    course, run = Course(lethal), tmp_path / "run"
    for tried in (1, 2, 3, 3):
        results = grade_run(course, "affine", paths, run, processes=1, pdf=False, progress=False)
        assert [outcomes(result) for result in results] == [{"grader_error"}, {"passed"}]
        assert attempts(run / "hand_in_leave") == tried
        assert attempts(run / "hand_in_harmless") == 1
