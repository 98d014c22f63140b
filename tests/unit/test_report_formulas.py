"""Formulas in every notation of students, and HTML that holds nothing but known elements."""

from __future__ import annotations

import pytest

from autograder.report.formulas import with_dollars
from autograder.report.markdown import as_html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a \(x + y\) b", "a $x + y$ b"),
        (r"a \\( x \\) b", "a $x$ b"),
        ("\\[\nx\n= y % why\n\\]", "$$x = y$$"),
        ("$$\na\n\n= b\n- c\n$$", "$$a = b - c$$"),
        ("\\begin{align}\na &= b\n\\end{align}", r"$$\begin{align} a &= b \end{align}$$"),
        (r"$$\begin{align*} a \end{align*}$$", r"$$\begin{align*} a \end{align*}$$"),
        (r"`\(x\)` and ``a ` \[b\]``", r"`\(x\)` and ``a ` \[b\]``"),
        ("```\n\\[x\\]\n$$\ny\n```\n\\(z\\)", "```\n\\[x\\]\n$$\ny\n```\n$z$"),
        ("~~~\n\\[x\\]\n~~~", "~~~\n\\[x\\]\n~~~"),
        (r"open \( and \[ and $$ and \begin{align}", r"open \( and \[ and $$ and \begin{align}"),
        ("costs $5, not $6", "costs $5, not $6"),
        ("$$ $$", "$$ $$"),
    ],
)  # fmt: skip
def test_formulas_stand_between_dollars(text: str, expected: str) -> None:
    assert with_dollars(text) == expected


@pytest.mark.parametrize("piece", [r"\(", r"\[", "$$", "`", r"\begin{align}", "~~~\n", "` `` "])
def test_unclosed_formulas_take_no_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert with_dollars(text).replace("$", "").count("x") == 0


def test_formulas_become_mathml_and_text_stays_text() -> None:
    (html,) = as_html([r"\(a_1\) <b onclick=x>b</b> [l](javascript:x) ![p](q.png)"])
    assert html is not None
    assert "<msub><mi>a</mi><mn>1</mn></msub>" in html
    assert "&lt;b onclick=x&gt;b&lt;/b&gt;" in html
    assert "l (javascript:x)" in html
    assert "<img" not in html
    assert "<a" not in html


def test_the_last_row_of_a_table_needs_no_newline() -> None:
    (html,) = as_html(["| a | b |\n|---|---|\n| $x$ | `y` |"])
    assert html is not None
    assert html.count("<td>") == 2


def test_deep_texts_are_cut_and_empty_ones_have_no_html() -> None:
    deep, empty = as_html(["> " * 900 + "quote", " "])
    assert deep is not None
    assert "quote" in deep
    assert deep.count("<blockquote>") <= 60
    assert empty is None
