"""What befalls the grader is never a student's zero: killed workers, killed zygotes."""

from __future__ import annotations

import contextlib
import os
import select
import signal

import pytest
from attacks import REFERENCE

from autograder.course import Course
from autograder.errors import IsolationError
from autograder.examine.examiner import Examiner, Prepared
from autograder.examine.fixed_files import write_tree
from autograder.examine.outcomes import KILLED
from autograder.grade.judging import Judge
from autograder.grade.opening import open_grader
from autograder.grade.settings import Settings
from autograder.remote.worker_session import WorkerSession
from autograder.remote.workers import Zygote


@pytest.fixture
def killing(monkeypatch):
    """Return a function that kills a process when the first call of a student's function begins."""
    exchange, waiting = WorkerSession._exchange, []

    def killed(session: WorkerSession, frame: bytes) -> tuple[bytes, bytes]:
        if waiting and b"\xa4call" in frame:
            with contextlib.suppress(ProcessLookupError):
                os.kill(waiting.pop()(session), signal.SIGKILL)
                select.select([session.worker.pidfd], [], [], 5)  # its worker dies with a zygote
        return exchange(session, frame)

    monkeypatch.setattr(WorkerSession, "_exchange", killed)
    return waiting.append


@pytest.fixture
def examined(short_course, tmp_path):
    """Return a function that examines the reference of one question."""
    tmp_path.chmod(0o711)
    (tmp_path / "files").mkdir()
    write_tree(tmp_path / "files", {"affine.py": REFERENCE["affine"].encode()})
    problem = Course(short_course).problem("affine")
    prepared = Prepared(problem, tmp_path / "files", {"affine.py": REFERENCE["affine"]})

    def examine(zygote: Zygote) -> list[tuple[str, str | None]]:
        with Examiner(zygote, 3) as examiner:
            result = examiner.examine(prepared, problem.question("affine_forward"))
        return [(run.verdict.outcome, run.verdict.detail) for run in result.cases]

    return examine


def test_a_case_whose_worker_is_killed_from_outside_runs_once_more(examined, grader, killing):
    killing(lambda session: session.worker.pid)
    assert examined(grader.zygote) == [("passed", None), ("passed", None)]


def test_workers_that_are_killed_again_and_again_are_our_fault(examined, grader, killing):
    for _ in range(2):
        killing(lambda session: session.worker.pid)
    assert examined(grader.zygote) == [("grader_error", KILLED), ("passed", None)]


def test_a_zygote_that_is_killed_costs_no_points(examined, killing):
    with Zygote(["numpy"]) as zygote:
        killing(lambda session: zygote._process.pid)
        with pytest.raises(IsolationError, match="has died"):
            examined(zygote)


def test_the_case_in_which_the_zygote_dies_is_no_zero(examined, killing, monkeypatch):
    """Also where no other case comes after it: the submission is graded again (see below)."""
    with Zygote(["numpy"]) as zygote:
        spare = zygote.spawn

        def spawn(*arguments, **keywords):
            made = spare(*arguments, **keywords)
            if len(spawned) == 1:
                killing(lambda session: zygote._process.pid)
            spawned.append(made)
            return made

        spawned: list[object] = []
        monkeypatch.setattr(zygote, "spawn", spawn)
        with pytest.raises(IsolationError, match="has died"):
            examined(zygote)


def test_a_submission_is_graded_again_with_a_new_zygote(short_course, ground, tmp_path, killing):
    settings = Settings(short_course, "affine", seed=11, level="auto", diagnose=False)
    grader = open_grader(settings)
    judge = Judge(grader, lambda: open_grader(settings).zygote)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "affine.py").write_text(REFERENCE["affine"])
    first = grader.zygote._process.pid
    killing(lambda session: first)
    result = judge.grade(tmp_path / "work", tmp_path / "out", "ada")
    judge.close()
    assert result["score"] == 5
    assert not list((tmp_path / "out").glob("grader_error.txt"))


def test_a_kill_of_its_own_is_refused(attack):
    code = REFERENCE["affine"].replace(
        "    out =", "    import signal\n    signal.raise_signal(signal.SIGKILL)\n    out ="
    )
    assert attack(code, questions=("affine_forward",)).outcomes() == {"affine_forward": "error"}
