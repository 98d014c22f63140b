"""Reports of many submissions: one run of pandoc, processes of their own, each fault told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
from report_hostile import hostile

from autograder.report import ReportError, markdown, write_pdf, write_reports
from autograder.report.markdown import Text, convert, convert_all
from autograder.report.pdf import REPORT, write_pdfs
from autograder.report.writers import Writers


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_known", {})


@pytest.fixture
def pandoc(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the texts of each run of pandoc."""
    runs: list[int] = []
    real = markdown._pandoc

    def counted(sources: Any, *seconds: float) -> str | None:
        runs.append(len(sources))
        return None if any("BREAKS" in source for source in sources) else real(sources, *seconds)

    monkeypatch.setattr(markdown, "_pandoc", counted)
    return runs


def stored(root: Path, *values: Any) -> list[Path]:
    return [files.store(value, root / f"s{n}") for n, value in enumerate(values)]


def test_a_text_of_the_course_is_converted_once(pandoc: list[int]) -> None:
    ours, again = Text("Use $x$.", ours=True), Text("Use $x$.", ours=True)
    convert([ours, Text("mine", ours=False)])
    convert([again, Text("mine", ours=False)])
    convert([Text("Use $x$.", ours=True)])
    assert pandoc == [2, 1]
    assert again.nodes == ours.nodes != None  # noqa: E711
    student = Text("Use $x$.", ours=False)
    convert([student])
    assert pandoc == [2, 1, 1]  # what a student wrote is no text of the course


def test_several_reports_share_a_run_of_pandoc_and_none_spoils_another(pandoc: list[int]) -> None:
    def group(answer: str) -> list[Text]:
        return [Text("The **prompt**", ours=True), Text(answer, ours=False)]

    good, bad, other = group("*good*"), group("BREAKS"), group("*other*")
    convert_all([good, bad, other])
    assert [text.nodes is not None for text in good + bad + other] == [1, 1, 1, 0, 1, 1]
    assert pandoc[0] == 6
    assert good[0].nodes == bad[0].nodes == other[0].nodes


def test_reports_of_a_run_are_the_ones_that_are_written_alone(tmp_path: Path) -> None:
    folders = stored(tmp_path, results.all_passed(), results.mixed(), hostile())
    alone = [write_pdf(folder).read_bytes() for folder in folders]
    together = [path.read_bytes() for path in write_pdfs(folders) if isinstance(path, Path)]
    assert together == alone
    (folders[1] / "result.json").unlink()
    first, second, third = write_pdfs(folders)
    assert isinstance(first, Path)
    assert isinstance(third, Path)
    assert isinstance(second, ReportError)
    assert len(write_reports(tmp_path)) == 2


def test_writers_write_every_report_and_tell_what_is_missing(tmp_path: Path) -> None:
    folders = stored(tmp_path, *(results.all_passed(f"s{n}") for n in range(5)))
    (folders[3] / "result.json").write_text("{")
    with Writers(1, 2) as writers:
        for folder in folders:
            writers.add(folder)
        (fault,) = writers.finish()
    assert f"{folders[3]}/result.json is not valid JSON" in fault
    assert [(folder / REPORT).is_file() for folder in folders] == [True, True, True, False, True]
    assert (folders[0] / REPORT).read_bytes() == write_pdf(folders[0]).read_bytes()


def test_many_folders_do_not_block_and_more_processes_help_at_the_end(tmp_path: Path) -> None:
    missing = tmp_path / ("x" * 200)
    with Writers(1, 3) as writers:
        (first,) = writers._writers
        os.kill(first._process.pid, signal.SIGSTOP)  # as slow as can be
        for number in range(500):
            writers.add(missing / str(number))
        assert len(writers._writers) == 1
        os.kill(first._process.pid, signal.SIGCONT)
        assert len(writers.finish()) == 500
        assert len(writers._writers) == 3


def test_a_writer_that_dies_is_told_and_an_exception_ends_all(tmp_path: Path) -> None:
    (folder,) = stored(tmp_path, results.all_passed())
    with Writers(1, 1) as writers:
        os.kill(writers._writers[0]._process.pid, signal.SIGKILL)
        for _ in range(3):
            writers.add(folder)
        faults = writers.finish()
    assert len(faults) == 3
    assert f"{folder}/report.pdf: its writer died" in faults[0]
    writers = Writers(1, 1)
    with pytest.raises(ValueError, match="stop"), writers:
        raise ValueError("stop")
    assert writers._writers[0]._process.poll() is not None


def test_writers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    code = (
        "import os, time; from autograder.report.writers import Writers; w = Writers(1, 1);"
        "print(w._writers[0]._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
