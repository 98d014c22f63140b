"""A report that cannot be made as it should be is made plainer, or named; it stops no other."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results
import typst

from autograder.report import ReportError, typeset, write_pdf, write_reports


def test_what_cannot_be_laid_out_is_shown_plainer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files.store(results.all_passed(), tmp_path / "a")
    files.attempts(monkeypatch, failures=1)
    text = files.text_of(write_pdf(folder))
    assert "So **almost all** parameters are in the *linear* layer:" in text
    monkeypatch.undo()
    files.attempts(monkeypatch, failures=2)
    text = files.text_of(write_pdf(folder))
    assert "This figure cannot be shown." in text


def test_a_report_that_fails_says_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files.store(results.all_passed(), tmp_path / "a")
    files.attempts(monkeypatch, failures=99)
    with pytest.raises(ReportError, match=r"report.pdf cannot be laid out: no room\.$"):
        write_pdf(folder)
    assert not (folder / "report.pdf").exists()


def test_a_crash_inside_typst_is_an_error_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def crash(*_: Any, **__: Any) -> bytes:
        raise PanicException("index out of bounds")

    monkeypatch.setattr(typst, "compile", crash)
    with pytest.raises(typeset.LayoutError, match="index out of bounds"):
        typeset.typeset("report.typ", {}, {})


def test_a_run_gets_all_its_reports_even_if_one_fails(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        files.store(results.corrupt(name), tmp_path / name)
    (tmp_path / "b" / "result.json").write_text("{")
    done: list[str] = []
    with pytest.raises(ReportError, match=r"^1 report is missing: .*b/result.json"):
        write_reports(tmp_path, jobs=2, written=lambda path: done.append(path.parent.name))
    assert sorted(done) == ["a", "c"]
    assert (tmp_path / "a" / "report.pdf").is_file()
    shutil.rmtree(tmp_path / "b")
    assert [p.parent.name for p in write_reports(tmp_path)] == ["a", "c"]
