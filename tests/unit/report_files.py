"""The files of a run made of results, and what a PDF holds."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest
from report_results import Result

from autograder.report import pdf, typeset


def png(width: int = 90, height: int = 70, shade: int = 128) -> bytes:
    """Return a grey PNG picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def store(value: Result, folder: Path, pictures: dict[str, bytes] | None = None) -> Path:
    """Write ``value`` and its figures as the grader would and return the folder."""
    (folder / "figures").mkdir(parents=True)
    for item in value["problems"][0]["questions"]:
        for number, figure in enumerate(item["figures"]):
            content = (pictures or {}).get(figure["file"]) or png(90 + 10 * number)
            figure["sha256"] = hashlib.sha256(content).hexdigest()
            (folder / figure["file"]).write_bytes(content)
    (folder / "result.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


def poppler(tool: str, pdf: Path, *options: str) -> str:
    """Return what a tool of poppler-utils says of ``pdf``; skips the test where it is missing."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed (Debian package poppler-utils)")
    target = ("-",) if tool == "pdftotext" else ()
    command = [tool, *options, str(pdf), *target]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def text_of(pdf: Path) -> str:
    """Return the words of ``pdf`` with single spaces; hyphens and breaks at line ends undone."""
    return " ".join(poppler("pdftotext", pdf).replace("\u200b", "").replace("\xad", "").split())


def attempts(monkeypatch: pytest.MonkeyPatch, failures: int = 0) -> list[Any]:
    """Record what is typeset; let the first ``failures`` attempts fail."""
    made: list[Any] = []
    real = pdf.typeset

    def recorded(template: str, data: Any, pictures: Any) -> bytes:
        made.append(data)
        if len(made) <= failures:
            raise typeset.LayoutError("no room")
        return real(template, data, pictures)

    monkeypatch.setattr(pdf, "typeset", recorded)
    return made
