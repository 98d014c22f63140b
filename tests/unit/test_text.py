"""Untrusted text becomes visible and harmless, and its lines are the ones that Python reads."""

from __future__ import annotations

import ast
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.text import cleaned, clipped, is_clean, plain_text, source_lines, visible

SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
ANY = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain, with\nlines", "plain, with\nlines"),
        ("\x00 \x1b[31m \x7f", "\\x00 \\x1b[31m \\x7f"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\ud800 \udfff", "\\ud800 \\udfff"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\tb", "a   b"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 4),
        ("Größe, 李明, עברית, 😀", "Größe, 李明, עברית, 😀"),
        ("می\u200cروم ❤\ufe0f\u200d🔥", "می\u200cروم ❤\ufe0f\u200d🔥"),  # joiners that are needed
        ("a\u200cb a\ufe0f\u200d🔥", "a\\u200cb a\\ufe0f\\u200d🔥"),
    ],
)
def test_what_cannot_be_seen_is_written_out(typed: str, shown: str) -> None:
    assert visible(typed) == shown


@given(st.text(st.characters(codec=None)))
def test_visible_text_is_stable_and_can_be_encoded(text: str) -> None:
    once = visible(text)
    once.encode()
    assert visible(once) == once


def test_cleaning_reaches_every_string_and_keeps_numbers() -> None:
    value = {"a\x00": ["\x1b", {"b": "\u202e"}], "n": 1.5, "none": None, "yes": True}
    assert cleaned(value) == {
        "a\\x00": ["\\x1b", {"b": "\\u202e"}],
        "n": 1.5,
        "none": None,
        "yes": True,
    }


@pytest.mark.parametrize(
    "harmless", ["a\nb", "Größe – “x” ≤ 1", "\\user\\t", '"', "C:\\new"], ids=ascii
)
def test_what_is_clean_is_recognised(harmless: str) -> None:
    assert is_clean(json.dumps({"a": [harmless]}, indent=1))


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)))
def test_what_is_called_clean_stays_as_it_is(value: object) -> None:
    assert not is_clean(json.dumps(value)) or cleaned(value) == value


def test_no_category_of_unseen_characters_is_forgotten() -> None:
    unseen = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in unseen and character not in "\n\t\r":
            assert visible(character) in (f"\\x{code:02x}", f"\\u{code:04x}", f"\\U{code:08x}")
            assert plain_text(character, 1) == "\ufffd"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_line_separator_is_shown_on_its_line(separator: str) -> None:
    shown = visible(f"one{separator}two\nthree")
    assert shown.splitlines() == shown.split("\n")
    assert [line[:3] for line in shown.split("\n")] == ["one", "thr"]
    assert shown.startswith("one\\")
    assert plain_text(f"a{separator}b", 3) == "a\ufffdb"


@given(ANY)
def test_shown_text_has_the_lines_of_its_source(text: str) -> None:
    assert visible(text).splitlines() == [visible(line) for line in _whole(source_lines(text))]


def _whole(lines: list[str]) -> list[str]:
    """Leave out the empty line after the last newline, as ``splitlines`` does."""
    return lines if lines[-1] else lines[:-1]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_source_lines_agree_with_the_parser(newline: str) -> None:
    source = newline.join(
        [
            f"a = '{SEPARATORS[3:]}'",
            "\x0cb = 2  # \x0b\x85\u2028",
            "\x0c",
            "def f():",
            "    return 1",
            "",
        ]
    )
    (node,) = (n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef))
    assert source_lines(source)[node.lineno - 1] == "def f():"
    assert source.splitlines()[node.lineno - 1] != "def f():"


def test_plain_text_keeps_what_can_be_read_and_never_grows() -> None:
    assert plain_text("Größe:\u00a0李明\u3000\tb\nc", 99) == "Größe: 李明 \tb\nc"
    assert plain_text("\x1b[31m\u202ea\r\ud800", 99) == "\ufffd[31m\ufffda\ufffd\ufffd"
    assert plain_text("abcdef", 3) == "abc"


@given(ANY, st.integers(0, 40))
def test_plain_text_can_be_stored(text: str, limit: int) -> None:
    shown = plain_text(text, limit)
    shown.encode()
    assert shown.replace("\n", "").replace("\t", "").isprintable()
    assert len(shown) == min(len(text), limit)
    assert plain_text(shown, limit) == shown


def test_clipped_text_ends_with_an_ellipsis() -> None:
    assert clipped("short", 5) == "short"
    assert clipped("four words are here", 6) == "four…"
