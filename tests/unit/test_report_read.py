"""Results are read with a reason for each refusal; files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import report_files as files
import report_results as results

from autograder.report.read import (
    ReportError,
    read_result,
    read_results,
    result_folders,
    write_whole,
)


def test_folders_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        files.store(results.corrupt(name), tmp_path / name)
    (tmp_path / "d").mkdir()
    assert [folder.name for folder in result_folders(tmp_path)] == ["a", "b", "c"]
    assert [value["submission"]["name"] for value in read_results(tmp_path)] == ["a", "b", "c"]


def test_a_missing_result_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"result.json cannot be read .*; grade the submission"):
        read_result(tmp_path)


@pytest.mark.parametrize("content", ["[]", "null", '{"schema": 2}', "{}"])
def test_another_format_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(ReportError, match="not a result of version 1; grade the submission again"):
        read_result(tmp_path)


def test_a_result_without_a_part_is_refused(tmp_path: Path) -> None:
    value = results.corrupt()
    del value["problems"][0]["written"][0]["figures"]
    files.store(value, tmp_path / "a")
    with pytest.raises(ReportError, match=r"not a complete result .*`figures`.*; grade the sub"):
        read_result(tmp_path / "a")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert write_whole(path, b"one") == path
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(ReportError, match=r"a.csv cannot be written \(Is a directory\)"):
        write_whole(tmp_path / "a.csv", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(ReportError, match="cannot be written"):
        write_whole(tmp_path / "missing" / "a.csv", b"one")
