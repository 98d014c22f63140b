"""Read the results of a run; write files atomically."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from autograder import atomic
from autograder.errors import KitError
from autograder.result import RESULT, SCHEMA, GradedSubmission
from autograder.submission.class_list import read_class_list
from autograder.text import cleaned, is_clean


class ReportError(KitError):
    """A report cannot be written; the text says which and why."""


def read_result(folder: Path) -> dict[str, Any]:
    """Read ``folder/result.json``; raises ReportError with what is wrong."""
    return _read(folder)[0]


def read_cleaned_result(folder: Path) -> dict[str, Any]:
    """Read ``folder/result.json`` with all its texts ``cleaned``; raises ReportError."""
    result, text = _read(folder)
    return result if is_clean(text) else cleaned(result)


def _read(folder: Path) -> tuple[dict[str, Any], str]:
    path = folder / RESULT
    try:
        text = path.read_text(encoding="utf-8")
        result = json.loads(text)
    except OSError as error:
        raise ReportError(
            f"{path} cannot be read ({error.strerror}); grade the submission first."
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ReportError(f"{path} is not valid JSON; grade the submission again.") from None
    if not isinstance(result, dict) or result.get("schema") != SCHEMA:
        raise ReportError(
            f"{path} is not a result of version {SCHEMA}; grade the submission again."
        )
    try:
        msgspec.convert(result, GradedSubmission)
    except msgspec.ValidationError as error:
        raise ReportError(
            f"{path} is not a complete result ({error}); grade the submission again."
        ) from None
    return result, text


def result_folders(run: Path) -> list[Path]:
    """Return the folders of a run with results that count, by name.

    Raises ReportError if there is none.
    """
    listed = read_class_list(run)
    folders = sorted(
        path.parent
        for path in run.glob(f"*/{RESULT}")
        if not listed or (path.parent.name in listed and listed[path.parent.name].counts)
    )
    if not folders:
        raise ReportError(f"{run} holds no graded submission; give the folder that `grade` wrote.")
    return folders


def read_results(run: Path) -> list[dict[str, Any]]:
    """Read every result of a run, ordered by folder name."""
    return [read_result(folder) for folder in result_folders(run)]


def write_whole(path: Path, content: bytes) -> Path:
    """Write ``path`` atomically: a reader sees the old file or the new one, never a part."""
    try:
        return atomic.write_bytes(path, content)
    except OSError as error:
        raise ReportError(f"{path} cannot be written ({error.strerror}).") from None
