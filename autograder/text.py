"""The one sanitiser of text that anybody may have written: for storing it and for showing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Joiners that letters of some scripts and emoji need are kept between these.
_LETTERS = "\u0620-\u06d5\u0750-\u077f\u0900-\u0dff"
_EMOJI = "\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff"
_KEPT = (
    f"(?<=[{_LETTERS}])[\u200c\u200d](?=[{_LETTERS}])|(?<=[{_EMOJI}])\ufe0f"
    f"|(?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])"
)

# Everything that has no picture of its own or changes how its neighbours are read: controls other
# than newline and tab, line separators that only some readers follow, invisible and
# direction-changing characters, lone surrogates, private use. Spaces of every width stay, and so
# do the joiners above.
_INVISIBLE = re.compile(
    f"(?!{_KEPT})"
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(f"({_MARKS}{{4}}){_MARKS}+")  # accents that would cover the lines above
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_NEWLINE = re.compile("\r\n?|\n")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")  # in a string of JSON
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_text(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, all printable, newline or tab.

    For names and messages: wide spaces become spaces, everything else that cannot be printed
    becomes U+FFFD, so that no character steers a terminal or the reading direction.
    """
    shown = _INVISIBLE.sub(_REPLACED, text[:limit])
    return shown if shown.isprintable() else "".join(map(_printable, shown))


def visible(text: str) -> str:
    """Write every character that cannot be seen as its escape, e.g. ``\\x1b``; tabs as spaces.

    For documents: only the newlines that Python reads start a line, and at most four accents are
    stacked on a letter; nothing else is lost.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text  # most texts of a result, some of which have thousands
    text = _NEWLINE.sub("\n", text).expandtabs(4)
    return _STACKED.sub(r"\1", _INVISIBLE.sub(_escape, text))


def cleaned(value: Any) -> Any:
    """Return a copy of a JSON value with ``visible`` applied to every string in it."""
    if isinstance(value, str):
        return visible(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    if isinstance(value, dict) or isinstance(value, Mapping):  # an abstract class is slow to ask
        return {visible(str(key)): cleaned(item) for key, item in value.items()}
    return value


def is_clean(text: str) -> bool:
    """Tell whether ``cleaned`` returns what this JSON text, all ASCII, holds as it is."""
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        return False
    return all(
        escape in '"\\/n' or (len(escape) == 5 and _is_plain(chr(int(escape[1:], 16))))
        for escape in set(_ESCAPE.findall(text))
    )


def _is_plain(character: str) -> bool:
    """Tell whether ``visible`` keeps a character wherever it stands."""
    return not re.match(_MARKS, character) and visible(character) == character


def clipped(text: str, characters: int) -> str:
    """Return at most ``characters`` of ``text``; an ellipsis ends what was cut."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def sentence(name: str) -> str:
    """Turn an identifier into words: ``gives_one_row`` becomes ``Gives one row``."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def to_cell(value: str) -> str:
    """Return ``value`` as a cell that no spreadsheet reads as a formula."""
    return f"'{value}" if value.lstrip(" '").startswith(_FORMULA_STARTS) else value


def from_cell(value: str) -> str:
    """Return the value that ``to_cell`` made a cell of."""
    is_quoted = value.startswith("'") and to_cell(value[1:]) == value
    return value[1:] if is_quoted else value


def source_lines(text: str) -> list[str]:
    """Split source code where Python's parser does, so that line numbers agree.

    ``str.splitlines`` also splits at form feeds and Unicode separators, which shifts the rest.
    """
    return _NEWLINE.split(text)


def _printable(character: str) -> str:
    if character.isprintable() or character in "\n\t":
        return character
    return " " if character.isspace() else _REPLACED


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
