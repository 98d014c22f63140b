"""Markdown becomes nodes that are data: what a student types cannot leave them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from report_hostile import HOSTILE_ANSWER

from autograder.report import markdown
from autograder.report.markdown import LONGEST, Text, convert
from autograder.text import visible

KINDS = {
    "p", "em", "strong", "del", "sub", "sup", "code", "br", "hr", "heading", "pre", "quote", "ul",
    "ol", "table", "math",
}  # fmt: skip


def nodes(source: str) -> list[Any]:
    text = Text(source, ours=False)
    convert([text])
    assert text.nodes is not None
    return text.nodes


def walk(value: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    yield depth, value
    children = value.values() if isinstance(value, dict) else value
    if not isinstance(value, str) and isinstance(value, dict | list):
        for child in children:
            yield from walk(child, depth + 1)


def strings(value: Any) -> str:
    """Join the text of nodes, without the names of their kinds."""
    if isinstance(value, str):
        return value.replace("\u200b", "")
    if isinstance(value, list):
        return "".join(map(strings, value))
    if isinstance(value, dict):
        return "".join(strings(item) for key, item in value.items() if key not in ("t", "m"))
    return ""


def test_the_constructs_that_answers_use() -> None:
    assert nodes("# Title\n\nOne *two* **three** `x_1`\nfour ~~five~~\\\nsix") == [
        {"t": "heading", "c": ["Title"]},
        {
            "t": "p",
            "c": [
                "One ",
                {"t": "em", "c": ["two"]},
                " ",
                {"t": "strong", "c": ["three"]},
                " ",
                {"t": "code", "text": "x_1"},
                " four ",
                {"t": "del", "c": ["five"]},
                {"t": "br"},
                "six",
            ],
        },
    ]
    assert nodes("3. a\n4. b") == [{"t": "ol", "start": 3, "items": [["a"], ["b"]]}]
    assert nodes("> q") == [{"t": "quote", "c": [{"t": "p", "c": ["q"]}]}]
    assert nodes("```python\nx = '<b>'\n```") == [{"t": "pre", "text": "x = '<b>'", "python": True}]
    assert nodes("| a | b |\n|---|---|\n| c | $d$ |")[0]["rows"][0] == [["a"], ["b"]]


def test_formulas_become_nodes_too() -> None:
    (paragraph,) = nodes(r"$\frac{a_1}{2}$")
    (formula,) = paragraph["c"]
    assert (formula["t"], formula["block"], formula["tex"]) == ("math", False, r"\frac{a_1}{2}")
    (fraction,) = formula["c"]
    assert fraction["m"] == "frac"
    assert fraction["c"][0] == {
        "m": "attach",
        "base": {"m": "symbol", "text": "a"},
        "below": {"m": "text", "text": "1"},
        "above": None,
        "where": "beside",
    }
    (display,) = nodes(r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$")[0]["c"]
    assert display["block"]
    assert [len(row) for row in display["c"][0]["rows"]] == [2, 2]


def test_a_function_name_carries_its_scripts() -> None:
    ((paragraph,), (limit,)) = nodes(r"$\tanh^2 c$"), nodes(r"$$\max_i x$$")
    tanh, c = paragraph["c"][0]["c"][0]["c"]
    assert (tanh["m"], tanh["base"]) == ("attach", {"m": "op", "text": "tanh"})
    assert c == {"m": "symbol", "text": "c"}
    largest = limit["c"][0]["c"][0]["c"][0]
    assert (largest["base"], largest["where"]) == ({"m": "op", "text": "max"}, "free")


def test_no_space_is_left_at_a_displayed_formula() -> None:
    (paragraph,) = nodes("above\n$$x$$\n$$y$$\nbelow $z$ end")
    kinds = [node if isinstance(node, str) else node["tex"] for node in paragraph["c"]]
    assert kinds == ["above", "x", "y", "below ", "z", " end"]


@pytest.mark.parametrize(
    "attack",
    [
        '#import "x"',
        '#read("/etc/passwd")',
        '```{=typst}\n#read("x")\n```',
        '`#read("x")`{=typst}',
        "<script>alert(1)</script>",
        "<!-- comment -->",
        "<div id='1'></div>",
        '"]) #{while true {}}',
        "\\#eval(1) // /* @label <label>",
        '$#read("x")$',
        "$\\text{\\#read}$ and $\\input{/etc/passwd}$",
        "$\\unknown{z}$ $\\frac{1}$ $$ \\begin{matrix} 1 & 2 $$",
        '$\\operatorname{\\text{"#read("x")"}}$',
        '$\\mathop{\\text{a"; #eval("1"); "b}x}$',
    ],
)
def test_markup_of_other_kinds_is_only_text(attack: str) -> None:
    found = nodes(attack)
    kept = strings(found)
    for word in ("import", "read", "script", "comment", "div", "while", "eval", "unknown", "input"):
        assert (word in kept) == (word in attack)
    for _, value in walk(found):
        if isinstance(value, dict) and "t" in value:
            assert value["t"] in KINDS


def test_links_and_pictures_become_text_with_their_target() -> None:
    assert strings(nodes("[here](javascript:x)")) == "here (javascript:x)"
    assert strings(nodes("![cat](/etc/passwd)")) == "[picture] cat (/etc/passwd)"
    assert strings(nodes("<https://a.b>")) == "https://a.b"


def test_a_text_cannot_reach_into_another() -> None:
    texts = [
        Text("```\nunclosed", ours=False),
        Text("# Heading first\n\n[ref]: /from-the-student\n\n</div><div id='3'>", ours=False),
        Text("see [ref] and `code`", ours=True),
        Text("<!-- open", ours=False),
        Text("last", ours=True),
    ]
    convert(texts)
    assert texts[2].nodes == [
        {"t": "p", "c": ["see [ref] and ", {"t": "code", "text": "code"}]},
    ]
    assert texts[4].nodes == [{"t": "p", "c": ["last"]}]


def test_a_text_that_shows_nothing_stays_as_typed() -> None:
    text = Text("[x]: /hidden 'in a definition'", ours=False)
    convert([text])
    assert text.nodes is None


@pytest.mark.parametrize(
    "source",
    [
        "> " * 2000 + "end",
        "- " * 2000 + "end",
        "*a _b " * 500 + "end",
        "$" + r"\sqrt{" * 300 + "x" + "}" * 300 + "$ end",
        "$" + r"\begin{matrix}" + "1 & " * 400 + r"\end{matrix}$ end",
        "[" * 3000 + "end",
    ],
)
def test_deep_nesting_is_flattened(source: str) -> None:
    found = nodes(source)
    assert "end" in strings(found)
    assert max(depth for depth, _ in walk(found)) < 100


def test_long_text_is_cut_and_says_so() -> None:
    text = Text("word " * 200_000, ours=False)
    assert len(text.source) == LONGEST
    assert text.left_out == 1_000_000 - LONGEST


def test_a_wide_table_is_shown_as_lines() -> None:
    (node,) = nodes("|a" * 60 + "|\n" + "|-" * 60 + "|\n")
    assert node["t"] == "pre"


def test_when_pandoc_takes_too_long_our_own_texts_are_still_converted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = subprocess.run, []

    def slow(command: Any, **options: Any) -> Any:
        calls.append(options["input"])
        if b"slow" in options["input"]:
            raise subprocess.TimeoutExpired(command, options["timeout"])
        return real(command, **options)

    monkeypatch.setattr(markdown.subprocess, "run", slow)
    theirs, ours = Text("slow", ours=False), Text("*ours*", ours=True)
    convert([theirs, ours])
    assert theirs.nodes is None
    assert ours.nodes == [{"t": "p", "c": [{"t": "em", "c": ["ours"]}]}]
    assert len(calls) == 2


def test_without_pandoc_every_text_stays_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_command", lambda: ("/nowhere/pandoc",))
    text = Text("*a*", ours=True)
    convert([text])
    assert text.nodes is None


def test_one_report_takes_one_run_of_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = subprocess.run, []

    def counted(command: Any, **options: Any) -> Any:
        calls.append(command)
        return real(command, **options)

    monkeypatch.setattr(markdown.subprocess, "run", counted)
    convert([Text(visible(HOSTILE_ANSWER), ours=False), Text("$x$", ours=True)])
    assert len(calls) == 1
    assert "--sandbox" in calls[0]
    convert([])
    assert len(calls) == 1
