"""What an assignment asks for, in a package's `--pack` and when the submission is taken in."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from autograder.course import Course
from autograder.errors import CourseError
from autograder.release.package_tree import assignment_tree
from autograder.submission.intake import Submission, answers, modules, read

P5 = ('archive = "hw1-<login>.zip"', 'archive = "code.zip"\nrequired_files = ["P5/readme*"]\n'
      'separate_files = ["report.pdf"]')  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n"


def pages(count: int) -> bytes:
    stream = io.BytesIO()
    with PdfPages(stream) as document:
        for number in range(count):
            figure = Figure()
            figure.text(0.1, 0.9, f"Page {number + 1}")
            document.savefig(figure)
    return stream.getvalue()


def change(course: Course, *edits: tuple[str, str]) -> None:
    path = course.assignments / "hw1.toml"
    text = path.read_text()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def unpacked(course: Course, root: Path) -> Path:
    for name, content in assignment_tree(course, course.assignment("hw1")).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def pack(package: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(package / "check.py"), "--pack", *arguments],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


@pytest.fixture
def with_p5(course: Course, tmp_path: Path) -> Path:
    """A package whose problem has a folder of another name in the zip, next to a report."""
    change(course, P5, ('name = "columns"\n', 'name = "columns"\nfolder = "P5"\n'))
    package = unpacked(course, tmp_path / "package")
    (package / "columns" / "README.md").write_text("Run columns.py.\n")
    (package / "report.pdf").write_bytes(pages(1))
    description = json.loads((package / "assignment.json").read_text())
    description["problems"][0]["may_hand_in"] = ["readme*", "README*"]
    (package / "assignment.json").write_text(json.dumps(description))
    return package


def test_a_problem_is_packed_in_the_folder_that_the_assignment_asks_for(
    with_p5: Path, course: Course, tmp_path: Path
) -> None:
    status, text = pack(with_p5)
    assert status == 0, text
    assert text.endswith("Hand in these files: code.zip and report.pdf.\n")
    assert names(with_p5 / "code.zip") == [
        "P5/README.md", "P5/answers.md", "P5/columns.ipynb", "P5/columns.py", "manifest.json",
    ]  # fmt: skip
    handed_in = tmp_path / "ada"
    handed_in.mkdir()
    for name in ("code.zip", "report.pdf"):
        (handed_in / name).write_bytes((with_p5 / name).read_bytes())
    submission = read(handed_in, course.assignment("hw1"))
    assert not [note for note in submission.notes if "missing" in note or "form" in note]
    assert "report.pdf" in submission.files
    problem = course.assignment("hw1").entries[0].problem
    assert modules(submission, problem, dict).texts.keys() == {"columns.py"}


@pytest.mark.parametrize("folder", ["P5", "p5", "columns", "code/P5"])
def test_grading_finds_a_problem_in_either_folder(
    folder: str, with_p5: Path, course: Course
) -> None:
    assignment = course.assignment("hw1")
    problem = assignment.entries[0].problem
    files = {
        f"{folder}/columns.py": b"x = 1\n",
        f"{folder}/answers.md": b"## centring\n\nRight.\n",
        "answers.md": b"## centring\n\nOf another problem.\n",
        "columns.py": b"x = 2\n",
    }
    submission = Submission("ada", files, "", (), {"columns": "P5"})
    assert modules(submission, problem, dict).texts == {"columns.py": "x = 1\n"}
    assert answers(submission, problem) == {"centring": "Right."}


def remove(*parts: str) -> Callable[[Path], None]:
    return lambda package: package.joinpath(*parts).unlink()


MISSING = {
    "readme": (
        remove("columns", "README.md"),
        "A file like P5/readme* is missing, but the assignment asks for it: add it to columns/ and "
        "pack again.",
    ),
    "report": (
        remove("report.pdf"),
        "report.pdf is missing, but the assignment asks for it: add it next to check.py and pack "
        "again.",
    ),
    "half a report": (
        lambda package: (package / "report.pdf").write_bytes(pages(1)[:-30]),
        "report.pdf is cut off, its end is missing; export it again.",
    ),
    "notebook not run": (
        lambda package: None,
        "columns.ipynb: 4 of 4 code cells have not been run; run all cells and save it.",
    ),
    "notebook with an error": (
        lambda package: with_error(package / "columns" / "columns.ipynb"),
        "columns.ipynb: 1 of 4 code cells ended with an error, the first with NameError; "
        "correct them and run all cells.",
    ),
}


def with_error(path: Path) -> None:
    document = json.loads(path.read_text())
    cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    cells[1]["outputs"] = [{"output_type": "error", "ename": "NameError", "evalue": "x"}]
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("case", MISSING)
def test_packing_and_intake_say_the_same(case: str, with_p5: Path, course: Course) -> None:
    damage, sentence = MISSING[case]
    damage(with_p5)
    _, text = pack(with_p5, "--anyway")
    assert [line.partition(": ")[2] for line in text.splitlines()].count(sentence) == 1
    folder = with_p5.parent / "ada"
    folder.mkdir()
    for name in ("code.zip", "report.pdf"):
        if (with_p5 / name).exists():
            (folder / name).write_bytes((with_p5 / name).read_bytes())
    assert read(folder, course.assignment("hw1")).notes.count(sentence) == 1


def test_a_wrong_name_is_told_in_the_same_words(course: Course, tmp_path: Path) -> None:
    package = unpacked(course, tmp_path / "package")
    status, text = pack(package)
    assert status == 1
    form = (
        "is not a name of the form hw1-<login>.zip, which the assignment asks for: run "
        "`python check.py --pack NAME` with your name in it."
    )
    named = "The zip must be called hw1-<login>.zip: run `python check.py --pack NAME` with your"
    assert f"Problem: {named} login as NAME.\n" in text
    assert pack(package, "hw1-ada")[0] == 0
    (package / "hw1-ada.zip").rename(tmp_path / "ada.zip")
    assert f"'ada.zip' {form}" in read(tmp_path / "ada.zip", course.assignment("hw1")).notes


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("P/5", "'P/5' in 'folder' is not the name of a folder; write one like 'P5'"),
        ("..", "'..' in 'folder' is not the name of a folder"),
        ("Columns", "'Columns' in 'folder' is the folder of another problem; choose a name"),
    ],
)
def test_a_folder_that_cannot_be_is_refused(folder: str, sentence: str, course: Course) -> None:
    change(course, ('name = "columns"\n', f'name = "columns"\nfolder = "{folder}"\n'))
    with pytest.raises(CourseError, match=sentence.replace("(", r"\(")):
        course.assignment("hw1")


def test_pictures_that_answers_show_are_carried(course: Course, tmp_path: Path) -> None:
    package = unpacked(course, tmp_path / "package")
    sheet = package / "columns" / "answers.md"
    sheet.write_text(
        sheet.read_text() + '![loss](figures/loss.png)\n<img src="../all%20in%20one.png">\n'
        "![](nowhere.png)\n![](nowhere2.png)\n![](https://example.org/x.png)\n![](../../secret.png)"
        "\n![](data:image/png;base64,AAAA)\n"
    )
    (package / "columns" / "figures").mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    for name in ("columns/figures/loss.png", "columns/figures/other.png", "all in one.png"):
        (package / name).write_bytes(PNG)
    status, text = pack(package, "ada")
    assert status == 0, text
    packed = names(package / "hw1-ada.zip")
    assert {"columns/figures/loss.png", "all in one.png"} <= set(packed)
    assert not [name for name in packed if "other" in name or "secret" in name]
    for line in (
        "nowhere.png and 1 more, which does not exist: save it there, or correct the path.",
        "https://example.org/x.png, which is on the web: graders do not load it; "
        "save it here and show that file.",
        "../../secret.png, which is outside of this folder: copy it here and correct the path.",
    ):
        assert f"Note: columns/answers.md shows {line}\n" in text
    assert "data:" not in text


def test_a_handout_page_is_never_packed(course: Course, tmp_path: Path) -> None:
    package = unpacked(course, tmp_path / "package")
    description = json.loads((package / "assignment.json").read_text())
    description["problems"][0]["may_hand_in"] = ["*.html", "*.md"]
    (package / "assignment.json").write_text(json.dumps(description))
    for name in ("handout.html", "handout.pdf", "table.html"):
        (package / "columns" / name).write_bytes(b"<p>x</p>")
    assert pack(package, "ada")[0] == 0
    packed = names(package / "hw1-ada.zip")
    assert "columns/table.html" in packed
    assert not [name for name in packed if "handout" in name]


def test_the_name_is_asked_for_at_a_terminal(course: Course, tmp_path: Path) -> None:
    package = unpacked(course, tmp_path / "package")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, str(package / "check.py"), "--pack"],
        stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, b"Ada L.\nada\n")
        assert process.wait(60) == 0
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert "The zip is called hw1-<login>.zip." in said
    assert "Use letters without accents, digits, dots, dashes and underscores only." in said
    assert "columns.py" in names(package / "hw1-ada.zip")[2]


PDFS = {
    "one page": (pages(1), None),
    "too long": (pages(3), "report.pdf has 3 pages, but the limit is 2; shorten it."),
    "damaged": (
        b"%PDF-1.7\ntrailer <<>>\n%%EOF\n",
        "report.pdf cannot be opened; export it again.",
    ),
}


@pytest.mark.parametrize("case", [*PDFS, "blank", "locked"])
def test_the_pages_of_a_report_are_looked_at(case: str, course: Course, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    change(
        course, ("max_size_mb = 1", 'max_size_mb = 1\nmax_pages = 2\nrequired_files = ["*.pdf"]')
    )
    package = unpacked(course, tmp_path / "package")
    assert "pypdf>=5" in (package / "requirements.txt").read_text().splitlines()
    (package / "columns" / "columns.pdf").write_bytes(pages(5))  # it shows the notebook
    if case in PDFS:
        content, sentence = PDFS[case]
    else:
        writer, stream = pypdf.PdfWriter(), io.BytesIO()
        writer.add_blank_page(100, 100)
        sentence = "report.pdf has no page that shows anything; export it again."
        if case == "locked":
            writer.encrypt("secret", algorithm="RC4-128")
            sentence = "report.pdf needs a password; export it without one."
        writer.write(stream)
        content = stream.getvalue()
    (package / "report.pdf").write_bytes(content)
    status, text = pack(package, "ada", "--anyway")
    assert status == 0
    assert [line for line in text.splitlines() if line.startswith("Problem")] == (
        [f"Problem: {sentence}"] if sentence else []
    )
    notes = read(package / "hw1-ada.zip", course.assignment("hw1")).notes
    assert [note for note in notes if "pdf" in note] == ([sentence] if sentence else [])


def test_without_a_page_limit_nothing_to_open_pdfs_is_asked_for(course: Course) -> None:
    tree = assignment_tree(course, course.assignment("hw1"))
    assert b"pypdf" not in tree["requirements.txt"]
