"""Read pandoc's MathML of a formula into nodes for the template."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from .wording import breakable

if TYPE_CHECKING:
    from .nodes import Element

Math = dict[str, Any]

_DEEPEST = 12
_LARGEST_MATRIX = 12
_ACCENTS = {
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "‾": "\u0304", "¯": "\u0304",
    "→": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c", "˘": "\u0306", "´": "\u0301",
    "`": "\u0300",
}  # fmt: skip
_LINES = {"⏟": "underbrace", "⏞": "overbrace", "_": "underline", "‾": "overline", "¯": "overline"}
_LIMITS = "∑∏∐⋃⋂⋁⋀⨁⨂⨀"
_SCRIPTS = ("msub", "msup", "msubsup")
_APPLY = "\u2061"


class _TooDeepError(Exception):
    pass


def math_node(element: Element) -> dict[str, Any]:
    """Return the node of a ``<math>`` element; without ``c`` the template shows the TeX itself."""
    tex = element.tex().strip()
    block = element.attributes.get("display") == "block"
    shown = breakable(tex, 24)
    node: dict[str, Any] = {"t": "math", "block": block, "tex": tex, "shown": shown, "c": None}
    body = next(iter(element.descend("semantics")), element)
    try:
        parts = [child for child in _elements(body) if child.tag != "annotation"]
        aligned = _alone(parts, "mtable") if block else None
        node["c"] = [_lines(aligned, 0)] if aligned else [_math(part, 0) for part in parts]
    except _TooDeepError:
        pass
    return node


def _elements(element: Element) -> list[Element]:
    return [child for child in element.children if not isinstance(child, str)]


def _alone(parts: list[Element], tag: str) -> Element | None:
    """Return the only element if it has this ``tag``, inside any number of rows."""
    while len(parts) == 1 and parts[0].tag == "mrow":
        parts = _elements(parts[0])
    return parts[0] if len(parts) == 1 and parts[0].tag == tag else None


def _math(element: Element, depth: int) -> Math:
    if depth > _DEEPEST:
        raise _TooDeepError
    tag, parts, text = element.tag, _elements(element), element.text()
    inner = [part for part in parts if part.tag != "annotation" and part.text() != _APPLY]
    if tag in ("mi", "mo", "mn", "mtext"):
        return _token(element, text)
    if tag == "mspace":
        return {"m": "space", "em": _em(element.attributes.get("width", ""))}
    if tag == "mtable":
        return _matrix(element, depth)
    if tag in _FIXED and len(parts) == _FIXED[tag]:
        return _fixed(element, [_math(part, depth + 1) for part in parts])
    row = [_math(part, depth + 1) for part in inner]
    if tag == "msqrt":
        return {"m": "sqrt", "c": row}
    if tag == "mphantom":
        return {"m": "phantom", "c": row}
    if tag == "menclose":
        boxed = element.attributes.get("notation") == "box"
        return {"m": "boxed" if boxed else "cancel", "c": row}
    fences = [part for part in parts if part.attributes.get("stretchy") == "true"]
    if fences:
        return {"m": "lr", "c": row}
    return row[0] if len(row) == 1 else {"m": "row", "c": row}


_FIXED = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2,
    "munderover": 3,
}  # fmt: skip


def _token(element: Element, text: str) -> Math:
    text = text.strip()
    if text == "∥" and "form" in element.attributes:
        text = "‖"  # the norm, not the relation
    upright = element.attributes.get("mathvariant") == "normal"
    single = len(text) == 1 and not unicodedata.combining(text) and not text.isspace()
    if element.tag == "mi" and upright and len(text) > 1:
        return {"m": "op", "text": text}
    if element.tag in ("mi", "mo") and single and not upright:
        return {"m": "symbol", "text": text}
    return {"m": "text", "text": text}


def _fixed(element: Element, c: list[Math]) -> Math:
    tag, parts = element.tag, _elements(element)
    if tag == "mfrac":
        bare = element.attributes.get("linethickness") == "0"
        return {"m": "stack" if bare else "frac", "c": c}
    if tag == "mroot":
        return {"m": "root", "c": [c[1], c[0]]}
    if tag in ("munder", "mover"):
        mark = parts[1].text().strip()
        if parts[1].attributes.get("accent") == "true":
            wide = len(parts[0].text().strip()) > 1
            if mark in _LINES and (wide or mark in "⏟⏞_"):
                return {"m": _LINES[mark], "c": [c[0]]}
            combining = _ACCENTS.get(mark, mark)
            if tag == "mover" and len(combining) == 1 and unicodedata.combining(combining):
                return {"m": "accent", "c": [c[0]], "accent": combining}
    below = c[1] if tag in ("msub", "msubsup", "munder", "munderover") else None
    above = c[-1] if tag in ("msup", "msubsup", "mover", "munderover") else None
    # The limits of an operator are below it in a display, and after it in a line of text.
    free = c[0]["m"] == "op" or parts[0].text() in _LIMITS
    where = "free" if free else "beside" if tag in _SCRIPTS else "stacked"
    return {"m": "attach", "base": c[0], "below": below, "above": above, "where": where}


def _cells(table: Element, depth: int) -> list[list[Math]]:
    rows = [list(row.descend("mtd")) for row in table.descend("mtr")]
    if len(rows) > _LARGEST_MATRIX or any(len(row) > _LARGEST_MATRIX for row in rows):
        raise _TooDeepError
    return [
        [{"m": "row", "c": [_math(part, depth + 1) for part in _elements(cell)]} for cell in row]
        for row in rows
    ]


def _lines(table: Element, depth: int) -> Math:
    """Return the rows of a display as lines that are aligned where the columns meet."""
    return {"m": "lines", "rows": _cells(table, depth)}


def _matrix(table: Element, depth: int) -> Math:
    first = next(iter(table.descend("mtd")), None)
    align = first.attributes.get("columnalign", "center") if first else "center"
    if align == "right":
        return {"m": "lines", "rows": _cells(table, depth)}
    return {"m": "matrix", "align": align, "rows": _cells(table, depth)}


def _em(width: str) -> float:
    try:
        return max(-1.0, min(4.0, float(width.removesuffix("em"))))
    except ValueError:
        return 0.0
