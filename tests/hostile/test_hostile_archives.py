"""Archives and folders made to break the taking in: a sentence each, and never a grader's fault."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from attacks import ALL, REFERENCE
from zips import changed, flagged, link, packed

from autograder.course import Course
from autograder.remote.scratch import remove_tree
from autograder.submission.intake import answers, read

FILES = [(f"{name}.py", text) for name, text in REFERENCE.items()]


GOOD = packed(*FILES)
AGAIN = "; pack it and hand it in again."
UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "(File is not a zip file)" + AGAIN),
    "garbage": (lambda: os.urandom(5000), "(File is not a zip file)" + AGAIN),
    "nothing": (lambda: b"", "(File is not a zip file)" + AGAIN),
    "wrong checksum": (lambda: changed(GOOD, GOOD.find(b"PK\x01\x02") + 16), "Bad CRC-32"),
    "damaged contents": (lambda: changed(GOOD, 80), "The zip is damaged" + AGAIN),
    "encrypted": (lambda: flagged(GOOD, 1), "The zip is encrypted; hand it in without a password."),
    "no entries": (lambda: packed(), "The submission is empty; hand in the files of the"),
    "unknown compression": (lambda: GOOD.replace(b"\x08\x00", b"\x63\x00"), "not supported"),
    "a name that is no UTF-8": (
        lambda: flagged(packed(("AAAA.py", ""), *FILES), 0x800).replace(b"AAAA", b"\xff\xfe\xfd\xfc"),
        "can't decode byte",
    ),
    "one file of 250 MB": (
        lambda: packed(*FILES, ("big.bin", bytes(250 << 20))), "The files have more than 200 MB",
    ),
    "five files of 50 MB": (
        lambda: packed(*FILES, *((f"{i}.bin", bytes(50 << 20)) for i in range(5))),
        "The files have more than 200 MB; leave out data and models.",
    ),
    "5,000 files": (
        lambda: packed(*FILES, *((f"{i}.txt", "") for i in range(5000))),
        "has more than 2000 files; hand in only your own work.",
    ),
}  # fmt: skip
LEFT_OUT: dict[str, tuple[Callable[[], bytes], str]] = {
    "climbing names": (
        lambda: packed(("../../../../tmp/evil.py", "x"), ("..\\evil.py", "x"), *FILES),
        "The entry ../../../../tmp/evil.py was ignored; it points outside the submission.",
    ),
    "absolute names": (lambda: packed(("/etc/evil", "x"), *FILES), "The entry /etc/evil was ignored"),
    "drive letters": (lambda: packed(("C:\\evil.py", "x"), *FILES), "The entry C:/evil.py was ignored"),
    "a link": (lambda: packed((link("x.py"), "/etc/passwd"), *FILES), "The link x.py was ignored"),
    "1,500 folders in each other": (
        lambda: packed(("a/" * 1500 + "x.py", ""), *FILES), "give it a short, printable name",
    ),
    "a name of 300 letters": (lambda: packed(("a" * 300, ""), *FILES), "short, printable name"),
    "a name that steers a terminal": (
        lambda: packed(("a\nb\x1b[31m.py", ""), *FILES), "The file a b\ufffd[31m.py was ignored",
    ),
    "20,000 climbing names": (
        lambda: packed(*((f"../{i}", "") for i in range(20000)), *FILES), "../0 was ignored; it points outside",
    ),
    "another assignment": (
        lambda: packed(("manifest.json", '{"assignment": "dl22_a2"}'), *FILES),
        "The submission was packed for the assignment dl22_a2, not for this one.",
    ),
    "an assignment with an odd name": (
        lambda: packed(("manifest.json", '{"assignment": "\\ud800\\n\\u202e"}'), *FILES),
        "The submission was packed for the assignment \ufffd \ufffd, not for this one.",
    ),
}  # fmt: skip
HARMLESS: dict[str, Callable[[], bytes]] = {
    "folders around the files": lambda: packed(*((f"alice/hw 2/src/{n}", t) for n, t in FILES)),
    "a name in another code page": lambda: packed(("AAAA.txt", ""), *FILES).replace(
        b"AAAA", b"\xff\xfe\xfd\xfc"
    ),
    "a dot for a name": lambda: packed((".", "x"), *FILES),
    "a file where a folder of ours goes": lambda: packed(("checks", "x"), *FILES),
    "our files replaced": lambda: packed(("checks/compare.py", "1/0"), *FILES),
    "compiled files and hidden folders": lambda: packed(
        ("__pycache__/affine.cpython-311.pyc", "x"), (".git/config", "x"), *FILES
    ),
    "deeply nested JSON": lambda: packed(("manifest.json", "[" * 50_000), *FILES),
    "20 million lists of JSON": lambda: packed(("manifest.json", "[" + "[]," * 20_000_000), *FILES),
}


@pytest.fixture
def graded_zip(graded, tmp_path):
    def grade(content: bytes, *questions: str):
        path = tmp_path / "work.zip"
        path.write_bytes(content)
        return graded(path, questions or ALL)

    return grade


LONG = {"five files of 50 MB": pytest.mark.slow, "20 million lists of JSON": pytest.mark.slow}


def cases(table: Iterable[str]) -> list:
    return [pytest.param(name, marks=LONG.get(name, ())) for name in table]


@pytest.mark.parametrize("name", cases(UNREADABLE))
def test_what_cannot_be_read_gets_a_sentence_everywhere(name, graded_zip):
    make, sentence = UNREADABLE[name]
    run = graded_zip(make())
    assert set(run.outcomes().values()) == {"error"}
    assert sentence in run.sentence("Gate")
    assert run.result["submission"]["notes"] == [run.sentence("Gate")]
    assert len(run.result["submission"]["sha256"]) == 64
    assert run.seconds < 5


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_does_not_belong_is_left_out_with_a_note(name, graded_zip):
    make, note = LEFT_OUT[name]
    run = graded_zip(make(), "affine_forward", "Gate")
    assert run.scores() == {"affine_forward": 3, "Gate": 5}
    assert note in run.result["submission"]["notes"][0]
    assert len(run.result["submission"]["notes"]) <= 21
    assert not Path("/tmp/evil.py").exists()


@pytest.mark.parametrize("name", cases(HARMLESS))
def test_what_does_no_harm_costs_nothing(name, graded_zip):
    run = graded_zip(HARMLESS[name](), "affine_forward", "Gate")
    assert run.scores() == {"affine_forward": 3, "Gate": 5}
    assert run.seconds < 5


def test_a_link_in_place_of_a_module_is_not_followed(graded_zip):
    run = graded_zip(packed((link("affine.py"), "/etc/passwd"), FILES[1]))
    assert run.outcomes()["affine_forward"] == "not_attempted"
    assert run.sentence("affine_forward") == (
        "affine.py is not in the submission; it contains attention.py."
    )
    assert run.scores()["Gate"] == 5


def test_a_folder_in_place_of_a_module_is_an_error(graded_zip):
    run = graded_zip(packed(*FILES, ("affine.py/x.py", "")))
    assert run.outcomes()["affine_forward"] == "error"
    assert run.scores()["Gate"] == 5


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("work.tar.gz", b"\x1f\x8b", "work.tar.gz is not a zip; hand in a zip."),
        ("nothing.zip", None, "There is no file or folder nothing.zip."),
    ],
)
def test_what_is_no_zip_is_called_so(name, content, sentence, graded, tmp_path):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    run = graded(path)
    assert run.sentence("Gate") == sentence
    assert set(run.outcomes().values()) == {"error"}


@pytest.mark.parametrize("name", ["huge.zip", "huge.py", "folder/huge.bin"])
def test_a_terabyte_is_not_read(name, graded, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: it takes no room
    run = graded(path.parent if "/" in name else path)
    assert "leave out data and models" in run.sentence("Gate")
    assert run.seconds < 5


def test_a_folder_with_odd_contents_is_read_as_far_as_it_goes(graded, tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    for name, text in FILES:
        (folder / name).write_text(text)
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.py")).write_text("x")
    home = os.getcwd()
    os.chdir(folder)
    for _ in range(1200):
        os.mkdir("deep")
        os.chdir("deep")
    os.chdir(home)
    run = graded(folder)
    assert run.result["score"] == 15
    notes = run.result["submission"]["notes"]
    assert any(note.startswith("The link loop was ignored") for note in notes)
    assert any("nested too deeply" in note for note in notes)
    assert run.result["submission"]["files"] == ["affine.py", "attention.py"]
    remove_tree(folder)  # pytest's own clean-up does not descend so deep
    assert not folder.exists()


def test_an_empty_folder_is_an_empty_submission(graded, tmp_path):
    (tmp_path / "work").mkdir()
    assert graded(tmp_path / "work").sentence("Gate").startswith("The submission is empty")


@pytest.mark.parametrize(
    "hostile", ["<!--" * 60_000, ">\n" * 120_000, "\n" * 250_000, "## " + " " * 250_000]
)
def test_written_answers_are_read_in_one_pass(hostile, small: Course, tmp_path):
    def asked() -> Iterable[str]:
        (tmp_path / "answers.md").write_text(f"## first\n{hostile}\n")
        submission = read(tmp_path / "answers.md", small.target("small"))
        return answers(submission, small.problem("affine"))

    assert asked() == {}


def test_a_submission_of_another_assignment_is_recognised(tmp_path, short_course):
    from autograder.grade.grader import Grader

    course = Course(short_course)
    target = course.target("affine")
    alone = Grader(course, target, zygote=None, seed=1)  # nothing of it runs
    (tmp_path / "attention.py").write_text(REFERENCE["attention"])
    from autograder.submission import intake

    found = intake.modules(read(tmp_path, target), course.problem("affine"), alone._others)
    assert found.faults["affine.py"] == (
        "affine.py is not in the submission, which seems to be for attention."
    )
