"""Formulas become nodes of known kinds; one that is too involved is shown as its TeX."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.report.markdown import Text, convert


def formula(tex: str, *, block: bool = False) -> dict[str, Any]:
    """Return the node of one formula."""
    marks = "$$" if block else "$"
    text = Text(f"{marks}{tex}{marks}", ours=True)
    convert([text])
    assert text.nodes is not None
    (paragraph,) = text.nodes
    assert isinstance(paragraph, dict)
    (node,) = paragraph["c"]
    return node  # type: ignore[no-any-return]


def only(tex: str, *, block: bool = False) -> dict[str, Any]:
    """Return the only part of a formula, inside any number of rows."""
    parts = formula(tex, block=block)["c"]
    while len(parts) == 1 and parts[0]["m"] == "row":
        parts = parts[0]["c"]
    (part,) = parts
    return part  # type: ignore[no-any-return]


X = {"m": "symbol", "text": "x"}


@pytest.mark.parametrize(
    ("tex", "node"),
    [
        ("x", X),
        (r"\sqrt{x}", {"m": "sqrt", "c": [X]}),
        (r"\sqrt[3]{x}", {"m": "root", "c": [{"m": "text", "text": "3"}, X]}),
        (r"\frac{x}{x}", {"m": "frac", "c": [X, X]}),
        (r"\hat{x}", {"m": "accent", "c": [X], "accent": "\u0302"}),
        (r"\bar{x}", {"m": "accent", "c": [X], "accent": "\u0304"}),
        (r"\vec{x}", {"m": "accent", "c": [X], "accent": "\u20d7"}),
        (r"\phantom{x}", {"m": "phantom", "c": [X]}),
        (r"\boxed{x}", {"m": "boxed", "c": [X]}),
        (r"\text{if}", {"m": "text", "text": "if"}),
        (r"\operatorname{softmax}", {"m": "op", "text": "softmax"}),
    ],
)
def test_the_kinds_of_nodes(tex: str, node: dict[str, Any]) -> None:
    assert only(tex) == node


def test_scripts_are_after_a_symbol_and_around_an_operator() -> None:
    assert only("x_x^x") == {"m": "attach", "base": X, "below": X, "above": X, "where": "beside"}
    total = only(r"\sum_{x}^{x}", block=True)
    assert (total["where"], total["below"], total["above"]) == ("free", X, X)
    assert only(r"\underset{x}{x}")["where"] == "stacked"


def test_a_binomial_has_no_line_and_fences_stretch() -> None:
    binomial = only(r"\binom{x}{x}")
    assert {"m": "stack", "c": [X, X]} in binomial["c"]
    assert only(r"\left( x \right)")["m"] == "lr"


def test_matrices_and_aligned_lines_keep_their_cells() -> None:
    fenced = only(r"\begin{pmatrix} x & x \\ x & x \\ x & x \end{pmatrix}")
    (matrix,) = (part for part in fenced["c"] if part["m"] == "matrix")
    assert [len(row) for row in matrix["rows"]] == [2, 2, 2]
    (lines,) = formula(r"\begin{aligned} x &= x \\ &= x \end{aligned}", block=True)["c"]
    assert (lines["m"], [len(row) for row in lines["rows"]]) == ("lines", [2, 2])


@pytest.mark.parametrize(
    "tex",
    [
        r"\sqrt{" * 30 + "x" + "}" * 30,
        r"\begin{matrix} " + "1 & " * 40 + r"\end{matrix}",
        r"\begin{matrix} " + r"1 \\ " * 40 + r"\end{matrix}",
    ],
)
def test_an_involved_formula_is_shown_as_its_tex(tex: str) -> None:
    node = formula(tex)
    assert node["c"] is None
    assert node["tex"] == tex
    assert node["shown"].replace("\u200b", "") == tex


def test_spaces_have_limits() -> None:
    widths = [
        n["em"] for n in formula(r"x\hspace{99em}x\quad x\!x")["c"][0]["c"] if n["m"] == "space"
    ]
    assert max(widths) == 4.0
    assert min(widths) >= -1.0
    assert 1.0 in widths
