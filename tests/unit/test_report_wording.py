"""Long words and texts get shorter, numbers become readable."""

from __future__ import annotations

import pytest

from autograder.report import wording


def test_only_long_words_get_places_to_break() -> None:
    assert wording.breakable("short words stay") == "short words stay"
    long = wording.breakable("a " + "x" * 30)
    assert long.replace("\u200b", "") == "a " + "x" * 30
    assert max(map(len, long.replace("\u200b", " ").split())) == 8


def test_names_break_where_their_parts_meet() -> None:
    name = "rnn_layers.works_for_a_single_sequence"
    assert wording.breakable(name).split("\u200b") == [
        "rnn_", "layers.", "works_", "for_", "a_", "single_", "sequence",
    ]  # fmt: skip


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
