"""A process that is told to end does so in order, whatever it is doing when the signal arrives."""

from __future__ import annotations

import signal
import subprocess
import sys
from multiprocessing import Pipe

import pytest

from autograder import run
from autograder.backends import processes
from autograder.interrupts import Stopped

MOMENTS = {
    "plain code": "os.kill(os.getpid(), number)",
    "a finalizer": "gone = Gone()\ndel gone",
    "a hook at a fork": (
        "os.register_at_fork(before=lambda: os.kill(os.getpid(), number))\nos.fork() or os._exit(0)"
    ),
}
PROGRAM = """
import os, signal, sys, time
from autograder.interrupts import Told, raised_at_sigterm

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
number = getattr(signal, sys.argv[1])

class Gone:
    def __del__(self):
        os.kill(os.getpid(), number)

with raised_at_sigterm({error}):
    try:
{moment}
        time.sleep(10)
    finally:
        print("in order", flush=True)
"""


def ended(moment: str, error: str, number: str) -> subprocess.CompletedProcess[str]:
    lines = "".join(f"        {line}\n" for line in MOMENTS[moment].splitlines())
    return run_program(PROGRAM.format(error=error, moment=lines), number)


def run_program(text: str, number: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", text, number], capture_output=True, text=True, timeout=30
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_end_is_in_order_and_silent(moment):
    done = ended(moment, "Told", "SIGTERM")
    assert (done.returncode, done.stdout, done.stderr) == (1, "in order\n", "")


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interrupt_is_not_lost(moment, number):
    done = ended(moment, "KeyboardInterrupt", number)
    assert done.stdout == "in order\n"
    assert done.returncode == -signal.SIGINT
    assert "ignored" not in done.stderr


def test_other_errors_in_finalizers_are_still_told():
    text = PROGRAM.format(error="Told", moment="        pass").replace(
        "os.kill(os.getpid(), number)", "1 / 0"
    )
    text = text.replace("time.sleep(10)", "gone = Gone(); del gone")
    done = run_program(text, "SIGTERM")
    assert (done.returncode, done.stdout) == (0, "in order\n")
    assert "ZeroDivisionError" in done.stderr


def test_a_grading_process_whose_run_has_ended_says_nothing(monkeypatch):
    ours, theirs = Pipe()

    class Judge:
        def grade(self, *job):
            ours.close()
            return "a result"

        def close(self):
            closed.append(True)

    closed: list[bool] = []
    monkeypatch.setattr("autograder.grade.opening.open_judge", lambda settings: Judge())
    ours.send(processes.Job(path=None, folder=None, name="ada"))
    processes._grade_jobs(theirs, None)
    assert closed == [True]


@pytest.mark.parametrize("step", ["collect", "_grade", "_finish"])
def test_a_run_can_be_interrupted_at_every_step(small, tmp_path, monkeypatch, step):
    def interrupt(*of_the_step):
        raise KeyboardInterrupt

    handed_in = tmp_path / "ada"
    handed_in.mkdir()
    (handed_in / "affine.py").write_text("")
    monkeypatch.setattr(run, step, interrupt)
    with pytest.raises(Stopped, match=r"Repeat the command to go on\."):
        run.grade_run(small, "affine", [handed_in], tmp_path / "run", processes=1, pdf=False)
