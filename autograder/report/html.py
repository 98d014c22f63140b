"""Write the elements that pandoc found in a text as HTML that holds nothing but known elements."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes import Element

_VOID = ("br", "hr")
_TAGS = {
    *_VOID, "p", "em", "strong", "del", "sub", "sup", "code", "pre", "ul", "ol", "li",
    "blockquote", "table", "thead", "tbody", "tr", "th", "td",
    "math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mtable", "mtr", "mtd", "mfrac", "mroot",
    "msqrt", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mphantom", "menclose",
    "mstyle", "mpadded",
}  # fmt: skip
# None of these runs, loads or leads anywhere.
_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "form", "fence", "separator", "accent", "accentunder",
    "columnalign", "linethickness", "width", "notation", "minsize", "maxsize", "movablelimits",
    "start", "displaystyle", "scriptlevel", "lspace", "rspace",
}  # fmt: skip
_VALUE = re.compile(r"[A-Za-z0-9.+ -]{1,40}")
_DROPPED = ("annotation", "script", "style")
_DEEPEST = 60


def html_of(element: Element, depth: int = 0) -> str:
    """Return the inside of ``element`` as HTML; an unknown element becomes what it holds."""
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(escape(child))
        elif depth >= _DEEPEST:
            parts.append(escape(child.text()))
        elif child.tag not in _DROPPED:
            parts.append(_element(child, depth + 1))
    return "".join(parts)


def _element(element: Element, depth: int) -> str:
    if element.tag == "div" and element.attributes.get("class") == "heading":
        return f'<p class="heading">{html_of(element, depth)}</p>'
    if element.tag not in _TAGS:
        return html_of(element, depth)
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attributes.items()
        if name in _ATTRIBUTES and _VALUE.fullmatch(value)
    )
    if element.tag in _VOID:
        return f"<{element.tag}{attributes}>"
    return f"<{element.tag}{attributes}>{html_of(element, depth)}</{element.tag}>"
