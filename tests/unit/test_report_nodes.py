"""HTML becomes known nodes; an element that is not known is kept as its text."""

from __future__ import annotations

import pytest

from autograder.report.nodes import nodes_of


def test_divs_are_found_by_their_number_and_empty_ones_left_out() -> None:
    html = '<div id="1"><p>a</p></div><div id="2"> <p> </p></div><p>lost</p><div id="3">b</div>'
    assert nodes_of(html) == {"1": [{"t": "p", "c": ["a"]}], "3": ["b"]}


def test_unknown_elements_are_kept_as_their_text() -> None:
    html = '<div id="1"><script>a</script><b onclick="x">b</b><img src="/etc/passwd" /></div>'
    assert nodes_of(html) == {"1": ["a", "b"]}


def test_unclosed_and_stray_tags_do_not_end_another_text() -> None:
    assert nodes_of('</div><div id="1">a</em></div><div id="2">b') == {"1": ["a"], "2": ["b"]}


@pytest.mark.parametrize(
    ("start", "first"), [("3", 3), ("0", 0), ("-1", 1), ("x", 1), ("9999999", 1), ("٣", 3)]
)
def test_a_list_starts_at_a_small_number(start: str, first: int) -> None:
    (node,) = nodes_of(f'<div id="1"><ol start="{start}"><li>a</li></ol></div>')["1"]
    assert node == {"t": "ol", "start": first, "items": [["a"]]}


def test_short_rows_of_a_table_are_filled_up() -> None:
    html = '<div id="1"><table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table></div>'
    (node,) = nodes_of(html)["1"]
    rows = [[["a"], ["b"]], [["c"], []]]
    assert node == {"t": "table", "columns": [0, 0], "head": True, "rows": rows}


def table(*rows: tuple[str, ...]) -> str:
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return f'<div id="1"><table>{"".join(f"<tr>{line}</tr>" for line in lines)}</table></div>'


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ((("layer", "trainable parameters"), ("conv", "320")), [0, 0]),
        ((("a", "word " * 40), ("b", "c")), [0, 14]),
        ((("word " * 10, "2", "word " * 40),), [7, 0, 14]),
        ((tuple("abcdefghijkl"),), [0] * 12),
    ],
)
def test_columns_are_as_wide_as_their_content(
    rows: tuple[tuple[str, ...]], columns: object
) -> None:
    (node,) = nodes_of(table(*rows))["1"]
    assert isinstance(node, dict)
    assert node["columns"] == columns


def test_a_table_that_fits_on_no_page_becomes_text() -> None:
    (node,) = nodes_of(table(("x",) * 15))["1"]
    assert isinstance(node, dict)
    assert node["t"] == "pre"


def test_deep_elements_become_text() -> None:
    html = '<div id="1">' + "<em>" * 50 + "x" + "</em>" * 50 + "</div>"
    found, depth = nodes_of(html)["1"], 0
    while isinstance(found[0], dict):
        found, depth = found[0]["c"], depth + 1
    assert found == ["x"]
    assert depth == 12
