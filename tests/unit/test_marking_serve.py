"""The command that serves the marking page: it starts, answers, stops, and says what it did."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import report_files as files
import report_results as results

from autograder.course import default_course
from autograder.errors import KitError
from autograder.marking.serve import mark_run


def start(run: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "autograder", "mark", str(run), "--no-browser"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=default_course().root,
        env={**os.environ},
    )  # fmt: skip


def test_the_page_is_served_until_it_is_stopped(tmp_path: Path) -> None:
    files.store(results.all_passed("adam"), tmp_path / "adam")
    process = start(tmp_path)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("Mark at ").strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=60) as reply:
            assert "Interpret the layer table" in reply.read().decode()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, said
    assert "0 of 1 submissions are marked." in said
    assert "Traceback" not in said
    assert (tmp_path / "marks.csv").is_file()
    assert (tmp_path / "adam" / "total.json").is_file()


def mark(run: Path, port: int = 0) -> None:
    course = default_course().root
    mark_run(run, course=course, marker="ann", anonymous=False, port=port, browser=False, say=print)


def test_what_cannot_be_marked_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="holds no graded submission"):
        mark(tmp_path)
    value = results.all_passed("adam")
    value["problems"][0]["written"] = []
    files.store(value, tmp_path / "adam")
    with pytest.raises(KitError, match="has no written questions; there is nothing to mark"):
        mark(tmp_path)


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    files.store(results.all_passed("adam"), tmp_path / "adam")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(KitError, match=r"cannot be used .*; name another one with --port"):
            mark(tmp_path, other.getsockname()[1])


def test_without_its_packages_the_page_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(KitError, match=r'pip install "deep-learning-assignments\[mark\]"'):
        mark(tmp_path)
