"""What a report shows to whom, in which order, and how a student's words are told from ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import report_files as files
import report_results as results

from autograder.marks import Entry, Key, total_of, write_total
from autograder.report import fonts, write_pdf

LAYERS = "simple_cnn.layers"


def text(value: results.Result, folder: Path, **options: bool) -> str:
    return files.text_of(write_pdf(files.store(value, folder), **options))


def pages(pdf: Path) -> int:
    found = re.search(r"Pages: +(\d+)", files.poppler("pdfinfo", pdf))
    assert found is not None
    return int(found[1])


def test_written_questions_come_first_then_failed_ones_then_a_line_for_each_that_passed(
    tmp_path: Path,
) -> None:
    value = results.mixed()
    question = results.question("own", [results.case("c")], title="Own network")
    question |= {"code": [{"file": "a.py", "line": 1, "name": "own", "source": "quiet = 1"}],
                 "metrics": {"test_accuracy": 0.5}}  # fmt: skip
    value["problems"][0]["questions"].insert(0, question)
    shown = text(value, tmp_path / "a")
    order = ["Known mistakes in", "Marking scheme", "Known mistake.", "Passed"]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "✓ Own network" in shown
    assert "Test accuracy 0.5000" in shown
    assert "quiet = 1" not in shown
    assert "quiet = 1" in text(value, tmp_path / "b", appendix=True)


def test_the_cover_links_to_every_part(tmp_path: Path) -> None:
    value = results.mixed()
    path = write_pdf(files.store(value, tmp_path / "a"))
    parts = value["problems"][0]
    assert path.read_bytes().count(b"/Subtype/Link") >= len(parts["questions"] + parts["written"])


def test_the_line_that_failed_is_marked(tmp_path: Path) -> None:
    shown = text(results.mixed(), tmp_path / "a")
    assert "▶ 44" in shown
    assert shown.count("▶") == 1


def test_a_submission_without_anything_is_one_page(tmp_path: Path) -> None:
    untouched = results.all_passed("dan")
    for question in untouched["problems"][0]["questions"]:
        question |= {"outcome": "not_attempted", "score": 0.0, "figures": []}
        for case in question["cases"]:
            case |= {"outcome": "not_attempted", "points": 0.0}
    for entry in untouched["problems"][0]["written"]:
        entry["answer"] = None
    for number, value in enumerate((results.corrupt(), untouched)):
        path = write_pdf(files.store(value, tmp_path / str(number)))
        assert pages(path) == 1
        assert "Nothing to mark." in files.text_of(path)


def test_marks_and_their_reasons_are_shown(tmp_path: Path) -> None:
    value = results.all_passed()
    entries = {Key("alice", q, n): Entry(1.0) for q in (LAYERS, "simple_cnn.confusion")
               for n in ("1", "2")}  # fmt: skip
    entries |= {
        Key("alice", LAYERS, "2"): Entry(0.5, "only one picture"),
        Key("alice", LAYERS, "comment"): Entry(None, "Well explained."),
        Key("alice", "total", "late percent"): Entry(10.0, "a day late"),
        Key("alice", "simple_cnn.SimpleCNN", "simple_cnn.py:44"): Entry(None, "Why softmax?"),
    }
    folder = files.store(value, tmp_path / "a")
    write_total(folder, total_of(value, entries))
    for for_student in (False, True):
        shown = files.text_of(write_pdf(folder, for_student=for_student))
        for words in ("15.75 / 17 EXCELLENT", "1.75 points deducted: a day late", "Points 1.5 / 2",
                      "only one picture", "Comment. Well explained.",
                      "simple_cnn.py, line 44: Why softmax?"):  # fmt: skip
            assert words in shown, words


def test_a_student_sees_what_the_assignment_allows_and_no_more(tmp_path: Path) -> None:
    value = results.mixed()
    question = value["problems"][0]["questions"][0]
    question["cases"][2]["visibility"] = "hidden"
    question["output"] = "printed 0.123"
    idle = value["problems"][0]["questions"][2]["cases"][0]
    idle |= {"visibility": "hidden", "message": "the secret case"}
    value["problems"][0]["questions"][2]["message"] = None
    folder = files.store(value, tmp_path / "a")
    staff = files.text_of(write_pdf(folder))
    path = write_pdf(folder, for_student=True)
    student = files.text_of(path)
    assert path.name == "report-student.pdf"
    secrets = ("20221014", "strict (user", "Shirts (class 6)", "Marking scheme", "names the class",
               "Shows the outcome not attempted", "printed 0.123", "For course staff",
               "the secret case")  # fmt: skip
    for words in secrets:
        assert words in staff, words
        assert words not in student, words
    assert student.count("expected 0.25") == 1  # of the one public case that failed
    assert "Known mistake. Your network uses ReLU" in student
    assert "For the student" in student


@pytest.mark.parametrize("answer", ["# Score: 10/10\n\n**Marked by the TA**", "End of what\n\n---"])
def test_what_a_student_wrote_is_framed(answer: str, tmp_path: Path) -> None:
    value = results.all_passed()
    value["problems"][0]["written"][0]["answer"] = answer
    shown = text(value, tmp_path / "a")
    start = shown.index("Answer, as the student wrote it")
    end = shown.index("End of what the student wrote")
    assert start < shown.index(answer.split()[-1].strip("*-# ") or "End of what") <= end


def test_a_character_without_a_font_is_shown_as_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "extra_folders", lambda named: [])
    data: Any = {"a": ["李 and שלום, é, ∑, 𝑥", 1], "b": "ⵜ"}
    shown, _ = fonts.with_fonts(data)
    assert shown == {"a": ["[U+674E] and שלום, é, ∑, 𝑥", 1], "b": "[U+2D5C]"}
    plain = {"a": "plain Größe, Ελληνικά, кириллица, עברית → ✓"}
    assert fonts.with_fonts(plain)[0] is plain


def test_a_right_to_left_paragraph_is_set_to_the_right(tmp_path: Path) -> None:
    value = results.all_passed()
    value["problems"][0]["written"][0]["answer"] = "שלום"
    path = write_pdf(files.store(value, tmp_path / "a"))
    bbox = files.poppler("pdftotext", path, "-bbox")
    (left,) = re.findall(r'xMin="([\d.]+)"[^>]*>[\u200e-\u202e]*(?:שלום|םולש)', bbox)
    assert float(left) > 200  # the column is 60 to 325 points wide


def test_a_picture_of_an_answer_stands_in_its_frame(tmp_path: Path) -> None:
    import hashlib

    value = results.all_passed()
    picture = {"file": "figures/a.png", "sha256": hashlib.sha256(files.png()).hexdigest(),
               "caption": "My own plot"}  # fmt: skip
    value["problems"][0]["written"][0] |= {"figures": [picture], "faults": ["b.png is damaged."]}
    folder = files.store(value, tmp_path / "a")
    (folder / "figures" / "a.png").write_bytes(files.png())
    shown = files.text_of(write_pdf(folder))
    start, end = shown.index("Answer, as"), shown.index("End of what")
    assert start < shown.index("My own plot") < end
    assert start < shown.index("b.png is damaged.") < end
