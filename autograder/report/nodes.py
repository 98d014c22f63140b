"""Read pandoc's HTML into a small tree of known nodes; an unknown element becomes its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from .mathml import math_node
from .wording import breakable

Node = str | dict[str, Any]

_VOID = ("br", "hr", "img", "input", "col")
_INLINE = {"em": "em", "strong": "strong", "del": "del", "sub": "sub", "sup": "sup"}
_DEEPEST = 12
_MOST_COLUMNS = 14
_LINE = 80  # about as many letters fit between the margins


@dataclass
class Element:
    """An element of the HTML that pandoc wrote."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def text(self) -> str:
        """Return the text of this element and its descendants; the TeX of a formula."""
        parts: list[str] = []
        pending: list[Element | str] = [self]
        while pending:
            item = pending.pop()
            if isinstance(item, str):
                parts.append(item)
            elif item.tag == "math":
                parts.append(f"${item.tex()}$")
            else:
                pending.extend(reversed(item.children))
        return "".join(parts)

    def tex(self) -> str:
        """Return the TeX source of this formula, without its dollars."""
        for element in self.descend("annotation"):
            return "".join(child for child in element.children if isinstance(child, str))
        return ""

    def descend(self, *tags: str) -> Iterable[Element]:
        """Yield the descendants with one of ``tags``, in document order."""
        pending: list[Element | str] = [self]
        while pending:
            item = pending.pop()
            if isinstance(item, Element):
                if item.tag in tags:
                    yield item
                else:
                    pending.extend(reversed(item.children))


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def divs(html: str) -> dict[str, Element]:
    """Return every numbered Div that has text, by its number."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return {
        child.attributes.get("id", ""): child
        for child in tree.open[0].children
        if isinstance(child, Element) and child.tag == "div" and child.text().strip()
    }


def nodes_of(html: str) -> dict[str, list[Node]]:
    """Return the nodes of every numbered Div that has text, by its number."""
    return {number: _nodes(div, 0) for number, div in divs(html).items()}


def first_table(html: str) -> Node | None:
    """Return the first table of an HTML text, such as a notebook's output; None without one."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    table = next(iter(tree.open[0].descend("table")), None)
    return _table(table, 0) if table else None


def _nodes(parent: Element, depth: int, run: int = 24) -> list[Node]:
    nodes: list[Node] = []
    for child in parent.children:
        if isinstance(child, str):
            if text := child.strip("\n").replace("\n", " "):
                nodes.append(breakable(text, run))
        elif depth >= _DEEPEST:
            nodes.append(breakable(" ".join(child.text().split()), run))
        else:
            nodes.extend(_node(child, depth + 1, run))
    return _without_spaces_at_displays(nodes)


def _without_spaces_at_displays(nodes: list[Node]) -> list[Node]:
    """Drop the spaces around displayed formulas; they would begin or make up a line."""
    kept: list[Node] = []
    for i, node in enumerate(nodes):
        if isinstance(node, str):
            if _is_display(nodes[i - 1 : i]):
                node = node.lstrip()
            if _is_display(nodes[i + 1 : i + 2]):
                node = node.rstrip()
        if node:
            kept.append(node)
    return kept


def _is_display(nodes: list[Node]) -> bool:
    return any(isinstance(node, dict) and node["t"] == "math" and node["block"] for node in nodes)


def _node(element: Element, depth: int, run: int) -> list[Node]:
    tag = element.tag
    if tag in _INLINE:
        return [{"t": _INLINE[tag], "c": _nodes(element, depth, run)}]
    if tag == "p":
        return [{"t": "p", "c": _nodes(element, depth, run)} | _direction(element.text())]
    if tag == "div" and element.attributes.get("class") == "heading":
        return [{"t": "heading", "c": _nodes(element, depth, run)}]
    if tag in ("br", "hr"):
        return [{"t": tag}]
    if tag == "math":
        return [math_node(element)]
    if tag == "code":
        return [{"t": "code", "text": breakable(element.text(), run)}]
    if tag == "pre":
        language = element.attributes.get("data-language", "").lower()
        text = breakable(element.text().rstrip("\n"), 60, 10)
        return [{"t": "pre", "text": text, "python": language in ("python", "py", "python3")}]
    if tag == "blockquote":
        return [{"t": "quote", "c": _nodes(element, depth, run)}]
    if tag in ("ul", "ol"):
        items = [_nodes(item, depth, run) for item in element.children if isinstance(item, Element)]
        start = element.attributes.get("start", "1")
        first = int(start) if start.isdecimal() and len(start) < 7 else 1
        return [{"t": tag, "start": first, "items": items}]
    if tag == "table":
        return [_table(element, depth)]
    return _nodes(element, depth, run)


def _direction(text: str) -> dict[str, Any]:
    """Return the mark of a paragraph whose first letter belongs to a right-to-left script."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    return {} if first == "L" else {"rtl": True}


def _table(element: Element, depth: int) -> Node:
    rows = [list(row.descend("th", "td")) for row in element.descend("tr")]
    columns = max((len(row) for row in rows), default=0)
    if not 1 <= columns <= _MOST_COLUMNS:
        lines = "\n".join(" | ".join(cell.text() for cell in row) for row in rows)
        return {"t": "pre", "text": breakable(lines, 60, 10), "python": False}
    has_head = any(True for _ in element.descend("th"))
    cells = [
        [_nodes(cell, depth, max(8, _LINE // columns)) for cell in row]
        + [[] for _ in range(columns - len(row))]
        for row in rows
    ]
    texts = [[len(cell.text()) for cell in row] for row in rows]
    widths = _widths([[row[at] for row in texts if at < len(row)] for at in range(columns)])
    return {"t": "table", "columns": widths, "head": has_head, "rows": cells}


def _widths(letters: list[list[int]]) -> list[int]:
    """Return a share for each column of cells with so many letters; 0: as wide as its content.

    A column of long texts takes what is left by the narrow ones, more of it the more it holds.
    """
    longest = [max(column, default=0) for column in letters]
    line = _LINE if len(letters) <= 6 else 1.5 * _LINE  # which is set smaller
    if sum(longest) <= line:
        return [0] * len(letters)
    is_long = [most > line / len(letters) for most in longest]
    return [
        max(1, round(sum(column) ** 0.5)) if long else 0
        for column, long in zip(letters, is_long, strict=True)
    ]
