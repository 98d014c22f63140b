"""Drafts of known mistakes from repairs that many submissions need."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.course import Course, load_mistakes
from autograder.course.files import MistakesFile
from autograder.diagnose import bank
from autograder.diagnose.suggest import as_toml, drafts

SMALL = Path(__file__).parents[1] / "courses" / "small"


@pytest.fixture
def affine():
    return Course(SMALL).problem("affine")


def repair(old: str, new: str, **changes: object) -> dict[str, object]:
    return {"file": "affine.py", "lines": [9], "function": "affine_forward", "kind": "operator",
            "old": old, "new": new, "mends": []} | changes  # fmt: skip


WRONG, RIGHT = "    out = x @ w * b\n", "    out = x @ w + b\n"
RENAMED = repair("    y = X @ W * bias  # (N, M)\n", "    y = X @ W + bias  # (N, M)\n")


def test_the_same_error_in_other_names_is_one_edit_of_the_reference(affine):
    found = [("a", "affine_forward", repair(WRONG, RIGHT)), ("b", "affine_forward", RENAMED)]
    (draft,) = drafts(affine, found, least=2)
    assert draft.count == 2
    assert draft.mistake is not None
    (edit,) = draft.mistake.edits
    assert (edit.old, edit.new) == ("out = x @ w + b", "out = x @ w * b")
    assert "out = x @ w * b" in bank.apply(draft.mistake, affine)["affine.py"]


def test_a_draft_is_an_entry_of_the_bank_with_a_text_to_fill_in(affine):
    found = [(name, "affine_forward", repair(WRONG, RIGHT)) for name in "abc"]
    text = as_toml(affine, drafts(affine, found, least=3)[0])
    assert text.startswith("# 3 submissions; for mistakes/affine_forward.toml")
    (entry,) = msgspec.convert(tomllib.loads(text), MistakesFile).mistakes
    assert entry.block == "affine_forward"
    assert entry.title.startswith("FILL IN")
    assert entry.explanation.startswith("FILL IN")
    assert [edit.new for edit in entry.edits] == ["out = x @ w * b"]


def test_one_submission_twice_is_no_frequent_repair(affine):
    found = [("a", "affine_forward", repair(WRONG, RIGHT))] * 2
    assert drafts(affine, found, least=2) == []


def test_what_the_bank_has_is_named_and_not_drafted_again(affine):
    known = next(m for m in load_mistakes(affine) if m.question == "affine_backward")
    (edit,) = known.edits
    source = bank.reference(affine)["affine.py"]
    wrong_source = bank.apply(known, affine)["affine.py"]
    pairs = zip(source.splitlines(), wrong_source.splitlines(), strict=True)
    right, wrong = next((a, b) for a, b in pairs if a != b)
    each = repair(wrong, right, function="affine_backward")
    (draft,) = drafts(affine, [("a", "affine_backward", each)], least=1)
    assert draft.known == known.name
    assert "[[mistakes]]" not in as_toml(affine, draft)
    assert edit.new in wrong_source


@pytest.mark.parametrize(
    "odd",
    [
        repair("    z = np.dot(x, w) - b\n", "    z = np.dot(x, w) + b\n"),
        repair("        b\n", "        b)\n"),  # a part of a longer statement
        repair(WRONG, RIGHT, function="other"),
        repair(WRONG, RIGHT, file="other.py"),
    ],
)  # fmt: skip
def test_a_repair_without_a_line_of_the_reference_is_shown_for_an_edit_by_hand(affine, odd):
    (draft,) = drafts(affine, [("a", "affine_forward", odd)], least=1)
    assert draft.mistake is None
    assert "write the edit by hand" in as_toml(affine, draft)
    assert tomllib.loads(as_toml(affine, draft)) == {}


def test_the_command_says_where_there_is_nothing(tmp_path, grader, hand_in):
    grader.grade(hand_in("right"), tmp_path / "run" / "right")
    found = CliRunner().invoke(main, ["--course", str(SMALL), "suggest", "affine",
                                      str(tmp_path / "run")])  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "was it graded with --search?" in found.output


def test_json_text_is_toml_text():
    """Drafts quote their texts as JSON, which TOML reads alike."""
    for text in ('a "b"', "c\\d", "e\nf", "ü\t"):
        assert tomllib.loads(f"x = {json.dumps(text)}") == {"x": text}
