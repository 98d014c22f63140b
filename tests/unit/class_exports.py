"""Exports of a class as the platforms pack them, made of small files."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MODULE = "def affine_forward(x, w, b):\n    return {!r}\n"
ROSTER = """\
Name,Login,E-mail,ID,Section
Jörg Müller,jmueller,j.mueller@uni.example,1001,A
王小明,wang,wang@uni.example,1002,A
"Doe, Jane Ann",jdoe,jane@uni.example,1003,B
Nobody Absent,absent,absent@uni.example,1004,B
"""


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def write_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def zip_of(folder: Path, files: Mapping[str, str | bytes]) -> bytes:
    path = write_zip(folder / "made.zip", files)
    content = path.read_bytes()
    path.unlink()
    return content


def unflagged(path: Path, encoding: str) -> Path:
    """Write a zip whose names are in ``encoding``, without the flag for UTF-8."""
    write_zip(path, {"x" * len("Übung_ä.py".encode(encoding)): "x = 1\n"})
    content = path.read_bytes()
    old = b"x" * len("Übung_ä.py".encode(encoding))
    path.write_bytes(content.replace(old, "Übung_ä.py".encode(encoding)))
    return path


def canvas(root: Path, inner: Path) -> Path:
    return write_tree(
        root,
        {
            "müllerjörg_1001_501_affine-1.py": MODULE.format("new"),
            "müllerjörg_1001_500_affine.py": MODULE.format("old"),
            "doejaneann_LATE_1003_502_hw.zip": zip_of(inner, {"affine.py": MODULE.format("jane")}),
            "doejaneann_LATE_1003_503_answers.md": "## layers\nmine\n",
            "王小明_1002_504_affine.py": MODULE.format("wang"),
        },
    )


def moodle(root: Path, inner: Path) -> Path:
    return write_tree(
        root,
        {
            "Jörg Müller_9001_assignsubmission_file/affine.py": MODULE.format("j"),
            "Jörg Müller_9001_assignsubmission_onlinetext/onlinetext.html": "<p>hi</p>",
            "王小明_9002_assignsubmission_file_affine.py": MODULE.format("wang"),
            "Jane Ann Doe_9003_assignsubmission_file/hw.zip": zip_of(
                inner, {"affine.py": MODULE.format("jane")}
            ),
        },
    )


def ilias(root: Path, inner: Path) -> Path:
    return write_tree(
        root / "Blatt 1" / "Abgaben",
        {
            "Mueller_Joerg_jmueller_311/affine.py": MODULE.format("j"),
            "Team_7/Doe_Jane_jdoe_312/affine.py": MODULE.format("team"),
            "Team_7/Wang_Xiaoming_wang_313/notes.txt": "see Jane",
        },
    )


def gradescope(root: Path, inner: Path) -> Path:
    metadata = """\
submission_1:
  :submitters:
  - :name: Jörg Müller
    :sid: '1001'
    :email: j.mueller@uni.example
  :created_at: 2026-03-01 10:00:00.000000000 Z
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    score: 1
submission_2:
  :submitters:
  - :name: Jane Doe
    :email: JANE@uni.example
  - :name: Wang
    :sid: '1002'
  :created_at: 2026-03-03 10:00:00.000000000 Z
submission_3:
  :submitters:
  - :name: Jörg Müller
    :sid: '1001'
    :email: j.mueller@uni.example
  :created_at: 2026-02-28 10:00:00.000000000 Z
"""
    return write_tree(
        root / "assignment_55_export",
        {
            "submission_metadata.yml": metadata,
            "submission_1/affine.py": MODULE.format("last"),
            "submission_2/affine.py": MODULE.format("both"),
            "submission_3/affine.py": MODULE.format("first"),
        },
    ).parent
