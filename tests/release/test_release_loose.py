"""Files that are handed in without a zip: `--pack` makes a folder of them, intake reads it back."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from test_release_hand_in import PNG, change, pack, pages, unpacked

from autograder.course import Course, default_course
from autograder.errors import CourseError, SubmissionError
from autograder.exchange.class_intake import collect
from autograder.kit.checking.loose import folder_path, in_folders, loose_names
from autograder.release.package_tree import assignment_tree
from autograder.submission.hand_in import rules_of
from autograder.submission.intake import Submission, answers, modules, read
from autograder.submission.pictures import pictures_of

LOOSE = ('archive = "hw1-<login>.zip"', 'zip = false\nrequired_files = ["*.pdf"]')
FOLDER = "hw1-submission"


@pytest.fixture
def package(course: Course, tmp_path: Path) -> Path:
    change(course, LOOSE)
    package = unpacked(course, tmp_path / "package")
    (package / "report.pdf").write_bytes(pages(1))
    sheet = package / "columns" / "answers.md"
    sheet.write_text(sheet.read_text().rstrip() + "\n\nRight.\n\n![loss](figures/loss.png)\n")
    (package / "columns" / "figures").mkdir()
    (package / "columns" / "figures" / "loss.png").write_bytes(PNG)
    return package


def test_the_files_are_put_into_one_folder_without_folders(package: Path) -> None:
    status, text = pack(package)
    assert status == 0, text
    folder = package / FOLDER
    names = [
        "columns--answers.md", "columns--figures--loss.png", "columns.ipynb", "columns.py",
        "report.pdf",
    ]  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == names
    assert f"Wrote 5 files to {folder} (" in text
    assert text.endswith(f"Hand in all files of {FOLDER}, not a zip of them.\n")
    (folder / "old.pdf").write_bytes(b"")
    again = pack(package)[1]
    assert "Note: old.pdf was already there: delete what you do not hand in.\n" in again
    assert "5 files" in again


def test_intake_reads_what_was_packed(package: Path, course: Course) -> None:
    pack(package)
    assignment = course.assignment("hw1")
    submission = read(package / FOLDER, assignment)
    assert sorted(submission.files) == [
        "columns/answers.md", "columns/columns.ipynb", "columns/columns.py",
        "columns/figures/loss.png", "report.pdf",
    ]  # fmt: skip
    assert not [note for note in submission.notes if "have not been run" not in note]
    (answer,) = answers(submission, assignment.entries[0].problem).values()
    assert answer.startswith("Right.")
    (picture,) = pictures_of(answer, submission, "columns")
    assert picture.fault is not None
    assert "is no PNG" in picture.fault  # so it was found


def test_a_folder_around_the_files_changes_nothing(package: Path, course: Course) -> None:
    pack(package)
    outer = package.parent / "ada"
    shutil.copytree(package / FOLDER, outer / FOLDER)
    submission = read(outer, course.assignment("hw1"))
    assert submission.find("answers.md", "columns") == f"{FOLDER}/columns/answers.md"


@pytest.mark.parametrize("missing", ["report", "size"])
def test_packing_and_intake_say_the_same(missing: str, package: Path, course: Course) -> None:
    pack(package)
    if missing == "report":
        sentence = "A file like *.pdf is missing, but the assignment asks for it: add it next to "
        (package / "report.pdf").unlink()
        (package / FOLDER / "report.pdf").unlink()
        notes = read(package / FOLDER, course.assignment("hw1")).notes
        assert [note for note in notes if note.startswith(sentence)]
    else:
        sentence = "The files have 2.01 MB, but the limit is 1 MB; leave out data and models, "
        for folder in (package, package / FOLDER):
            (folder / "report.pdf").write_bytes(pages(1) + bytes(2 << 20))
        with pytest.raises(SubmissionError, match=sentence):
            read(package / FOLDER, course.assignment("hw1"))
    status, text = pack(package)
    assert status == 1
    assert f"Problem: {sentence}" in text


def test_a_name_with_the_joint_is_refused(package: Path) -> None:
    sheet = package / "columns" / "answers.md"
    sheet.write_text(sheet.read_text().replace("figures/loss", "figures/a--b"))
    (package / "columns" / "figures" / "loss.png").rename(
        package / "columns" / "figures" / "a--b.png"
    )
    status, text = pack(package)
    assert status == 1
    assert "Problem: columns/figures/a--b.png has -- in its name: rename it, without --.\n" in text


def test_the_student_is_told_to_hand_in_files(course: Course) -> None:
    change(course, LOOSE)
    readme = assignment_tree(course, course.assignment("hw1"))["README.md"].decode()
    assert "hand in the files." in readme
    assert "- Hand in the files themselves, not a zip: all in the folder of `--pack`.\n" in readme
    assert "The zip" not in readme


@pytest.mark.parametrize("key", ["archive", "separate_files"])
def test_a_rule_for_a_zip_contradicts_handing_in_files(key: str, course: Course) -> None:
    rule = 'archive = "hw1.zip"' if key == "archive" else 'separate_files = ["report.pdf"]'
    change(course, (LOOSE[0], f"zip = false\n{rule}"))
    with pytest.raises(CourseError, match=rf"toml:\d+: '{key}' says something about a zip, but"):
        course.assignment("hw1")


@pytest.mark.parametrize("name", ["csci5527_hw5", "csci5980_hw5"])
def test_every_file_of_a_real_assignment_finds_its_way_back(name: str) -> None:
    assignment = default_course().assignment(name)
    rules = rules_of(assignment)
    paths = ["report.pdf"]
    for entry in assignment.entries:
        problem = entry.problem
        files = [*problem.modules, *problem.outputs, "answers.md", "figures/losses.png"]
        paths += [f"{entry.place}/{file}" for file in files]
    names = loose_names(paths, rules)
    assert len({each.lower() for each in names.values()}) == len(paths)
    assert not [each for each in names.values() if "/" in each]
    assert {folder_path(each, rules): path for path, each in names.items()} == {
        path: path for path in paths
    }
    assert "gan.py" in names.values()
    assert "gan--answers.md" in names.values()


def test_two_files_for_one_place_are_both_kept(course: Course) -> None:
    change(course, LOOSE)
    rules = rules_of(course.assignment("hw1"))
    files = in_folders({"columns--columns.py": b"1", "columns.py": b"2"}, rules)
    assert sorted(files.values()) == [b"1", b"2"]


def test_canvas_numbers_a_file_that_is_handed_in_again(
    package: Path, course: Course, tmp_path: Path
) -> None:
    pack(package)
    export = tmp_path / "export"
    export.mkdir()
    for path in (package / FOLDER).iterdir():
        for student in ("lovelaceada_11", "turingalan_12"):
            (export / f"{student}_77_{path.name}").write_bytes(path.read_bytes())
    again = export / "lovelaceada_11_78_columns--answers-1.md"
    again.write_bytes(b"## centring\n\nBetter.\n")
    assignment = course.assignment("hw1")
    planned, messages = collect([export], assignment, tmp_path / "run", None, {})
    assert "2 submissions (Canvas)" in messages[0]
    found: dict[str, Submission] = {p.handed.name: read(p.path, assignment) for p in planned}
    problem = assignment.entries[0].problem
    assert answers(found["lovelaceada"], problem) == {"centring": "Better."}
    assert answers(found["turingalan"], problem)["centring"].startswith("Right.")


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


WORK = {"columns/columns.py": b"x = 1\n"}
NOT_FILES = (
    "'all.zip' is a zip, but the assignment asks for the files themselves: hand in the files that "
    "`python check.py --pack` puts into a folder."
)
WRONG_NAME = (
    "'all.zip' is not a name of the form hw1-<login>.zip, which the assignment asks for: run "
    "`python check.py --pack NAME` with your name in it."
)
ZIPS = {
    "in a folder": ({"all.zip": zipped(WORK), "a.pdf": pages(1)}, True, NOT_FILES),
    "in a folder below": ({"x/all.zip": zipped(WORK), "a.pdf": pages(1)}, True, NOT_FILES),
    "of another name": ({"all.zip": zipped(WORK)}, False, WRONG_NAME),
    "next to the work": (
        {"old.zip": zipped(WORK), "columns.py": b"x = 1\n", "a.pdf": pages(1)}, True,
        "The zip old.zip was not opened: hand in its files.",
    ),
    "two": (
        {"a.zip": zipped(WORK), "b.zip": zipped(WORK)}, False,
        "The zip a.zip was not opened: hand in its files.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ZIPS)
def test_a_zip_inside_of_a_submission_is_opened_or_told(
    case: str, course: Course, tmp_path: Path
) -> None:
    files, is_loose, sentence = ZIPS[case]
    if is_loose:
        change(course, LOOSE)
    for name, content in files.items():
        (tmp_path / "ada" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ada" / name).write_bytes(content)
    assignment = course.assignment("hw1")
    submission = read(tmp_path / "ada", assignment)
    assert submission.notes.count(sentence) == 1
    texts = modules(submission, assignment.entries[0].problem, dict).texts
    assert texts == ({} if case == "two" else {"columns.py": "x = 1\n"})


def test_a_zip_of_files_is_told_and_read(course: Course, tmp_path: Path) -> None:
    change(course, LOOSE)
    (tmp_path / "all.zip").write_bytes(zipped({"up/columns.py": b"x = 1\n", "a.pdf": pages(1)}))
    submission = read(tmp_path / "all.zip", course.assignment("hw1"))
    assert submission.notes == (NOT_FILES,)
    assert set(submission.files) == {"up/columns.py", "a.pdf"}
