"""Names that differ by accident: told in the same words by `--pack` and at intake, nothing lost."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from test_release_hand_in import pack, unpacked

from autograder.course import Course
from autograder.errors import SubmissionError
from autograder.kit.checking.rules import misnamed
from autograder.submission.intake import answers, modules, read
from autograder.submission.unpack import read_files


@pytest.mark.parametrize("login", ["müller", "my homework"])
def test_a_name_with_other_letters_is_told_why(login: str, course: Course, tmp_path: Path) -> None:
    package = unpacked(course, tmp_path / "package")
    sentence = (
        f"'hw1-{login}.zip' cannot be the name of the zip. Use letters without accents, digits, "
        "dots, dashes and underscores only."
    )
    assert f"Problem: {sentence}\n" in pack(package, login)[1]
    path = tmp_path / f"hw1-{login}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("columns/columns.py", "x = 1\n")
    assert sentence in read(path, course.assignment("hw1")).notes


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("columns.py", "Columns.py"),
        ("columns.py", "columns (1).py"),
        ("columns.py", "COLUMNS(2).PY"),
        ("answers.md", "Answers.md"),
        ("answers.md", "answers (1).md"),
    ],
)
def test_a_file_of_almost_the_right_name_is_told_and_read(
    name: str, other: str, course: Course, tmp_path: Path
) -> None:
    folder = unpacked(course, tmp_path / "package") / "columns"
    sheet = folder / "answers.md"
    sheet.write_text(sheet.read_text().rstrip() + "\n\nRight.\n")
    (folder / name).rename(folder / other)
    sentence = f"columns/{other} must be called {name}: rename it."
    status, text = pack(tmp_path / "package", "ada")
    assert status == 1
    assert f"Problem: {sentence}\n" in text
    assignment = course.assignment("hw1")
    submission = read(tmp_path / "package", assignment)
    assert submission.notes.count(sentence) == 1
    problem = assignment.entries[0].problem
    assert modules(submission, problem, dict).texts.keys() == {"columns.py"}
    assert answers(submission, problem) == {"centring": "Right."}


def test_which_of_two_files_was_meant_is_not_guessed() -> None:
    assert misnamed(["a/Columns.py", "a/columns (1).py"], "columns.py") is None
    assert misnamed(["a/Columns.py", "columns.py"], "columns.py") is None
    assert misnamed(["a/Columns.py", "a/other.py"], "columns.py") == "a/Columns.py"


def test_a_module_in_another_encoding_is_told_in_the_same_words(
    course: Course, tmp_path: Path
) -> None:
    package = unpacked(course, tmp_path / "package")
    path = package / "columns" / "columns.py"
    path.write_bytes(path.read_bytes() + "# Größe\n".encode("latin-1"))
    sentence = "columns.py is not UTF-8 text; save it as UTF-8."
    assert f"Problem: {sentence}\n" in pack(package, "ada")[1]
    assignment = course.assignment("hw1")
    found = modules(read(package, assignment), assignment.entries[0].problem, dict)
    assert found.faults == {"columns.py": sentence}


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b\x08", "gzip"),
     (b"%PDF-1.7", "PDF")],
)  # fmt: skip
def test_another_file_that_is_called_a_zip_is_told(start: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "hw1-ada.zip"
    path.write_bytes(start + bytes(40))
    with pytest.raises(SubmissionError) as caught:
        read_files(path, 2**20)
    assert str(caught.value) == (
        f"hw1-ada.zip is not a zip but a {kind} file with that name; hand in a zip."
    )


def test_what_macos_adds_to_files_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    for name in ("report.pdf", "._report.pdf"):
        (tmp_path / "work" / name).write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        archive.writestr("a/report.pdf", b"x")
        archive.writestr("a/._report.pdf", b"x")
    assert list(read_files(tmp_path / "work", 99)[0]) == ["report.pdf"]
    assert read_files(tmp_path / "work.zip", 2**20) == ({"a/report.pdf": b"x"}, [])
