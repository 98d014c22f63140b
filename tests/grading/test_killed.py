"""A run whose processes are killed at random moments ends with the results of a quiet one."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROVE = "PROVE" in os.environ  # the long proof: about ten minutes on two cores
SUBMISSIONS, KILLS = (300, 10) if PROVE else (32, 3)
PAUSE = "import time\n\ntime.sleep(0.2)\n"  # so that no machine is through before it is interrupted
EDITS = ("x @ w + b", "x @ w", "x @ w - b", "2 * x @ w + b", "x @ w + b + nothing")


def submissions(small, root: Path) -> Path:
    text = (small.solutions / "affine" / "affine.py").read_text()
    for number in range(SUBMISSIONS):
        folder = root / f"student{number:03d}"
        folder.mkdir(parents=True)
        changed = text.replace("x @ w + b", EDITS[number % len(EDITS)])
        (folder / "affine.py").write_text(f"{changed}\n# {number}\n{PAUSE}")
    return root


def start(small, handed_in: Path, run: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "autograder", "--course", str(small.root), "grade", "affine",
        str(handed_in), "--out", str(run), "--jobs", "2", "--seed", "5", "--no-pdf",
    ]  # fmt: skip
    with log_of(run).open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, start_new_session=True, stdout=log, stderr=subprocess.STDOUT,
            preexec_fn=_notice_interrupts,
        )  # fmt: skip


def _notice_interrupts() -> None:
    """Do not ignore Ctrl-C, as a shell tells what it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def log_of(run: Path) -> Path:
    return run.with_suffix(".log")


def processes(session: int) -> list[int]:
    """Return the living processes of a session."""
    return [pid for pid, fields in _stats() if fields[3:4] == [str(session)] and fields[0] != "Z"]


def _stats() -> Iterator[tuple[int, list[str]]]:
    for path in Path("/proc").glob("[0-9]*"):
        try:
            yield int(path.name), (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue


def await_end(session: int) -> None:
    end = time.monotonic() + 60
    while left := processes(session):
        assert time.monotonic() < end, f"these processes are left: {left}"
        time.sleep(0.05)


def results(run: Path) -> dict[str, dict]:
    found = {path.parent.name: json.loads(path.read_text()) for path in run.glob("*/result.json")}
    return {name: {**result, "times": {}} for name, result in found.items()}


def graded(run: Path) -> int:
    return len(list(run.glob("*/result.json")))


@pytest.mark.slow  # 40 seconds of CPU, most of it for starting again
def test_killed_at_random_moments(small, tmp_path):
    handed_in = submissions(small, tmp_path / "class")
    quiet = start(small, handed_in, tmp_path / "quiet")
    assert quiet.wait(timeout=1800) == 0, log_of(tmp_path / "quiet").read_text()
    draw, run = random.Random(15), tmp_path / "run"
    victims = [("other", "parent")[number % 2] for number in range(KILLS)]
    draw.shuffle(victims)
    finished = False
    while not finished:
        grading = start(small, handed_in, run)
        before = graded(run)
        while grading.poll() is None and victims:
            time.sleep(draw.uniform(0.01, 0.1))
            others = [pid for pid in processes(grading.pid) if pid != grading.pid]
            if graded(run) > before and others:
                victim = grading.pid if victims.pop() == "parent" else draw.choice(others)
                with_signal = draw.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
                _kill(victim, with_signal)
                before = graded(run) + draw.randrange(SUBMISSIONS // KILLS // 4)
        status = grading.wait(timeout=1800)
        await_end(grading.pid)
        assert status in (0, 3, 130, -signal.SIGKILL, -signal.SIGTERM), log_of(run).read_text()
        finished = status == 0
    assert results(run) == results(tmp_path / "quiet")
    assert victims == []
    with (run / "grades.csv").open(newline="") as file:
        names = [row["submission"] for row in csv.DictReader(file)]
    assert names == sorted(path.name for path in handed_in.iterdir())


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on(small, tmp_path, number):
    handed_in = submissions(small, tmp_path / "class")
    run = tmp_path / "run"
    grading = start(small, handed_in, run)
    while graded(run) < 2:
        assert grading.poll() is None
        time.sleep(0.02)
    os.killpg(grading.pid, number) if number == signal.SIGINT else grading.send_signal(number)
    grading.wait(timeout=60)
    output = log_of(run).read_text()
    await_end(grading.pid)
    if grading.returncode:  # it was not at its end already
        assert grading.returncode == 130
        assert "Stopped: " in output
        assert "Repeat the command to go on." in output
        assert "Traceback" not in output
    assert (run / "grades.csv").is_file()
