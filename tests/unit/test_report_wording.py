"""Text from a student becomes visible and harmless; numbers are short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report import wording


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
    ],
)
def test_what_cannot_be_seen_is_written_out(typed: str, shown: str) -> None:
    assert wording.visible(typed) == shown


@given(st.text(st.characters(codec=None)))
def test_visible_text_is_stable_and_can_be_encoded(text: str) -> None:
    once = wording.visible(text)
    once.encode()
    assert wording.visible(once) == once


def test_cleaning_reaches_every_string_and_keeps_numbers() -> None:
    value = {"a\x00": ["\x1b", {"b": "\u202e"}], "n": 1.5, "none": None, "yes": True}
    assert wording.cleaned(value) == {
        "a\\x00": ["\\x1b", {"b": "\\u202e"}],
        "n": 1.5,
        "none": None,
        "yes": True,
    }


def test_only_long_words_get_places_to_break() -> None:
    assert wording.breakable("short words stay") == "short words stay"
    long = wording.breakable("a " + "x" * 30)
    assert long.replace("\u200b", "") == "a " + "x" * 30
    assert max(map(len, long.replace("\u200b", " ").split())) == 8


def test_an_excerpt_says_how_much_it_leaves_out() -> None:
    text = "\n".join(f"line {i}" for i in range(100))
    assert wording.excerpt(text, 2, 1).split("\n") == [
        "line 0",
        "line 1",
        "[… 97 lines left out …]",
        "line 99",
    ]
    assert wording.excerpt("a\nb\n", 1, 1) == "a\nb"
    assert wording.excerpt("x" * 50, 1, 1, width=10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5.0, "5"), (4.5, "4.5"), (1 / 3, "0.333"), (0.375, "0.375"), (0, "0"), (10, "10")],
)
def test_points(value: float, shown: str) -> None:
    assert wording.points(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.929, "0.9290"),
        (62730, "62,730"),
        (1.0, "1"),
        (1234.56, "1,234.6"),
        (1e-7, "1.000e-07"),
        (float("nan"), "not a number"),
        (float("-inf"), "not a number"),
    ],
)
def test_metrics(value: float, shown: str) -> None:
    assert wording.metric(value) == shown


def test_costs_are_told_from_gains() -> None:
    assert wording.smaller_is_better("test_loss")
    assert wording.smaller_is_better("FID")
    assert not wording.smaller_is_better("test_accuracy")
    assert not wording.smaller_is_better("glossary_size")
