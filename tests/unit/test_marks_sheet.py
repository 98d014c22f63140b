"""marks.csv: written, filled in by any spreadsheet, read again, and refused with the line."""

from __future__ import annotations

import csv
import io

import pytest
import report_results as results

from autograder.marks import Entry, Key, MarksError, Places
from autograder.marks.sheet import read_sheet, sheet_text

PLACES = Places([results.all_passed("zoe"), results.all_passed("adam")])
LAYERS = "simple_cnn.layers"
HEADER = "submission,question,criterion,points,comment\n"


def test_there_is_a_row_for_every_criterion_of_every_submission() -> None:
    rows = list(csv.DictReader(io.StringIO(sheet_text({}, PLACES))))
    assert len(rows) == 2 * 2 * 2
    assert rows[0] == {
        "submission": "adam",
        "question": LAYERS,
        "criterion": "1 (max 1): names the class with the lowest $p_k$ and two it is taken for",
        "points": "",
        "comment": "",
    }


def test_what_was_written_is_read_again() -> None:
    entries = {
        Key("adam", LAYERS, "2"): Entry(0.25, 'a "quote", a comma\nand =1+1'),
        Key("zoe", LAYERS, "comment"): Entry(None, "=HYPERLINK(1)"),
        Key("zoe", LAYERS, "1"): Entry(0.0, "'-quoted"),
        Key("zoe", "total", "override"): Entry(12.0, "why"),
        Key("zoe", "simple_cnn.SimpleCNN", "simple_cnn.py:44"): Entry(None, "here"),
    }
    text = sheet_text(entries, PLACES)
    assert "'=HYPERLINK(1)" in text
    found = read_sheet(text, "marks.csv", PLACES)
    assert {key: entry for key, entry in found.items() if entry != Entry()} == entries


def test_a_spreadsheet_of_another_country_is_read() -> None:
    text = (
        "\ufeff"
        + HEADER.replace(",", ";")
        + f"adam;{LAYERS};1;0,5;gut; aber\n".replace("gut; aber", '"gut; aber"').replace(
            "\n", "\r\n"
        )
    )
    found = read_sheet(text, "marks.csv", PLACES)
    assert found == {Key("adam", LAYERS, "1"): Entry(0.5, "gut; aber")}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (f"eve,{LAYERS},1,1,", "there is no submission 'eve' in this run"),
        ("adam,simple_cnn.none,1,1,", "here is no question 'simple_cnn.none' of adam"),
        (f"adam,{LAYERS},3,1,", "simple_cnn.layers has no criterion '3'"),
        (f"adam,{LAYERS},1,1.5,", "1.5 points are not between 0 and 1"),
        (f"adam,{LAYERS},1,-1,", "-1 points are not between 0 and 1"),
        (f"adam,{LAYERS},1,nan,", "nan points are not between 0 and 1"),
        (f"adam,{LAYERS},1,one,", "'one' is no number of points"),
        (f"adam,{LAYERS},comment,1,x", "a comment has no points"),
        (f"adam,{LAYERS},override,1, ", "an override needs a reason"),
        ("adam,total,late percent,101,", "101 points are not between 0 and 100"),
        (f"adam,{LAYERS},late,1,", "simple_cnn.layers has no criterion 'late'"),
        (f"adam,{LAYERS},1,1", "the row has 4 cells, not 5"),
        (f"adam,{LAYERS},2,1,\nadam,{LAYERS},2,1,", "this row is there twice"),
        (f"adam,{LAYERS},2,1,{'x' * 10_001}", "the comment is longer than 10000 characters"),
    ],
)
def test_a_fault_is_one_sentence_with_its_line(row: str, sentence: str) -> None:
    with pytest.raises(MarksError) as error:
        read_sheet(HEADER + row + "\n", "marks.csv", PLACES)
    line = 2 + row.count("\n")
    assert str(error.value).startswith(f"marks.csv:{line}: ")
    assert sentence in str(error.value)
    assert str(error.value).endswith("; correct the table and try again.")


def test_another_table_is_refused() -> None:
    for text in ("", "name,points\n", "\x00"):
        with pytest.raises(MarksError, match="the first line must be submission,question"):
            read_sheet(text, "marks.csv", PLACES)
