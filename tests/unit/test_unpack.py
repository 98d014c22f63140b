"""Files of a submission: the same from a zip and a folder, within limits, with remarks."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from autograder.errors import SubmissionError
from autograder.submission.unpack import (
    FILE_LIMIT,
    NOTE_LIMIT,
    digest_of_unreadable,
    read_files,
)

MIB = 2**20
FILES = {"b.py": b"b = 2\n", "deep/a.py": b"a = 1\n"}


def zipped(path: Path, entries: dict[str, bytes], **options: object) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, limit: int = MIB) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_files(path, limit)
    return str(caught.value)


def test_zip_and_folder_give_the_same_files(tmp_path):
    folder = tmp_path / "work"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert read_files(folder, MIB) == (FILES, [])
    assert read_files(zipped(tmp_path / "work.zip", FILES), MIB) == (FILES, [])
    assert list(read_files(folder, MIB)[0]) == sorted(FILES)


def test_one_file_is_a_submission(tmp_path):
    (tmp_path / "b.py").write_bytes(b"b = 2\n")
    assert read_files(tmp_path / "b.py", MIB) == ({"b.py": b"b = 2\n"}, [])


def test_files_that_tools_leave_are_ignored_without_a_remark(tmp_path):
    left = {
        "__MACOSX/._b.py": b"",
        ".git/config": b"",
        "x/__pycache__/b.pyc": b"",
        ".DS_Store": b"",
    }
    assert read_files(zipped(tmp_path / "w.zip", {**FILES, **left}), MIB) == (FILES, [])


def test_entries_that_point_outside_are_ignored_with_a_remark(tmp_path):
    path = zipped(tmp_path / "w.zip", {"../evil.py": b"", "/etc/x": b"", "C:\\x.py": b"", **FILES})
    files, notes = read_files(path, MIB)
    assert files == FILES
    assert notes == [
        "The entry ../evil.py was ignored; it points outside the submission.",
        "The entry /etc/x was ignored; it points outside the submission.",
        "The entry C:/x.py was ignored; it points outside the submission.",
    ]


def test_links_and_odd_names_are_ignored_with_a_remark(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "b.py").write_bytes(b"")
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / ("n" * 201)).write_bytes(b"")
    files, notes = read_files(folder, MIB)
    assert list(files) == ["b.py"]
    assert notes[0] == "The link link.py was ignored; hand in the file itself."
    assert notes[1].endswith("was ignored; give it a short, printable name.")


def test_folders_below_the_depth_limit_are_ignored_with_a_remark(tmp_path):
    folder = tmp_path / "work"
    deep = folder.joinpath(*"abcdefghijklmnopqrstuvwxyz")
    deep.mkdir(parents=True)
    (deep / "x.py").write_bytes(b"")
    files, notes = read_files(folder, MIB)
    assert files == {}
    assert notes == [
        "The folder a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u was ignored; it is nested too deeply."
    ]


def test_remarks_are_limited(tmp_path):
    path = zipped(tmp_path / "w.zip", {f"../{i}": b"" for i in range(NOTE_LIMIT + 5)})
    _, notes = read_files(path, MIB)
    assert len(notes) == NOTE_LIMIT + 1
    assert notes[-1] == "And 5 more entries were ignored."


def test_size_and_number_are_limited(tmp_path):
    large = zipped(tmp_path / "large.zip", {"x": bytes(2 * MIB)})
    assert refused(large) == (
        "The zip has 2 MB, but the limit is 1 MB; leave out data and models, clear outputs or "
        "shrink figures."
    )
    bomb = zipped(tmp_path / "bomb.zip", {"x": bytes(11 * MIB)}, compression=zipfile.ZIP_DEFLATED)
    assert refused(bomb) == ("The files have more than 10 MB; leave out data and models.")
    many = zipped(tmp_path / "many.zip", {f"{i}.py": b"" for i in range(FILE_LIMIT + 1)})
    assert refused(many) == ("The submission has more than 2000 files; hand in only your own work.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("w.tar", b"", "w.tar is not a zip; hand in a zip."),
        ("w.zip", b"no zip", "The zip cannot be read (File is not a zip file); pack it and hand "
         "it in again."),
    ],
)  # fmt: skip
def test_other_archives_are_refused(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name) == sentence


def test_a_path_without_a_file_is_refused(tmp_path):
    assert refused(tmp_path / "none.zip") == "There is no file or folder none.zip."


def test_a_damaged_entry_is_refused(tmp_path):
    path = zipped(tmp_path / "w.zip", {"b.py": b"b" * 1000}, compression=zipfile.ZIP_DEFLATED)
    raw = bytearray(path.read_bytes())
    raw[40] ^= 0xFF
    path.write_bytes(raw)
    assert refused(path).endswith("pack it and hand it in again.")


def test_a_locked_zip_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("b.py", b"b")
    raw = bytearray(stream.getvalue())
    raw[6] |= 1  # the flag of encryption, in the entry and in the directory
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "w.zip").write_bytes(raw)
    assert refused(tmp_path / "w.zip") == ("The zip is encrypted; hand it in without a password.")


def test_the_digest_of_an_unreadable_file(tmp_path):
    (tmp_path / "w.zip").write_bytes(b"no zip")
    assert len(digest_of_unreadable(tmp_path / "w.zip")) == 64
    assert digest_of_unreadable(tmp_path) == ""
    assert digest_of_unreadable(tmp_path / "none") == ""
